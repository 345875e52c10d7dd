"""Importing accounts with given password hashes, against the raw driver filling the same tables and indexes."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import msgspec

from bench.figure import Figure, Round, number
from bench.people import MadeUp, people
from bench.seeding import account_row, directory_row, password_hash
from bench.workplace import Workplace
from gatepost.server.config import Settings
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.parts import open_parts
from gatepost.server.services.transfer import BATCH, Transfer
from gatepost.server.store import accounts
from gatepost.server.store.directory.trigrams import trigrams
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.sqlite import connect
from gatepost.server.store.statement import registry

_LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM directory"
_INDEX = "INSERT INTO directory_fts (rowid, haystack) SELECT number, haystack FROM directory WHERE number > ?"


def measure(place: Workplace) -> Iterator[Figure]:
    """Import portions of people into one database and into another with the driver alone, in turn."""
    rounds = asyncio.run(_rounds(place))
    ours, raw = sum(each["seconds"] for each in rounds), sum(each["raw_seconds"] for each in rounds)
    count = len(rounds) * place.profile.portion
    yield Figure(
        name=f"import of {count:,} accounts ÷ raw driver",
        value=raw / ours,
        at_least=0.5,
        detail=f"{number(count / ours)}/s against {number(count / raw)}/s",
        rounds=rounds,
    )


async def _rounds(place: Workplace) -> list[Round]:
    """Import until everybody is in or the time is up."""
    everybody, end = people(place.profile.large), time.monotonic() + place.profile.import_seconds
    rounds: list[Round] = []
    async with open_parts(Settings(data=place.folder / "imported")) as parts:
        with _raw_database(place.folder / "raw.db") as raw:
            while time.monotonic() < end and (portion := list(islice(everybody, place.profile.portion))):
                rounds.append(await _round(parts.transfer, raw, portion))
    return rounds


async def _round(transfer: Transfer, raw: Connection, portion: list[MadeUp]) -> Round:
    shared = password_hash()
    lines = [line_of(person, shared) for person in portion]
    start = time.perf_counter()
    report = await transfer.take_in(SYSTEM, lines)
    seconds = time.perf_counter() - start
    if report.imported != len(portion):
        raise RuntimeError(f"imported {report.imported} of {len(portion)}: {report.refused[:1]}")
    return {"seconds": seconds, "raw_seconds": _insert_raw(raw, portion, shared)}


def line_of(person: MadeUp, shared: str) -> bytes:
    """Write one person as a line of an import."""
    fields = person._asdict()
    del fields["number"]
    return msgspec.json.encode({**fields, "password_hash": shared})


@dataclass(frozen=True, slots=True)
class _Rows:
    """What one transaction of the raw driver stores, made ready before the clock runs."""

    accounts: list[dict[str, Any]]
    directory: list[dict[str, Any]]
    grams: list[dict[str, str]]


def _rows(people: Sequence[MadeUp], shared: str) -> _Rows:
    listed = [directory_row(person) for person in people]
    known = {gram for row in listed for gram in trigrams(row["haystack"])}
    return _Rows([account_row(person, shared) for person in people], listed, [{"gram": gram} for gram in known])


@contextmanager
def _raw_database(path: Path) -> Iterator[Connection]:
    upgrade(path)
    with closing(connect(path)) as connection:
        # Indexing row by row is slower than what the driver can do, so this side indexes by the batch.
        connection.execute("DROP TRIGGER IF EXISTS directory_listed")
        yield connection


def _insert_raw(connection: Connection, portion: list[MadeUp], shared: str) -> float:
    batches = [_rows(portion[start : start + BATCH], shared) for start in range(0, len(portion), BATCH)]
    begin = time.perf_counter()
    for rows in batches:
        connection.execute("BEGIN IMMEDIATE")
        (last,) = connection.execute(_LAST_NUMBER).fetchone()
        connection.executemany(accounts.insert.sql, rows.accounts)
        connection.executemany(registry["directory.insert"].sql, rows.directory)
        connection.executemany(registry["directory.sqlite.know"].sql, rows.grams)
        connection.execute(_INDEX, (last,))
        connection.execute("COMMIT")
    return time.perf_counter() - begin
