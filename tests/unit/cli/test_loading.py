"""What starting the program loads; what it does not need would be paid for by every start."""

import subprocess
import sys
from pathlib import Path

import pytest

REST = {"alembic", "sqlalchemy", "rich", "litestar", "granian", "jinja2", "httpx", "structlog", "email_validator"}


def loaded(code: str) -> set[str]:
    """Give the modules that are loaded once the code has run in a fresh interpreter."""
    listing = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in listing.stdout.split()} | set(listing.stdout.split())


def test_the_version_needs_nothing_of_the_server() -> None:
    modules = loaded("from gatepost.cli.program import run; run(['--version'])")
    assert "typer" in modules
    assert not modules & (REST | {"gatepost.server", "asyncio"})


@pytest.mark.parametrize("module", ["users", "tokens", "mail", "audit"])
def test_a_command_on_the_database_needs_nothing_of_a_server(module: str) -> None:
    assert not loaded(f"import gatepost.cli.{module}") & REST


REFUSED_START = """
from gatepost.cli.listening import CannotListen
from gatepost.cli.serve import serve
from gatepost.server.config import ServerSettings, Settings
try:
    serve(Settings(server=ServerSettings(host="192.0.2.1")), print)
except CannotListen:
    import gatepost.cli.serving.embedded, gatepost.server.app
"""


def test_a_server_needs_neither_rich_nor_migrations() -> None:
    modules = loaded(REFUSED_START)
    assert {"structlog", "litestar"} <= modules
    assert not modules & {"rich", "alembic", "sqlalchemy"}


def without(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program where a module cannot be imported."""
    code = f"import sys; sys.modules[{module!r}] = None; from gatepost.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("typer", ["--version"]),
        ("cryptography.exceptions", ["doctor"]),
        ("uuid_utils", ["users", "list"]),
        ("litestar", ["serve"]),
    ],
)
def test_a_library_that_is_missing_is_told_in_one_line(module: str, arguments: list[str], tmp_path: Path) -> None:
    data = [] if "--version" in arguments else ["--data", str(tmp_path)]
    done = without(module, *arguments, *data)
    assert (done.returncode, done.stdout) == (1, "")
    library = module.partition(".")[0]
    assert done.stderr == f"gatepost: {library} is missing; the server needs: pip install 'gatepost[server]'\n"


@pytest.mark.parametrize("module", ["gatepost.cli.users", "sqlite3"])
def test_a_missing_module_that_no_extra_brings_is_a_defect(module: str) -> None:
    done = without(module, "users", "list")
    assert f"ModuleNotFoundError: import of {module} halted" in done.stderr
