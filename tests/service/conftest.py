"""Services on a real database, with a clock and a mailbox the tests can turn."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from gatepost.server import sealing
from gatepost.server.config import Settings, load
from gatepost.server.domain.accounts import Account
from gatepost.server.domain.clock import new_id, random_below
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.hashing import HashingOptions, HashPool
from gatepost.server.parts import Parts, assemble
from gatepost.server.services.administration import NewAccount
from gatepost.server.services.ports import Runtime
from gatepost.server.services.registration import SignUp
from gatepost.server.store.database import Database
from gatepost.server.store.opening import Place, open_database
from gatepost.server.store.postgres import listener
from gatepost.server.store.statement import Query
from tests.kit.engines import hearsay_seconds

PASSWORD = "correct horse battery"


@dataclass
class Clock:
    """A clock that stands still until a test moves it; milliseconds."""

    now: int = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now

    def forward(self, milliseconds: int) -> None:
        self.now += milliseconds


@dataclass
class World:
    """Everything a service test acts on."""

    parts: Parts
    clock: Clock
    database: Database
    place: Place

    @asynccontextmanager
    async def elsewhere(self, **changed: Any) -> AsyncIterator["World"]:
        """Open the same database as another process does, with services and caches of its own.

        `changed` replaces fields of the runtime. What the other one did is known here when it is closed.
        """
        database = await open_database(self.place)
        runtime = replace(self.parts.runtime, database=database, **changed)
        yield World(assemble(self.parts.settings, runtime, self.parts.hasher), self.clock, database, self.place)
        await database.close()
        await self.settle()

    async def settle(self) -> None:
        """Wait until this process has heard of everything that was committed."""
        await asyncio.sleep(hearsay_seconds(self.place))

    async def mails(self) -> list[tuple[str, str, str]]:
        """List the mails so far as (recipient, kind, text), the oldest first."""
        page = await self.parts.mails.page(SYSTEM)
        shown = [await self.parts.mails.show(SYSTEM, mail.id) for mail in reversed(page)]
        return [(mail.recipient, mail.kind, body.text if body else "") for mail, body in shown]

    async def links(self, to: str) -> list[str]:
        """List the raw credentials of the confirmation links mailed to an address, the oldest first."""
        texts = [text for recipient, kind, text in await self.mails() if recipient == to and kind == "confirm-email"]
        return [re.findall(r"/confirm/(\S+)", text)[0] for text in texts]

    async def account(self, email: str = "ada@example.org", **given: Any) -> Account:
        """Make an account that may sign in with `PASSWORD`."""
        return await self.parts.administration.create(SYSTEM, NewAccount(email, password=PASSWORD, **given))

    async def sign_up(self, email: str = "ada@example.org", **given: str) -> str:
        """Sign up and give the raw credential of the link mailed for it."""
        await self.parts.registration.sign_up(SignUp(email, **{"password": PASSWORD, **given}))
        return (await self.links(email))[-1]

    async def events(self) -> list[tuple[str, str]]:
        """List the audit trail as (action, subject), the oldest first."""
        return await self.database.all(_EVENTS)


_EVENTS = Query("tests.events", "SELECT action, subject FROM audit ORDER BY id", row=lambda row: (row[0], row[1]))


def acting(account: Account) -> Principal:
    """Act as an account, as by a session."""
    return Principal(account.id, CredentialKind.SESSION)


@pytest.fixture(scope="session")
def hasher() -> HashPool:
    """Hash cheaply: these tests are about rules, not about Argon2."""
    return HashPool(HashingOptions(time_cost=1, memory_kib=128, parallelism=1, threads=1, queue=16))


MakeWorld = Callable[..., World]


@pytest.fixture
async def make_world(place: Place, tmp_path: Path, hasher: HashPool) -> AsyncIterator[MakeWorld]:
    """Give a function that builds a world from dotted settings."""
    database = await open_database(place)

    def make(**flags: object) -> World:
        clock = Clock()
        sealer = sealing.load_or_create(tmp_path / "gatepost.key")
        runtime = Runtime(database, clock, new_id, random_below, sealer)
        return World(assemble(_settings(flags), runtime, hasher), clock, database, place)

    yield make
    await database.close()


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    """Build a world with the default settings."""
    return make_world()


@pytest.fixture
async def unread(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give a function after which reading by key fails; until then caches may be filled, and are believed."""
    # A busy machine may overstep the tenth of a second for which PostgreSQL is believed.
    monkeypatch.setattr(listener, "BELIEVED_SECONDS", 60.0)
    while world.database.credential_revision() is None:
        await world.events()
    return lambda: monkeypatch.setattr(type(world.database), "one", None)


@pytest.fixture
def reads(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the names of the reads by key."""
    named: list[str] = []
    kind = type(world.database)
    one = kind.one

    async def noting(self: Database, query: Query[object], **parameters: object) -> object:
        named.append(query.name)
        return await one(self, query, **parameters)

    monkeypatch.setattr(kind, "one", noting)
    return named


def _settings(flags: dict[str, object]) -> Settings:
    return load(None, {}, {name.replace("__", "."): value for name, value in flags.items()}).settings
