"""`docs/reference/cli.md`: every command with its options, as the program itself has them."""

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from typer.main import get_command

from gatepost.cli.invocation import Invocation
from gatepost.cli.program import app
from gatepost.cli.shapes import account_json, client_json, event_json, mail_json, token_json
from gatepost.server.domain.accounts import Account, State
from gatepost.server.domain.clients import Client
from gatepost.server.domain.tokens import AccessToken
from gatepost.server.store.audit import Event
from gatepost.server.store.outbox import StoredMail
from tools.reference.markdown import code, page, table

_DEFAULT = re.compile(r"\s*\[default: (.*)\]$")

COMMON = {field.name for field in fields(Invocation)}

INTRODUCTION = """\
The commands work on the database directly, also while the server runs: what one changes holds in the server's next
answer. Whoever may read and write the data directory may do everything here; no sign-in is asked for.

An account is named by its id, its e-mail address or its username. `gatepost COMMAND --help` shows what this page says,
and `gatepost --install-completion` lets the shell complete commands and options."""

STATUSES = """\
| Status | Meaning |
| --- | --- |
| 0 | It was done. |
| 1 | It could not be done; one line on standard error says why. An import that refused lines ends so too. |
| 2 | It was called wrongly; one line on standard error says how it is called. |
| 130 | It was interrupted. |

With `--json` a command prints one JSON document on standard output, indented on a terminal. What goes wrong is told on
standard error as always. Instants are ISO 8601 in UTC."""

_ACCOUNT = Account("", "", "", None, None, State.ACTIVE, False, True, None, None, None, None, None, 0, 0, None, 1)
_TOKEN = AccessToken("", "", "", 0, None, None)
_CLIENT = Client("", "", (), 0)
_MAIL = StoredMail("", "", "", "", "", 0, 0, None, 0, None)
_EVENT = Event("", 0, "", "", "", {})


def pages() -> Iterator[tuple[str, str]]:
    """Give the page."""
    program = get_command(app)
    chapters = [_chapter(name, command) for name, command in _commands(program, "gatepost")]
    common = _options([param for param in _command_named(program, "migrate").params if param.name in COMMON])
    head = [INTRODUCTION, "## Options of every command", common, "## Exit status and JSON", STATUSES, _shapes()]
    yield "docs/reference/cli.md", page("Command line", "gatepost.cli", *head, *chapters)


def _shapes() -> str:
    rows = [
        (
            "An account",
            _keys(account_json(_ACCOUNT)),
            "`users create`, `show`, `grant` and `revoke` add `roles`; with `--on` those there",
        ),
        ("A token", _keys(token_json(_TOKEN)), "`tokens create` adds `value`; `expires_at` is the last day it holds"),
        ("A client", _keys(client_json(_CLIENT)), "`clients create` adds `client_secret`"),
        ("A mail", _keys(mail_json(_MAIL)), "`mail show` adds `text` and `html`"),
        ("An event", _keys(event_json(_EVENT)), "[Audit trail](audit.md) explains them"),
    ]
    return table(["Object", "Keys", "Remark"], rows)


def _keys(shape: dict[str, Any]) -> str:
    return ", ".join(map(code, shape))


def _commands(group: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield every command below a group with its full name."""
    for name in group.list_commands(None):
        command = _command_named(group, name)
        if hasattr(command, "list_commands"):
            yield from _commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def _command_named(group: Any, name: str) -> Any:
    return group.get_command(None, name)


def _chapter(name: str, command: Any) -> str:
    own = [param for param in command.params if param.name not in COMMON and param.name != "help"]
    usage = " ".join([name, *map(_usage, own)])
    blocks = [f"## {code(name)}", f"```text\n{usage}\n```", command.help, _options(own)]
    return "\n\n".join(filter(None, blocks))


def _usage(param: Any) -> str:
    option = _spelled(param, param.opts[0])
    return option if param.required else f"[{option}]"


def _spelled(param: Any, option: str) -> str:
    if param.param_type_name == "argument":
        return str(param.metavar)
    return f"{option} {param.metavar or ''}".strip()


def _options(params: list[Any]) -> str:
    rows = [(", ".join(code(_spelled(param, option)) for option in param.opts), _meaning(param)) for param in params]
    return table(["Option", "Meaning"], rows) if rows else ""


def _meaning(param: Any) -> str:
    text = _DEFAULT.sub(r" Default: \1.", param.help)
    return f"{text} Required." if param.required and param.param_type_name == "option" else text
