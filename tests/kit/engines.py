"""Empty installations on either engine.

An installation is a data directory as an operator has it: one on PostgreSQL has a `gatepost.toml` that names its
database. Whatever runs on the directory reads that, so neither servers nor services of the tests know of engines.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from shutil import copyfile
from typing import Protocol

import pytest

from gatepost.server.store.opening import Place
from gatepost.server.store.postgres.listener import BELIEVED_SECONDS
from gatepost.server.store.postgres.options import PostgresOptions
from tests.kit.postgres import Cluster

Install = Callable[[str], Path]
"""Makes an installation in a directory of this name that lasts as long as the engine under test is the same."""

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
"""Marks for what is about one engine; a comment beside says why."""

TEMPLATE = "empty"
"""The migrated database of a cluster that others are copied from."""

_numbers = count(1)


class Engine(Protocol):
    """What databases are made of."""

    name: str

    def install(self, data: Path) -> AbstractContextManager[Place]:
        """Make an empty installation of the newest schema in `data` and say where its database is."""


class OnSqlite:
    """Copies a migrated file."""

    name = "sqlite"

    def __init__(self, empty: Path) -> None:
        self._empty = empty

    @contextmanager
    def install(self, data: Path) -> Iterator[Path]:
        yield copyfile(self._empty, data / "gatepost.db")


class OnPostgres:
    """Copies a migrated database of a running server, and removes the copy at the end."""

    name = "postgresql"

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    @contextmanager
    def install(self, data: Path) -> Iterator[Place]:
        name = f"place{next(_numbers)}"
        url = self._cluster.create(name, TEMPLATE)
        (data / "gatepost.toml").write_text(f'[database]\nurl = "{url}"\n')
        yield PostgresOptions(url)
        self._cluster.drop(name)


def configuration(data: Path) -> Path | None:
    """Give the configuration of an installation, None when it has none."""
    file = data / "gatepost.toml"
    return file if file.exists() else None


def hearsay_seconds(place: Place) -> float:
    """Say how long another process may believe what was true before a commit: on SQLite not at all."""
    return 0 if isinstance(place, Path) else BELIEVED_SECONDS
