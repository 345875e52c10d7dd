"""Checks of what a machine gives: directory, key file, disk and clock."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from gatepost.cli.checks.findings import Finding
from gatepost.server import sealing
from gatepost.server.config import Settings
from gatepost.server.sealing import KeyFileError

LEAST_FREE_BYTES = 256 * 1024 * 1024
EARLIEST_YEAR = 2025
"""A clock before it has not been set: this program is younger."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_machine(settings: Settings) -> Iterator[Finding]:
    """Look at the directory, the key file and the disk."""
    yield check_directory(settings.data)
    if settings.data.is_dir():
        yield check_key(settings)
        beside = settings.data if settings.on_postgres else settings.database_path.parent
        yield check_space(beside if beside.is_dir() else settings.data)


def check_directory(data: Path) -> Finding:
    """Look whether the data directory can be used, and by its owner only."""
    name, seen = "Data directory", str(data.resolve())
    if not data.is_dir():
        return Finding(name, f"{seen} is not there", "start 'gatepost serve' once, or name it with --data")
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        return Finding(name, f"{seen} cannot be written", "run as its owner, or change the owner")
    if data.stat().st_mode & stat.S_IRWXO:
        return Finding(name, f"{seen} is open to everybody", f"chmod o= {data}")
    return Finding(name, seen)


def check_key(settings: Settings) -> Finding:
    """Look whether the key file is there, whole, and readable by its owner only."""
    name, path = "Key file", settings.key_path
    if not path.exists():
        return Finding(name, f"{path} is not there", _advice_without_key(settings))
    if path.stat().st_mode & _OTHERS:
        return Finding(name, f"{path} is open to others", f"chmod 600 {path}")
    try:
        sealing.load_or_create(path)
    except KeyFileError as error:
        return Finding(name, str(error), "put back the copy that was kept apart")
    return Finding(name, f"{path}, readable by its owner only")


def _advice_without_key(settings: Settings) -> str:
    if settings.on_postgres:
        return "copy the one of another host, unless the database is new"
    if settings.database_path.exists():
        return "put back the copy that was kept apart: a new key opens no default token and no waiting mail"
    return "start 'gatepost serve' once, or name the data directory with --data"


def check_space(directory: Path) -> Finding:
    """Look whether the disk has room for the database to grow."""
    free = shutil.disk_usage(directory).free
    advice = "make room: on a full disk nothing can be changed" if free < LEAST_FREE_BYTES else None
    return Finding("Disk space", f"{free / 1e9:,.1f} GB free", advice)


def check_clock(now: datetime, newest: datetime | None = None) -> Finding:
    """Look whether the clock can be right; `newest` is when the database was last changed."""
    seen = f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if now.year < EARLIEST_YEAR:
        return Finding("Clock", seen, "set it: tokens, links and mails expire by it")
    if newest is not None and newest > now:
        return Finding("Clock", f"{seen}, before the last change at {newest:%Y-%m-%d %H:%M}", "set it")
    return Finding("Clock", seen)
