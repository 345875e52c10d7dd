"""Databases full of made-up people, built in seconds.

Theory of operation. Rows go in through the program's own statements, but without secondary indexes and triggers, which
are taken off first and put back at the end: an index over rows that are there already is sorted once instead of being
searched a million times. The full-text index is made by the same rebuild that the program has. Nothing is synced to
disk before the end, so a build that is interrupted is thrown away with its folder.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from sqlite3 import Connection
from typing import Any

from bench.people import EPOCH_MS, SEED, MadeUp, people
from gatepost.server.config import Settings
from gatepost.server.domain import tokens
from gatepost.server.domain.accounts import Person, State
from gatepost.server.domain.text import fold
from gatepost.server.domain.tokens import Kind
from gatepost.server.store import accounts, directory, grants
from gatepost.server.store import tokens as token_rows
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.sqlite import connect
from gatepost.server.store.statement import registry

PASSWORD = "a made-up password for everybody"
CORPUS = "corpus:docs"
_GRANTS = ((10, "viewer", CORPUS), (100, "editor", CORPUS), (1_000, "corpus_viewer", ""))
"""How many people have which role: every tenth may read the corpus, some of them for more than one reason."""

_SALT = b"always the same."
_PORTION = 10_000

Parameters = dict[str, Any]


@dataclass(frozen=True)
class Seeded:
    """A data directory with `accounts` people who share one password, and `tokens` access tokens dealt out to them."""

    data: Path
    accounts: int
    tokens: int

    @property
    def database(self) -> Path:
        return self.data / "gatepost.db"

    @cached_property
    def people(self) -> list[MadeUp]:
        """The people in the order of their ids."""
        return list(people(self.accounts))

    @property
    def readers(self) -> list[MadeUp]:
        """Those of them who have access to the corpus."""
        return self.people[:: _GRANTS[0][0]]

    @cached_property
    def raw_tokens(self) -> list[str]:
        """The raw access tokens; the n-th belongs to person n modulo `accounts`."""
        return list(_raw_tokens(self.tokens))


def seed(data: Path, accounts: int, tokens: int) -> Seeded:
    """Build the database of a new data directory."""
    seeded = Seeded(data, accounts, tokens)
    data.mkdir(parents=True)
    upgrade(seeded.database)
    with closing(connect(seeded.database)) as connection, _unsafely(connection), _unindexed(connection):
        _fill(connection, seeded)
        for statement in ("directory.sqlite.reindex", "directory.sqlite.forget", "directory.sqlite.recount"):
            connection.execute(registry[statement].sql)
    return seeded


def account_row(person: MadeUp, password_hash: str) -> Parameters:
    """Give the parameters of `accounts.insert` for one person."""
    who = Person(
        email=person.email,
        email_key=fold(person.email),
        username=person.username,
        username_key=fold(person.username),
        first_name=person.first_name,
        last_name=person.last_name,
    )
    return accounts.insert_row(
        who, id=person.id, now=EPOCH_MS, state=State.ACTIVE, email_verified=True, password_hash=password_hash
    )


def directory_row(person: MadeUp) -> Parameters:
    """Give the parameters of `directory.insert` for one person."""
    return directory.entry_of(person)


def token_row(raw: str, owner: str, draw: Random) -> Parameters:
    """Give the parameters of `tokens.insert` for one token, with an id from `draw`."""
    return {
        "id": f"018b0000-0000-7000-a000-{draw.getrandbits(48):012x}",
        "account_id": owner,
        "is_default": False,
        "name": "made up",
        "digest": tokens.digest(raw.encode()),
        "sealed": None,
        "now": EPOCH_MS,
        "expires_at": None,
    }


def password_hash() -> str:
    """Hash the shared password as a server with default settings would."""
    from argon2 import PasswordHasher

    cost = Settings().passwords
    return PasswordHasher(cost.time_cost, cost.memory_kib, cost.parallelism).hash(PASSWORD, salt=_SALT)


def _fill(connection: Connection, seeded: Seeded) -> None:
    shared = password_hash()
    for start in range(0, seeded.accounts, _PORTION):
        portion = seeded.people[start : start + _PORTION]
        connection.executemany(accounts.insert.sql, [account_row(person, shared) for person in portion])
        connection.executemany(registry["directory.insert"].sql, map(directory_row, portion))
    connection.executemany(token_rows.insert.sql, _token_rows(seeded))
    connection.executemany(grants.insert.sql, _grant_rows(seeded))


def _token_rows(seeded: Seeded) -> Iterator[Parameters]:
    draw = Random(SEED)
    for number, raw in enumerate(seeded.raw_tokens):
        yield token_row(raw, seeded.people[number % seeded.accounts].id, draw)


def _grant_rows(seeded: Seeded) -> Iterator[Parameters]:
    for every, role, resource in _GRANTS:
        for person in seeded.people[::every]:
            yield {"account_id": person.id, "role": role, "resource": resource}


def _raw_tokens(count: int) -> Iterator[str]:
    draw = Random(SEED)
    for _ in range(count):
        body = f"gp_{Kind.ACCESS}_" + "".join(draw.choices(tokens.ALPHABET, k=tokens.RANDOM_LENGTH))
        yield body + tokens.checksum(body.encode())


@contextmanager
def _unsafely(connection: Connection) -> Iterator[None]:
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -262144"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    yield
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def _unindexed(connection: Connection) -> Iterator[None]:
    """Take indexes and triggers off, and put them back at the end."""
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _ in rows:
        connection.execute(f"DROP {kind} {name}")
    yield
    for _, _, sql in rows:
        connection.execute(sql)
