"""`gatepost users`: accounts, as the operator of the installation sees them."""

import sys
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from gatepost.cli import users_transfer
from gatepost.cli.invocation import Failure, Invocation, WrongUsage, command, group
from gatepost.cli.output import Columns, readable, write_card, write_json, write_json_list, write_line
from gatepost.cli.password_input import read_password
from gatepost.cli.shapes import account_json, full_name, standing
from gatepost.server.domain.accounts import Account, State
from gatepost.server.domain.grants import EVERYWHERE
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.parts import Parts
from gatepost.server.services.administration import NewAccount

app = group("Make, show and change accounts.")

User = Annotated[str, typer.Argument(metavar="USER", help="Id, e-mail address or username.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", metavar="", help="Read the password from the first line of standard input.")
]


@command(app, "create")
async def create(
    call: Invocation,
    *,
    email: Annotated[str, typer.Option(metavar="ADDRESS", help="E-mail address; it counts as confirmed.")],
    username: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name to sign in with.  [default: the e-mail address]")
    ] = None,
    password_stdin: PasswordStdin = False,
    first_name: Annotated[str | None, typer.Option(metavar="NAME", help="First name.")] = None,
    last_name: Annotated[str | None, typer.Option(metavar="NAME", help="Last name.")] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(metavar="ROLE", help="Role to hold, such as `owner` or `administrator`; may be repeated."),
    ] = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", metavar="", help="Leave the address to be confirmed first.")
    ] = False,
    pending: Annotated[
        bool, typer.Option("--pending", metavar="", help="Leave the account to be approved first.")
    ] = False,
) -> None:
    """Make an account.

    Without a password it can sign in by other means only, until `users set-password` gives it one.
    """
    if unverified and pending:
        raise WrongUsage("--unverified and --pending exclude each other")
    password = read_password(from_stdin=True) if password_stdin else None
    state = State.UNVERIFIED if unverified else State.PENDING if pending else State.ACTIVE
    new = NewAccount(email, username, first_name, last_name, password, tuple(role or ()), state)
    async with call.parts(create=True) as parts:
        account = await parts.administration.create(SYSTEM, new)
        roles = await parts.grants.roles_of(SYSTEM, account.id)
    if call.json:
        return write_json(account_json(account, roles))
    return write_line(f"{account.email} is {standing(account)}; id {account.id}")


@command(app, "list")
async def list_(
    call: Invocation,
    state: Annotated[
        State | None,
        typer.Option(
            metavar="STATE",
            help="Only those in this state: `unverified`, `pending`, `active` or `rejected`.",
        ),
    ] = None,
) -> None:
    """List the accounts, in the order they were made."""
    async with call.parts() as parts:
        if call.json:
            return await write_json_list(map(account_json, page) async for page in _pages(parts, state))
        columns, after = Columns("E-MAIL", "STATE", "NAME", "MADE", "ID"), ""
        async for page in _pages(parts, state):
            columns.write([_row(account) for account in page])
            after = page[-1].id
    return None if after else write_line("There are no such accounts." if state else "There are no accounts.")


async def _pages(parts: Parts, state: State | None) -> AsyncIterator[list[Account]]:
    after = ""
    while page := await parts.administration.page(SYSTEM, state, after):
        yield page
        after = page[-1].id


def _row(account: Account) -> tuple[str, ...]:
    return account.email, standing(account), full_name(account), readable(account.created_at), account.id


@command(app, "show")
async def show(call: Invocation, user: User) -> None:
    """Show one account with its roles."""
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        grants = await parts.grants.held_by(SYSTEM, account.id)
    if call.json:
        return write_json(account_json(account, [grant.role for grant in grants if grant.resource == EVERYWHERE]))
    return write_card(_fields(account, [f"{grant.role}{_on(grant.resource)}" for grant in grants]))


def _on(resource: str) -> str:
    return "" if resource == EVERYWHERE else f" on {resource}"


def _fields(account: Account, roles: list[str]) -> list[tuple[str, str | None]]:
    return [
        ("Id", account.id),
        ("E-mail", account.email if account.email_verified else f"{account.email} (not confirmed)"),
        ("Username", account.username),
        ("Name", full_name(account)),
        ("State", standing(account)),
        ("Roles", ", ".join(roles)),
        ("Position", account.current_position),
        ("Homepage", account.homepage),
        ("Phone", account.phone),
        ("Description", account.description),
        ("Made", readable(account.created_at)),
        ("Changed", readable(account.updated_at)),
        ("Signed in", readable(account.last_sign_in_at) or "never"),
    ]


@command(app, "approve")
async def approve(call: Invocation, user: User) -> None:
    """Let a pending account in and mail its owner."""
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        _tell(call, await parts.administration.approve(SYSTEM, account.id))


@command(app, "reject")
async def reject(call: Invocation, user: User) -> None:
    """Turn a pending account down and mail its owner."""
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        _tell(call, await parts.administration.reject(SYSTEM, account.id))


@command(app, "enable")
async def enable(call: Invocation, user: User) -> None:
    """Let a disabled account act again; its tokens hold again, its sessions stay ended."""
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        _tell(call, await parts.administration.enable(SYSTEM, account.id))


@command(app, "disable")
async def disable(call: Invocation, user: User) -> None:
    """Refuse every credential of an account at once, keeping the account."""
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        _tell(call, await parts.administration.disable(SYSTEM, account.id))


def _tell(call: Invocation, account: Account) -> None:
    if call.json:
        return write_json(account_json(account))
    return write_line(f"{account.email} is {standing(account)}")


Role = Annotated[str, typer.Argument(metavar="ROLE", help="Such as `owner` or `administrator`.")]
On = Annotated[
    str,
    typer.Option(
        "--on", metavar="RESOURCE", help="Such as `corpus:my-docs` or `agent:support`.  [default: everywhere]"
    ),
]


@command(app, "grant")
async def grant(call: Invocation, user: User, role: Role, *, on: On = EVERYWHERE) -> None:
    """Give an account a role; one that it holds already is no mistake."""
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        _tell_roles(call, account, await parts.grants.grant(SYSTEM, account.id, role, on), on)


@command(app, "revoke")
async def revoke(call: Invocation, user: User, role: Role, *, on: On = EVERYWHERE) -> None:
    """Take a role from an account; one that it does not hold is no mistake.

    The last owner keeps that role, and so does the last administrator where nobody is an owner.
    """
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        _tell_roles(call, account, await parts.grants.revoke(SYSTEM, account.id, role, on), on)


def _tell_roles(call: Invocation, account: Account, roles: list[str], on: str) -> None:
    if call.json:
        return write_json(account_json(account, roles))
    return write_line(f"{account.email} is {' and '.join(roles) or 'without a role'}{_on(on)}")


@command(app, "delete")
async def delete(
    call: Invocation,
    user: User,
    yes: Annotated[bool, typer.Option("--yes", "-y", metavar="", help="Do not ask.")] = False,
) -> None:
    """Erase an account with its tokens, sessions, image and pending mail. There is no way back."""
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        if not yes:
            _confirm(account)
        await parts.administration.delete(SYSTEM, account.id)
    if call.json:
        return write_json({"id": account.id, "email": account.email, "deleted": True})
    return write_line(f"{account.email} is deleted")


def _confirm(account: Account) -> None:
    if not sys.stdin.isatty():
        raise Failure("deleting cannot be undone; say --yes")
    if not typer.confirm(f"Delete {account.email} ({standing(account)}) and everything of it?", err=True):
        raise Failure("nothing was deleted")


@command(app, "set-password")
async def set_password(
    call: Invocation,
    user: User,
    *,
    password_stdin: PasswordStdin = False,
    revoke_tokens: Annotated[
        bool, typer.Option("--revoke-tokens", metavar="", help="End its tokens too, the default token included.")
    ] = False,
) -> None:
    """Give an account a new password and end its sessions; asks for it on a terminal.

    Programs go on with the tokens they have, unless `--revoke-tokens` ends these as well.
    """
    async with call.parts() as parts:
        account = await parts.administration.find(SYSTEM, user)
        password = read_password(from_stdin=password_stdin)
        await parts.administration.set_password(SYSTEM, account.id, password, revoke_tokens=revoke_tokens)
    if call.json:
        return write_json(account_json(account))
    ended = "; its tokens are revoked" if revoke_tokens else ""
    return write_line(f"{account.email} has a new password and is signed out everywhere{ended}")


users_transfer.register(app)
