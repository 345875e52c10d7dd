"""Reads on PostgreSQL through the database port, against asyncpg, which is the fastest driver there is."""

import time
from asyncio import gather
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import uvloop

from bench.figure import Figure, Round, median_of, number
from bench.figures import search
from bench.figures.search import queries
from bench.people import people
from bench.postgres import Peopled, cpu_seconds, people_on, server
from bench.workplace import Workplace
from gatepost.server.domain import tokens as raw_tokens
from gatepost.server.parts import open_parts, place_of
from gatepost.server.services.administration import PAGE
from gatepost.server.store import accounts, tokens
from gatepost.server.store.database import Database
from gatepost.server.store.opening import open_database

READS, PAGES = 2_000, 200
TOGETHER = 32
CONNECTIONS = 8

Read = Callable[[int], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Readers:
    """The same reads by three ways: through the port, on one connection of asyncpg, and on its pool."""

    port: Read
    connection: Read
    pool: Read


def measure(place: Workplace) -> Iterator[Figure]:
    """Read tokens by their digests, one after the other and many at a time, then pages, then search."""
    with server() as cluster:
        small = people_on(cluster, place, place.profile.small)
        rounds = uvloop.run(_rounds(place, small))
        yield _ratio(
            "point read ÷ asyncpg's connection, CPU", rounds, "point_cpu_us", "point_connection_cpu_us", at_most=2
        )
        yield _ratio("point read ÷ asyncpg's connection, time", rounds, "point_us", "point_connection_us", at_most=2)
        yield _ratio(
            f"{TOGETHER} point reads at a time ÷ asyncpg's pool, CPU", rounds, "many_cpu_us", "many_pool_cpu_us"
        )
        yield _ratio(f"{TOGETHER} point reads at a time ÷ asyncpg's pool, time", rounds, "many_us", "many_pool_us")
        yield _ratio(f"list of {PAGE} accounts ÷ asyncpg's pool, CPU", rounds, "page_cpu_us", "page_pool_cpu_us", 2)
        yield from _search(place, small, people_on(cluster, place, place.profile.large))


def _ratio(name: str, rounds: list[Round], ours: str, theirs: str, at_most: float | None = None) -> Figure:
    ratios = [{**each, "ratio": each[ours] / each[theirs]} for each in rounds]
    detail = f"{number(median_of(rounds, ours))} µs against {number(median_of(rounds, theirs))} µs"
    return Figure(name=name, value=median_of(ratios, "ratio"), at_most=at_most, detail=detail, rounds=ratios)


async def _rounds(place: Workplace, peopled: Peopled) -> list[Round]:
    async with _token_readers(peopled) as point, _page_readers(peopled) as page:
        await _round(peopled, point, page)  # connections are opened and statements prepared
        return [await _round(peopled, point, page) for _ in range(place.profile.rounds)]


async def _round(peopled: Peopled, point: Readers, page: Readers) -> Round:
    return {
        **await _timed(peopled, "point", point.port, READS, 1),
        **await _timed(peopled, "point_connection", point.connection, READS, 1),
        **await _timed(peopled, "many", point.port, READS, TOGETHER),
        **await _timed(peopled, "many_pool", point.pool, READS, TOGETHER),
        **await _timed(peopled, "page", page.port, PAGES, 1),
        **await _timed(peopled, "page_pool", page.pool, PAGES, 1),
    }


async def _timed(peopled: Peopled, name: str, read: Read, count: int, together: int) -> Round:
    """Give the microseconds of one read: by the clock, of this process and of the server."""
    server_cpu, cpu, clock = cpu_seconds(peopled.cluster), time.process_time(), time.perf_counter()
    await _all(read, count, together)
    spent = {
        f"{name}_us": time.perf_counter() - clock,
        f"{name}_cpu_us": time.process_time() - cpu,
        f"{name}_server_us": cpu_seconds(peopled.cluster) - server_cpu,
    }
    return {each: seconds / count * 1e6 for each, seconds in spent.items()}


async def _all(read: Read, count: int, together: int) -> None:
    async def some(first: int) -> None:
        for n in range(first, count, together):
            await read(n)

    await gather(*(some(first) for first in range(together)))


@asynccontextmanager
async def _drivers(peopled: Peopled) -> AsyncIterator[tuple[Database, Any, Any]]:
    connection = await asyncpg.connect(peopled.url)
    pool = await asyncpg.create_pool(peopled.url, min_size=CONNECTIONS, max_size=CONNECTIONS)
    database = await open_database(place_of(peopled.settings))
    try:
        yield database, connection, pool
    finally:
        await database.close()
        await pool.close()
        await connection.close()


@asynccontextmanager
async def _token_readers(peopled: Peopled) -> AsyncIterator[Readers]:
    digests = [raw_tokens.digest(raw.encode()) for raw in peopled.seeded.raw_tokens[:READS]]
    query = tokens.by_digest
    async with _drivers(peopled) as (database, connection, pool):

        def digest(n: int) -> bytes:
            return digests[n % len(digests)]

        async def by(driver: Any, n: int) -> object:
            return query.row(await driver.fetchrow(query.positional, digest(n)))

        yield Readers(
            lambda n: database.one(query, digest=digest(n)), lambda n: by(connection, n), lambda n: by(pool, n)
        )


@asynccontextmanager
async def _page_readers(peopled: Peopled) -> AsyncIterator[Readers]:
    known, query = peopled.seeded.people, accounts.page
    async with _drivers(peopled) as (database, connection, pool):

        def after(n: int) -> str:
            return known[n * 37 % len(known)].id

        async def by(driver: Any, n: int) -> object:
            return [query.row(row) for row in await driver.fetch(query.positional, after(n), PAGE)]

        yield Readers(
            lambda n: database.all(query, after=after(n), limit=PAGE),
            lambda n: by(connection, n),
            lambda n: by(pool, n),
        )


def _search(place: Workplace, small: Peopled, large: Peopled) -> Iterator[Figure]:
    asked = queries(list(people(place.profile.small)))
    at_small, at_large = (uvloop.run(_searched(place, peopled, asked)) for peopled in (small, large))
    name = f"search p95 at {large.seeded.accounts:,} accounts on PostgreSQL"
    detail = (
        f"p50 {number(at_large['p50_ms'])}, worst {number(at_large['worst_ms'])} ms of {len(asked)} queries; "
        f"CPU of service and database {number(at_large['cpu_ms'])} ms"
    )
    rounds = [at_small, at_large]
    yield Figure(name=name, value=at_large["p95_ms"], unit="ms", at_most=5, detail=detail, rounds=rounds)
    yield Figure(
        name=f"{name} ÷ at {small.seeded.accounts:,}",
        value=at_large["p95_ms"] / at_small["p95_ms"],
        at_most=3,
        detail=f"{number(at_large['p95_ms'])} ms against {number(at_small['p95_ms'])} ms",
        rounds=rounds,
    )


async def _searched(place: Workplace, peopled: Peopled, asked: list[str]) -> Round:
    async with open_parts(peopled.settings) as parts:
        await search.ask(parts.people, asked)
        before = time.process_time() + cpu_seconds(peopled.cluster)
        rounds = [await search.ask(parts.people, asked) for _ in range(place.profile.rounds)]
        spent = time.process_time() + cpu_seconds(peopled.cluster) - before
    p50, p95, worst = search.points(search.each_median(rounds))
    return {"p50_ms": p50, "p95_ms": p95, "worst_ms": worst, "cpu_ms": spent / len(rounds) / len(asked) * 1e3}
