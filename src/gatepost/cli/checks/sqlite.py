"""Checks of a SQLite file: that it can be used, and is whole."""

from collections.abc import Iterator
from pathlib import Path

from gatepost.cli.checks.findings import Finding
from gatepost.server.domain.errors import GatepostError
from gatepost.server.store.database import SchemaMismatch
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.sqlite.connection import schema_version
from gatepost.server.store.sqlite.copies import damage, journal_mode

_RESTORE = "put back a backup: gatepost restore FILE --force"


def check_file(path: Path) -> Iterator[Finding]:
    """Look at the file without changing it."""
    if not path.exists():
        yield Finding("Database", f"{path} is not there", "start 'gatepost serve' once, or name it with --database")
        return
    for check in (check_schema, check_integrity, check_journal):
        yield check(path)


def check_schema(path: Path) -> Finding:
    """Look whether there is a database that this program understands."""
    try:
        version = schema_version(path)
    except (SchemaMismatch, GatepostError) as error:
        return Finding("Database", str(error), _RESTORE)
    return judged_schema(str(path), version)


def judged_schema(name: str, version: str | None) -> Finding:
    """Judge the schema version of a database."""
    if version == HEAD:
        return Finding("Database", f"{name}, schema {version}")
    if version is not None and version > HEAD:
        return Finding("Database", f"schema {version}, this program knows {HEAD}", "run a newer Gatepost on it")
    return Finding("Database", f"schema {version or 'missing'}, this program needs {HEAD}", "gatepost migrate")


def check_integrity(path: Path) -> Finding:
    """Look whether every page of the database is whole."""
    found = damage(path)
    if found:
        return Finding("Integrity", found[0], _RESTORE)
    return Finding("Integrity", "no damage found")


def check_journal(path: Path) -> Finding:
    """Look whether the file system lets several processes use the database together."""
    mode = journal_mode(path)
    if mode != "wal":
        return Finding("Write-ahead log", f"refused: {mode}", "keep the data on a local disk, not on a network share")
    return Finding("Write-ahead log", "usable")
