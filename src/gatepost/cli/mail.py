"""`gatepost mail`: the outbox, for who has no mail server yet or asks why a mail did not arrive."""

from collections.abc import AsyncIterator
from typing import Annotated

import typer

from gatepost.cli.invocation import Invocation, command, group
from gatepost.cli.output import Columns, readable, write_card, write_json, write_json_list, write_line
from gatepost.cli.shapes import mail_json
from gatepost.server.domain.mail import Composed
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.parts import Parts
from gatepost.server.store.outbox import StoredMail

app = group("Read the mails that wait, went out or failed.")


@command(app, "list")
async def list_(call: Invocation) -> None:
    """List the mails in the outbox, the newest first."""
    async with call.parts() as parts:
        if call.json:
            return await write_json_list(map(mail_json, page) async for page in _pages(parts))
        columns, before = Columns("WRITTEN", "STATE", "TO", "SUBJECT", "ID"), ""
        async for page in _pages(parts):
            columns.write([_row(mail) for mail in page])
            before = page[-1].id
    return write_line("\nRead one: gatepost mail show ID" if before else "There are no mails.")


async def _pages(parts: Parts) -> AsyncIterator[list[StoredMail]]:
    before: str | None = None
    while page := await parts.mails.page(SYSTEM, before):
        yield page
        before = page[-1].id


def _row(mail: StoredMail) -> tuple[str, ...]:
    return readable(mail.created_at), mail.state, mail.recipient, mail.subject, mail.id


@command(app, "show")
async def show(
    call: Invocation,
    id: Annotated[str, typer.Argument(metavar="ID", help="The mail's id, as `mail list` shows it.")],
) -> None:
    """Show one mail with its text, and with it the link it may carry."""
    async with call.parts() as parts:
        mail, body = await parts.mails.show(SYSTEM, id)
    if call.json:
        parts_json = {"text": body and body.text, "html": body and body.html}
        return write_json(mail_json(mail) | parts_json)
    write_card(_fields(mail))
    return write_line(f"\n{_text(mail, body)}")


def _fields(mail: StoredMail) -> list[tuple[str, str | None]]:
    return [
        ("To", mail.recipient),
        ("Subject", mail.subject),
        ("Written", readable(mail.created_at)),
        ("State", mail.state),
        ("Last error", mail.last_error),
    ]


def _text(mail: StoredMail, body: Composed | None) -> str:
    if body is not None:
        return body.text.rstrip()
    if mail.state == "queued":
        return "(The text cannot be decrypted: was the key file replaced?)"
    return f"(The text is gone: the mail {'was sent' if mail.state == 'sent' else 'was given up'}.)"
