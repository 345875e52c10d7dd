import json
import re

import pytest

from tests.e2e.packaging.conftest import ROOT, Installed

OF_THE_SERVER = ("alembic", "argon2", "granian", "jinja2", "litestar", "pydantic", "rich", "sqlalchemy", "typer")
IMPORT = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps([sys.modules["gatepost"].__file__, sorted(sys.modules)]))
"""
FIND = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is not None)"


def modules_of_the_client() -> list[str]:
    """List the package and every module of it outside the server and the command line."""
    source = ROOT / "src"
    files = [path.relative_to(source).with_suffix("") for path in (source / "gatepost").rglob("*.py")]
    names = {".".join(path.parts).removesuffix(".__init__") for path in files}
    return sorted(name for name in names if not re.match(r"gatepost\.(?:server|cli|__main__)(?:\.|$)", name))


def test_every_client_imports_from_the_wheel(installed: Installed) -> None:
    expected = modules_of_the_client()
    done = installed.python("-c", IMPORT, *expected)
    assert done.returncode == 0, done.stderr
    where, loaded = json.loads(done.stdout)
    assert where.startswith(str(installed.bin.parent))
    assert set(expected) <= set(loaded)


def test_what_the_package_declares_is_all_there(installed: Installed) -> None:
    assert installed.pip("check").strip() == "No broken requirements found."


@pytest.mark.parametrize("library", OF_THE_SERVER)
def test_no_library_of_the_server_is_there(installed: Installed, library: str) -> None:
    assert installed.python("-c", FIND, library).returncode == 0


@pytest.mark.parametrize("arguments", [[], ["serve"], ["--version"]], ids=" ".join)
def test_the_command_line_names_what_it_lacks_in_one_line(installed: Installed, arguments: list[str]) -> None:
    for done in (installed.run("gatepost", *arguments), installed.python("-m", "gatepost", *arguments)):
        assert (done.returncode, done.stdout) == (1, "")
        assert re.fullmatch(r"gatepost: .*pip install 'gatepost\[server\]'\n", done.stderr)
