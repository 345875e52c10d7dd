import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from gatepost.cli.program import app as program
from gatepost.server.config import Settings
from gatepost.server.config.fields import leaves
from gatepost.server.domain.errors import GatepostError, RetryLater
from gatepost.server.domain.roles import ROLES, Permission
from gatepost.server.domain.tokens import Kind
from gatepost.server.services.audit import Action
from gatepost.server.telemetry import Counters
from tests.docs.pages import DOCS, ROOT, Page
from tools.reference.site import site

ABSTRACT = {GatepostError, RetryLater}
LOGGED = re.compile(r'\blog\.(?:debug|info|warning|error|exception)\(\s*"([^"]+)"')


def named(page: str) -> set[str]:
    return Page(DOCS / "reference" / f"{page}.md").names


def kinds(kind: type[GatepostError] = GatepostError) -> Iterator[type[GatepostError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from kinds(narrower)


def test_every_setting_is_in_the_reference() -> None:
    assert {leaf.variable for leaf in leaves(Settings).values()} <= named("settings")


def test_every_error_is_in_the_reference() -> None:
    assert {kind.code for kind in kinds() if kind not in ABSTRACT} <= named("errors")


def test_every_action_of_the_audit_trail_is_in_the_reference() -> None:
    assert {action.value for action in Action} <= named("audit")


def test_every_role_and_permission_is_in_the_reference() -> None:
    assert {*ROLES, *(permission.value for permission in Permission)} <= named("roles")


def test_every_kind_of_token_is_in_the_reference() -> None:
    assert {f"gp_{kind}_" for kind in Kind} <= named("tokens")


def test_every_metric_is_in_the_reference() -> None:
    counters = Counters({"sent": 1})
    counters.count("kipu", "GET", 200)
    lines = counters.exposition().decode().splitlines()
    assert {line.split()[2] for line in lines if line.startswith("# TYPE")} <= named("metrics")


def test_every_route_is_in_the_reference() -> None:
    assert {route.path for route in site().routes} <= named("http")


def test_every_event_of_the_log_is_explained() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "gatepost").rglob("*.py")]
    events = {event for source in sources for event in LOGGED.findall(source)}
    assert "job failed" in events
    assert events <= Page(DOCS / "how-to" / "watch-it.md").names


def commands(found: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield every command below a group, with its full name."""
    if not hasattr(found, "list_commands"):
        yield name, found
        return
    for child in found.list_commands(None):
        yield from commands(found.get_command(None, child), f"{name} {child}")


@pytest.mark.parametrize(("name", "command"), list(commands(get_command(program), "gatepost")))
def test_every_command_is_in_the_reference_with_its_flags(name: str, command: Any) -> None:
    page = Page(DOCS / "reference" / "cli.md").text
    assert name in page
    flags = {flag for parameter in command.params for flag in parameter.opts if flag.startswith("-")}
    assert {flag for flag in flags if not re.search(rf"(?<![\w-]){flag}(?![\w-])", page)} == set()
