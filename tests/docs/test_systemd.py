import shlex
import subprocess
import sys
from pathlib import Path

from gatepost.cli.program import run
from tests.docs.pages import DOCS, ROOT, Page

UNIT = (ROOT / "deploy" / "gatepost.service").read_text(encoding="utf-8")
PROGRAM = "/opt/gatepost/bin/gatepost"


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "gatepost.service"
    unit.write_text(UNIT.replace(PROGRAM, sys.executable))
    judged = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (judged.returncode, judged.stdout, judged.stderr) == (0, "", "")


def test_the_unit_starts_the_server_with_arguments_it_knows() -> None:
    [start] = [line.partition("=")[2] for line in UNIT.splitlines() if line.startswith("ExecStart=")]
    program, *arguments = shlex.split(start)
    assert program == PROGRAM
    assert run([*arguments, "--help"]) == 0


def test_the_page_and_the_unit_agree_on_every_path() -> None:
    page = Page(DOCS / "how-to" / "run-under-systemd.md").text
    for path in (PROGRAM, "/etc/gatepost/gatepost.toml", "/etc/gatepost/secrets.env", "/var/lib/gatepost"):
        assert path in UNIT
        assert path in page
