"""`gatepost tokens`: personal access tokens of any account."""

from typing import Annotated

import typer

from gatepost.cli.addresses import api_addresses
from gatepost.cli.invocation import Failure, Invocation, command, group
from gatepost.cli.output import Columns, readable, write_json, write_line
from gatepost.cli.shapes import token_json
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.domain.tokens import AccessToken
from gatepost.server.services.personal_tokens import NewToken

app = group("Make, list and revoke personal access tokens.")

User = Annotated[str, typer.Option("--user", metavar="USER", help="Whose: id, e-mail address or username.")]


@command(app, "create")
async def create(
    call: Invocation,
    user: User,
    name: Annotated[str, typer.Option(metavar="NAME", help="What it is for, to tell it from others.")],
    expires: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day it is valid (UTC).  [default: for ever]")
    ] = None,
) -> None:
    """Make a token and print its value, this once."""
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        try:
            made = await parts.tokens.create_for(SYSTEM, account.id, name, expires)
        except Invalid as problem:
            raise Failure(problem.message.replace("expiresAt", "--expires")) from None
    if call.json:
        return write_json(token_json(made.token) | {"value": made.raw})
    return _tell(made, api_addresses(parts.settings)["kipu"])


def _tell(made: NewToken, address: str | None) -> None:
    write_line(f"{made.raw}\n")
    write_line("Keep it now: it is not shown again.")
    if address:
        write_line("While the server runs, this shows that it holds:\n")
        write_line(f'  curl -H "X-Auth-Token: {made.raw}" {address}/me')


@command(app, "list")
async def list_(call: Invocation, user: User) -> None:
    """List the tokens of an account, without their values."""
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        found = await parts.tokens.list_for(SYSTEM, account.id)
    if call.json:
        return write_json(list(map(token_json, found)))
    Columns("NAME", "MADE", "LAST USED", "VALID UNTIL", "ID").write([_row(token) for token in found])
    return None if found else write_line(f"{account.email} has no tokens.")


def _row(token: AccessToken) -> tuple[str, ...]:
    until = token.expires_on.isoformat() if token.expires_on else "for ever"
    return token.name, readable(token.created_at), readable(token.used_at) or "never", until, token.id


@command(app, "revoke")
async def revoke(
    call: Invocation,
    user: User,
    id: Annotated[str, typer.Argument(metavar="ID", help="The token's id, as `tokens list` shows it.")],
) -> None:
    """End a token at once, in every running process."""
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        await parts.tokens.revoke_for(SYSTEM, account.id, id)
    if call.json:
        return write_json({"id": id, "revoked": True})
    return write_line("The token is revoked.")
