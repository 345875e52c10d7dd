"""What starting the program loads; what it does not need would be paid for by every start."""

import subprocess
import sys

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
