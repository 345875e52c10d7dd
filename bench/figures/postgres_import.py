"""Bringing accounts to PostgreSQL, against the server's own COPY filling the same tables and indexes."""

import asyncio
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import psycopg

from bench.figure import Figure, Round, number
from bench.figures.importing import line_of
from bench.people import MadeUp, people
from bench.postgres import copied, people_on, server, tables_of
from bench.seeding import Parameters, account_row, directory_row, password_hash
from bench.workplace import Workplace
from gatepost.server.config import DatabaseSettings, Settings
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.parts import open_parts
from gatepost.server.services.transfer import Transfer
from gatepost.server.store.copying.tables import tables
from gatepost.server.store.postgres.connection import open_connection
from gatepost.server.store.postgres.definitions import definitions_of
from tests.kit.postgres import Cluster

MOVES = 2


def measure(place: Workplace) -> Iterator[Figure]:
    """Move a whole database, then import people by the line."""
    with server() as cluster:
        yield _moving(place, cluster)
        yield asyncio.run(_importing(place, cluster))


def _moving(place: Workplace, cluster: Cluster) -> Figure:
    source = people_on(cluster, place, place.profile.large)
    rounds = [_moved(cluster, source.seeded.database, source.url) for _ in range(MOVES)]
    rows = sum(tables_of(cluster, source.name).values())
    ours, raw = (min(each[key] for each in rounds) for key in ("seconds", "raw_seconds"))
    return Figure(
        name=f"migrate --to with {source.seeded.accounts:,} accounts ÷ raw COPY",
        value=raw / ours,
        at_least=0.5,
        detail=f"{rows:,} rows: {number(rows / ours)}/s against {number(rows / raw)}/s, indexes included",
        rounds=rounds,
    )


def _moved(cluster: Cluster, file: Path, source: str) -> Round:
    ours = copied(file, cluster.create("ours", "empty"))
    raw = asyncio.run(_copied_raw(source, cluster.create("raw", "empty")))
    for name in ("ours", "raw"):
        cluster.drop(name)
    return {"seconds": ours, "raw_seconds": raw}


async def _copied_raw(source: str, target: str) -> float:
    """Pass the server's own binary rows from one database into the other, and make the indexes then."""
    start = time.perf_counter()
    async with await open_connection(source) as origin, await open_connection(target) as copy, copy.transaction():
        taken_off = await definitions_of(copy, [table.name for table in tables()])
        await taken_off.take_off(copy)
        await copy.execute("TRUNCATE revisions")
        for table in tables():
            rows = f"{table.name} ({', '.join(table.columns)})"
            async with (
                origin.cursor().copy(f"COPY {rows} TO STDOUT (FORMAT binary)".encode()) as out,
                copy.cursor().copy(f"COPY {rows} FROM STDIN (FORMAT binary)".encode()) as into,
            ):
                async for data in out:
                    await into.write(data)
        await taken_off.put_back(copy)
    return time.perf_counter() - start


async def _importing(place: Workplace, cluster: Cluster) -> Figure:
    everybody, end = people(place.profile.large), time.monotonic() + place.profile.import_seconds
    url, raw = cluster.create("imported", "empty"), cluster.create("raw", "empty")
    rounds: list[Round] = []
    async with open_parts(Settings(data=place.folder / "importing", database=DatabaseSettings(url=url))) as parts:
        while time.monotonic() < end and (portion := list(islice(everybody, place.profile.portion))):
            rounds.append(await _round(parts.transfer, raw, portion))
    ours, theirs = sum(each["seconds"] for each in rounds), sum(each["raw_seconds"] for each in rounds)
    count = len(rounds) * place.profile.portion
    return Figure(
        name=f"import of {count:,} accounts on PostgreSQL ÷ raw COPY",
        value=theirs / ours,
        at_least=0.5,
        detail=f"{number(count / ours)}/s against {number(count / theirs)}/s, into tables with their indexes",
        rounds=rounds,
    )


async def _round(transfer: Transfer, raw: str, portion: list[MadeUp]) -> Round:
    shared = password_hash()
    lines = [line_of(person, shared) for person in portion]
    start = time.perf_counter()
    report = await transfer.take_in(SYSTEM, lines)
    seconds = time.perf_counter() - start
    if report.imported != len(portion):
        raise RuntimeError(f"imported {report.imported} of {len(portion)}: {report.refused[:1]}")
    rows = {
        "accounts": [_account(person, shared) for person in portion],
        "directory": [directory_row(person) for person in portion],
    }
    return {"seconds": seconds, "raw_seconds": _inserted_raw(raw, rows)}


def _account(person: MadeUp, shared: str) -> Parameters:
    row = account_row(person, shared)
    now = row.pop("now")
    return {**row, "created_at": now, "updated_at": now, "version": 1}


def _inserted_raw(url: str, rows: dict[str, list[Parameters]]) -> float:
    start = time.perf_counter()
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table, entries in rows.items():
            with cursor.copy(f"COPY {table} ({', '.join(entries[0])}) FROM STDIN".encode()) as copy:
                for entry in entries:
                    copy.write_row(tuple(entry.values()))
    return time.perf_counter() - start
