"""`gatepost audit`: who changed what, and when."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from gatepost.cli.invocation import Invocation, command, group
from gatepost.cli.output import Columns, readable, write_json, write_line
from gatepost.cli.shapes import event_json
from gatepost.server.domain.errors import NotFound
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.parts import Parts
from gatepost.server.services.audit import Action
from gatepost.server.store.audit import Event

app = group("Read the audit trail.")

FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%fZ"]


@command(app, "list")
async def list_(
    call: Invocation,
    account: Annotated[
        str | None,
        typer.Option(
            metavar="USER",
            help="Only what happened to this account: id, e-mail address or username; of a deleted one the id.",
        ),
    ] = None,
    action: Annotated[
        Action | None, typer.Option(metavar="ACTION", help="Only this action, such as `password.changed`.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(metavar="YYYY-MM-DD[THH:MM]", formats=FORMATS, help="Only from this day or moment on (UTC)."),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="Events to show at most.  [default: 100]")] = 100,
) -> None:
    """List who changed what, the newest first.

    Events hold ids and no personal data, so they stay when an account is deleted.
    """
    earliest = int(since.replace(tzinfo=UTC).timestamp() * 1_000) if since else 0
    async with call.parts() as parts:
        subject = None if account is None else await _subject(parts, account)
        events = await parts.audit.newest(SYSTEM, limit, subject=subject, action=action, since=earliest)
    if call.json:
        return write_json(list(map(event_json, events)))
    Columns("WHEN", "ACTION", "ACCOUNT", "BY", "DETAIL").write([_row(event) for event in events])
    return None if events else write_line("There are no such events.")


async def _subject(parts: Parts, account: str) -> str:
    """Give the id that events name; raises NotFound for what neither is an account nor was one."""
    try:
        return (await parts.administration.find(SYSTEM, account)).id
    except NotFound:
        if await parts.audit.newest(SYSTEM, 1, subject=account):
            return account
        raise


def _row(event: Event) -> tuple[str, ...]:
    detail = ", ".join(f"{name}: {value}" for name, value in event.detail.items())
    return readable(event.at), event.action, event.subject, event.actor, detail
