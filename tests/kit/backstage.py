"""The services themselves, called from plain test code: on a database of their own, or on a running server's."""

import itertools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from gatepost.server.config import load
from gatepost.server.domain.accounts import Account, State
from gatepost.server.domain.clock import system_clock
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.parts import Parts, assemble, open_parts, place_of
from gatepost.server.services.administration import NewAccount
from gatepost.server.store.accounts import touch_revision
from gatepost.server.store.database import Transaction
from tests.kit.engines import configuration
from tests.kit.server import CHEAP
from tests.kit.storage import Row, Storage, storage_at

T = TypeVar("T")
P = ParamSpec("P")

PASSWORD = "correct horse battery"

_numbers = itertools.count(1)


class MovableClock:
    """The machine's clock, ahead by as much as a test says, in milliseconds."""

    def __init__(self) -> None:
        self.ahead = 0
        self.stopped_at: int | None = None

    def __call__(self) -> int:
        return (system_clock() if self.stopped_at is None else self.stopped_at) + self.ahead


@dataclass(frozen=True)
class Member:
    """An account with a token that a test may use."""

    id: str
    email: str
    username: str
    token_id: str
    token: str


class Backstage:
    """What tests need besides the API: accounts in every state, and a look at what is stored."""

    def __init__(self, portal: BlockingPortal, parts: Parts, clock: MovableClock) -> None:
        self.portal = portal
        self.parts = parts
        self.clock = clock
        self.storage: Storage = storage_at(place_of(parts.settings))
        self.settle: Callable[[], None] = lambda: None

    def call(self, service: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a service and wait for its result, and until the server beside has heard of it if there is one."""
        result = self.portal.call(partial(service, *args, **kwargs))
        self.settle()
        return result

    def account(self, email: str | None = None, id: str | None = None, **fields: Any) -> Account:
        """Make an account; `fields` are those of `NewAccount`, `id` replaces the generated one."""
        new = NewAccount(email or f"member{next(_numbers)}@example.org", **fields)
        return self.call(self._with_next_id(id).administration.create, SYSTEM, new)

    def member(self, email: str | None = None, **fields: Any) -> Member:
        """Make an account, active if `fields` do not say otherwise, with a token called `first`."""
        account = self.account(email, **fields)
        made = self.call(self.parts.tokens.create_for, SYSTEM, account.id, "first", None)
        return Member(account.id, account.email, account.username, made.token.id, made.raw)

    def principal(self, member: Member) -> Principal:
        """Give the principal that acts by the member's token."""
        return Principal(member.id, CredentialKind.ACCESS_TOKEN, member.token_id)

    def barred(self, state: State | None, **fields: Any) -> Member:
        """Make an account in `state` (None: disabled) that has a token all the same."""
        member = self.member(state=state or State.ACTIVE, **fields)
        if state is None:
            self.call(self.parts.administration.disable, SYSTEM, member.id)
        return member

    def expire(self, token_id: str) -> None:
        """Let a token have expired a moment ago."""
        self.write("UPDATE tokens SET expires_at = 1 WHERE id = ?", token_id)
        self.end_caches()

    def end_caches(self) -> None:
        """Let nobody believe what is remembered of credentials, after a change behind everybody's back."""
        self.call(self.parts.runtime.database.transaction, _touch)

    def write(self, sql: str, *values: Any) -> None:
        """Change the database behind everybody's back."""
        self.storage.write(sql, *values)

    def write_many(self, sql: str, rows: list[Row]) -> None:
        """Change the database behind everybody's back, once for each row of values."""
        self.storage.write_many(sql, rows)

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Read the database."""
        return self.storage.rows(sql, *values)

    def contents(self) -> dict[str, list[Row]]:
        """Give everything that is stored, but for the times at which credentials were used and the search index."""
        tables = self.storage.columns()
        return {table: self._stored(table, tables[table]) for table in tables if not table.startswith("directory_")}

    def _stored(self, table: str, columns: list[str]) -> list[Row]:
        shown = ", ".join(column for column in columns if column != "used_at")
        return self.rows(f"SELECT {shown} FROM {table} ORDER BY 1")  # noqa: S608  the schema's own names

    def _with_next_id(self, id: str | None) -> Parts:
        if id is None:
            return self.parts
        ids = itertools.chain([id], iter(self.parts.runtime.ids, None))
        return assemble(self.parts.settings, replace(self.parts.runtime, ids=ids.__next__), self.parts.hasher)


async def _touch(tx: Transaction) -> None:
    await tx.run(touch_revision)


@contextmanager
def backstage(data: Path, **settings: str) -> Iterator[Backstage]:
    """Open the services beside a server that runs, or will run, on `data`; `settings` are those of `services`."""
    with services(data, **settings) as stage, stage.storage.hearsay() as settle:
        stage.settle = settle
        yield stage


@contextmanager
def services(data: Path, **settings: str) -> Iterator[Backstage]:
    """Open the services on `data`; `settings` are environment variables that replace `CHEAP`."""
    chosen = load(configuration(data), {**CHEAP, **settings}, {"data": data}).settings
    clock = MovableClock()
    with (
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(open_parts(chosen)) as opened,
    ):
        runtime = replace(opened.runtime, clock=clock)
        yield Backstage(portal, assemble(chosen, runtime, opened.hasher), clock)
