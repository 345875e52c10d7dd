"""A transaction that is run again leaves and answers what it would have, had it been run once.

Every use case is done twice from the same start and with the same chances: once plainly, and once with each of its
transactions rehearsed. On SQLite alone: bodies know of no engine, and there this takes few seconds for all of them.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from gatepost.server import sealing
from gatepost.server.config import load
from gatepost.server.domain.clock import DAY, MINUTE
from gatepost.server.domain.mail import OutgoingMail
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.hashing import HashPool
from gatepost.server.parts import assemble
from gatepost.server.services.audit import Action
from gatepost.server.services.housekeeping import Housekeeping
from gatepost.server.services.ports import Runtime
from gatepost.server.store.opening import open_database
from tests.kit.engines import OnSqlite
from tests.kit.rehearsal import Chances, Rehearsed
from tests.service.conftest import Clock, World, acting
from tests.service.test_audit import CHANGES

pytestmark = pytest.mark.anyio

UseCase = Callable[[World], Awaitable[object]]

DIFFERENT_EACH_TIME = {"password_hash", "sealed", "public"}
"""Columns of what salts, nonces and keys go into, which no test can choose."""


class Postman:
    async def send(self, mail: OutgoingMail) -> None:
        """Take every mail."""


def audited(action: Action) -> UseCase:
    async def done(world: World) -> object:
        account = await world.account()
        prepare, change = CHANGES[action]
        return await change(world, account, await prepare(world, account))

    return done


async def import_twice(world: World) -> object:
    lines = [b'{"email": "%d@example.org", "roles": ["administrator"]}\n' % number for number in range(3)]
    return [await world.parts.transfer.take_in(SYSTEM, given) for given in (lines[:2], lines, [b'{"email": "?"}'])]


async def deliver(world: World) -> object:
    await world.sign_up()
    return await world.parts.mails.deliver_due(Postman()), world.parts.mails.outcomes


async def note_uses(world: World) -> object:
    me = acting(await world.account())
    for name in ("one", "two"):
        token = await world.parts.tokens.create(me, name)
        world.clock.forward(MINUTE)
        await world.parts.credentials.resolve_token(token.raw.encode())
    return await world.parts.usage.flush(), world.parts.usage.tokens


async def tidy(world: World) -> None:
    await world.sign_up()
    world.clock.forward(400 * DAY)
    await Housekeeping(world.parts.runtime, confirm_hours=48, keep_mail_days=30).tidy()


async def make_default_token(world: World) -> object:
    return await world.parts.tokens.list_own(acting(await world.account()))


async def settle(world: World) -> object:
    return await world.parts.groups.enter(acting(await world.account()))


OTHERS: list[UseCase] = [import_twice, deliver, note_uses, tidy, make_default_token, settle]


USE_CASES: dict[str, UseCase] = {
    **{action.value: audited(action) for action in CHANGES},
    **{each.__name__: each for each in (import_twice, deliver, note_uses, tidy, make_default_token, settle)},
}


@pytest.mark.parametrize("name", USE_CASES)
async def test_what_is_run_again_leaves_and_answers_the_same(
    sqlite: OnSqlite, tmp_path_factory: pytest.TempPathFactory, hasher: HashPool, name: str
) -> None:
    once, again = [
        await outcome(sqlite, tmp_path_factory.mktemp("once"), hasher, USE_CASES[name], rehearsed=rehearsed)
        for rehearsed in (False, True)
    ]
    assert again == once


async def outcome(
    sqlite: OnSqlite, data: Path, hasher: HashPool, use_case: UseCase, *, rehearsed: bool
) -> tuple[str, dict[str, list[str]]]:
    """Give what a use case answers, and every row that there is then."""
    with sqlite.install(data) as place:
        chances, clock, database = Chances(), Clock(), await open_database(place)
        acted_on = Rehearsed(database, chances) if rehearsed else database
        sealer = sealing.load_or_create(data / "gatepost.key")
        runtime = Runtime(acted_on, clock, chances.new_id, chances.below, sealer)
        answer = await use_case(World(assemble(load(None, {}, {}).settings, runtime, hasher), clock, acted_on, place))
        await database.close()
        return repr(answer), content(place)


def content(file: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
        return {name: sorted(map(known, connection.execute(f"SELECT * FROM '{name}'"))) for (name,) in tables}  # noqa: S608  of the schema


def known(row: sqlite3.Row) -> str:
    return repr({column: value for column, value in dict(row).items() if column not in DIFFERENT_EACH_TIME})
