"""What an operation costs on PostgreSQL, and how that and the bytes of an account grow with the accounts."""

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import uvloop

from bench.figure import Figure, Round, number
from bench.figures.search import queries
from bench.growing import grow
from bench.people import people
from bench.postgres import Peopled, cpu_seconds, people_on, server
from bench.workplace import Workplace
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.parts import Parts, open_parts
from gatepost.server.services.administration import NewAccount
from gatepost.server.store import accounts, tokens

OPERATIONS = 300

_COUNTING = {"shared_preload_libraries": "pg_stat_statements", "full_page_writes": "off"}
"""Without images of whole pages, the log does not depend on how long ago the last checkpoint was."""

_SIZES = (
    "SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
_CHOSEN = (
    "SELECT a.id, a.username_key, t.id, t.digest FROM "
    f"(SELECT id, username_key FROM accounts ORDER BY md5(id) LIMIT {OPERATIONS}) AS a "
    "JOIN tokens AS t ON t.account_id = a.id"
)
_PAGES_AND_LOG = (
    "SELECT (SELECT sum(shared_blks_hit + shared_blks_read) FROM pg_stat_statements), "
    "pg_current_wal_insert_lsn() - '0/0'"
)

Operation = Callable[[int], Awaitable[object]]


def measure(place: Workplace) -> Iterator[Figure]:
    """Let a database grow, and do the same with it at every size."""
    profile = place.profile
    sizes = sorted({profile.small, profile.middle, profile.large})
    measured: dict[str, list[Round]] = {}
    for size in sizes:
        with server(**_COUNTING) as cluster:
            peopled = people_on(cluster, place, profile.small)
            grow(peopled, size)
            cluster.execute("CREATE EXTENSION pg_stat_statements", peopled.name)
            yield from _sizes(peopled, size)
            for name, spent in uvloop.run(_operations(peopled)).items():
                measured.setdefault(name, []).append({"accounts": size, **spent})
    for name, rounds in measured.items():
        yield _growth(name, rounds)


def _growth(name: str, rounds: Sequence[Round]) -> Figure:
    first, last = rounds[0], rounds[-1]
    detail = (
        f"service {number(last['service_us'])} µs, database {number(last['database_us'])} µs, "
        f"{number(last['pages'])} pages, {number(last['wal_bytes'])} bytes of WAL"
    )
    span = f"at {last['accounts']:,.0f} ÷ at {first['accounts']:,.0f} accounts"
    return Figure(name=f"{name}: pages {span}", value=last["pages"] / first["pages"], detail=detail, rounds=rounds)


def _sizes(peopled: Peopled, accounts: int) -> Iterator[Figure]:
    found = [
        (str(name), int(str(heap)), int(str(index)))
        for name, heap, index in peopled.cluster.execute(_SIZES, peopled.name)
    ]
    rounds = [
        {f"{name}.rows": heap / accounts, f"{name}.indexes": index / accounts}
        for name, heap, index in sorted(found)
        if heap + index > accounts
    ]
    total = sum(heap + index for _, heap, index in found)
    yield Figure(
        name=f"bytes of an account at {accounts:,} accounts",
        value=total / accounts,
        unit="bytes",
        detail=f"{number(total / 2**20)} MiB in all",
        rounds=rounds,
    )


async def _operations(peopled: Peopled) -> dict[str, Round]:
    chosen = peopled.cluster.execute(_CHOSEN, peopled.name)
    async with open_parts(peopled.settings) as parts:
        return {name: await _cost(peopled, operation, len(chosen)) for name, operation in _cases(parts, chosen).items()}


def _cases(parts: Parts, chosen: Sequence[Sequence[Any]]) -> dict[str, Operation]:
    """Name what is measured; each is given the numbers from 0 on, and deleting comes last."""
    database, asked = parts.runtime.database, queries(list(people(OPERATIONS)))

    def acting(n: int) -> Principal:
        return Principal(chosen[n][0], CredentialKind.ACCESS_TOKEN)

    return {
        "token checked": lambda n: database.one(tokens.by_digest, digest=chosen[n][3]),
        "person read": lambda n: parts.people.overview(chosen[n][0]),
        "sign-in looked up": lambda n: database.one(accounts.for_sign_in, name_key=chosen[n][1]),
        "page of 100": lambda n: parts.administration.page(SYSTEM, after=chosen[n][0]),
        "search": lambda n: parts.people.search(asked[n % len(asked)]),
        "profile changed": lambda n: parts.profiles.change(acting(n), {"about": f"changed {n}"}),
        "token made": lambda n: parts.tokens.create(acting(n), "made by a bench"),
        "token revoked": lambda n: parts.tokens.revoke(acting(n), chosen[n][2]),
        "account made": lambda n: parts.administration.create(SYSTEM, NewAccount(f"new{n}@example.org")),
        "account deleted": lambda n: parts.administration.delete(SYSTEM, chosen[n][0]),
    }


async def _cost(peopled: Peopled, operation: Operation, count: int) -> Round:
    """Give what one operation costs: microseconds of processors, pages looked at, bytes of the log."""
    before = _spent(peopled)
    for n in range(count):
        await operation(n)
    after = _spent(peopled)
    return {name: (value - before[name]) / count for name, value in after.items()}


def _spent(peopled: Peopled) -> dict[str, float]:
    pages, wal_bytes = (float(str(each)) for each in peopled.cluster.execute(_PAGES_AND_LOG, peopled.name)[0])
    return {
        "service_us": time.process_time() * 1e6,
        "database_us": cpu_seconds(peopled.cluster) * 1e6,
        "pages": pages,
        "wal_bytes": wal_bytes,
    }
