"""Another process on the same database, which does through the port what it is told, one line at a time."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gatepost
from gatepost.server.store.accounts import touch_revision
from gatepost.server.store.database import Database, Transaction
from gatepost.server.store.opening import Place, open_database
from gatepost.server.store.postgres.options import PostgresOptions
from gatepost.server.store.statement import Query, Statement

ROOT = Path(__file__).parents[2]

insert = Statement("test.insert", "INSERT INTO revisions (name, value) VALUES (:name, :value)")
change = Statement("test.change", "UPDATE revisions SET value = :value WHERE name = :name")
value_of = Query("test.value_of", "SELECT value FROM revisions WHERE name = :name", row=lambda row: int(row[0]))


async def increment(tx: Transaction, name: str) -> int:
    """Read a number and write its successor: the classic lost update, unless transactions are kept apart."""
    value = (await tx.one(value_of, name=name) or 0) + 1
    await tx.run(change, name=name, value=value)
    return value


class Neighbour:
    """This process's end of the conversation."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, line: str) -> str:
        """Have something done and wait for the answer."""
        self.tell(line)
        return self.hear()

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def neighbour_on(place: Place) -> Iterator[Neighbour]:
    """Start a process on the database at `place`; it ends with the context."""
    paths = os.pathsep.join([str(Path(gatepost.__file__).parents[1]), str(ROOT)])
    command = [sys.executable, "-W", "error", "-m", "tests.contract.neighbour", *_spelled(place)]
    environment = {**os.environ, "PYTHONPATH": paths}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        neighbour = Neighbour(process)
        assert neighbour.hear() == "ready"
        yield neighbour
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=20) == 0


async def _obey(database: Database, command: str, name: str, count: int) -> object:
    match command:
        case "increment":
            for _ in range(count):
                await database.transaction(lambda tx: increment(tx, name))
            return "done"
        case "revoke":
            await database.transaction(lambda tx: tx.run(touch_revision))
            return "done"
        case "hold":
            return await database.transaction(lambda tx: _hold(tx, name))
        case "read":
            return await database.one(value_of, name=name)
    raise ValueError(command)


async def _hold(tx: Transaction, name: str) -> str:
    """Stay in a transaction that has written, until the next line."""
    await increment(tx, name)
    _say("holding")
    sys.stdin.readline()
    return "released"


def _say(text: object) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _spelled(place: Place) -> list[str]:
    return [str(place)] if isinstance(place, Path) else [place.url, place.listen_url]


async def _converse(where: str, *more: str) -> None:
    database = await open_database(PostgresOptions(where, listen_url=more[0]) if more else Path(where))
    _say("ready")
    while words := (await asyncio.to_thread(sys.stdin.readline)).split():
        command, name, count = words + ["", "1"][len(words) - 1 :]
        _say(await _obey(database, command, name, int(count)))
    await database.close()


if __name__ == "__main__":
    asyncio.run(_converse(*sys.argv[1:]))
