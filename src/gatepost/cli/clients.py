"""`gatepost clients`: OAuth2 clients, and the keys that sign their access tokens."""

from collections.abc import AsyncIterator
from typing import Annotated

import typer

from gatepost.cli.invocation import Invocation, command, group
from gatepost.cli.output import Columns, readable, write_json, write_json_list, write_line
from gatepost.cli.shapes import client_json
from gatepost.server.domain.clients import Client
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.parts import Parts

app = group("Make, list and revoke OAuth2 clients.")


@command(app, "create")
async def create(
    call: Invocation,
    name: Annotated[str, typer.Option(metavar="NAME", help="What it is for, to tell it from others.")],
    role: Annotated[
        list[str] | None,
        typer.Option(metavar="ROLE", help="Role to hold, such as `administrator`; may be repeated."),
    ] = None,
) -> None:
    """Make a client and print its id and secret, this once.

    A program gets access tokens by them, from the Vectara API; what these allow is what the roles of the client
    allow.
    """
    async with call.parts() as parts:
        made = await parts.clients.create(SYSTEM, name, role or ())
    if call.json:
        return write_json(client_json(made.client) | {"client_secret": made.secret})
    write_line(f"Client id      {made.client.id}")
    write_line(f"Client secret  {made.secret}\n")
    return write_line("Keep the secret now: it is not shown again.")


@command(app, "list")
async def list_(call: Invocation) -> None:
    """List the clients, without their secrets."""
    async with call.parts() as parts:
        if call.json:
            return await write_json_list(map(client_json, page) async for page in _pages(parts))
        columns, some = Columns("NAME", "ROLES", "MADE", "ID"), False
        async for page in _pages(parts):
            columns.write([_row(client) for client in page])
            some = True
    return None if some else write_line("There are no clients.")


async def _pages(parts: Parts) -> AsyncIterator[list[Client]]:
    after = ""
    while page := await parts.clients.page(SYSTEM, after):
        yield page
        after = page[-1].id


def _row(client: Client) -> tuple[str, ...]:
    return client.name, ", ".join(client.roles) or "none", readable(client.created_at), client.id


@command(app, "revoke")
async def revoke(
    call: Invocation,
    id: Annotated[str, typer.Argument(metavar="ID", help="The client's id, as `clients list` shows it.")],
) -> None:
    """End a client and its access tokens at once, in every running process."""
    async with call.parts() as parts:
        await parts.clients.revoke(SYSTEM, id)
    if call.json:
        return write_json({"client_id": id, "revoked": True})
    return write_line("The client is revoked.")


@command(app, "rotate-keys")
async def rotate_keys(
    call: Invocation,
    *,
    at_once: Annotated[
        bool, typer.Option("--at-once", metavar="", help="Refuse the tokens that older keys signed from now on.")
    ] = False,
) -> None:
    """Sign access tokens with a new key.

    Tokens of the key before it hold until they expire, half an hour at most, unless that key became known and
    `--at-once` ends it.
    """
    async with call.parts() as parts:
        key = await parts.signing_keys.rotate(SYSTEM, at_once=at_once)
    if call.json:
        return write_json({"key": key})
    return write_line(f"Access tokens are signed with the key {key} from now on.")
