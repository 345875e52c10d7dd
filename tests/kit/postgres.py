"""A real PostgreSQL of the tests' own: its programs run as an ordinary user, in a temporary directory."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.kit.server import free_port

_ORDINARY = "postgres"
"""The user of Debian's package; PostgreSQL refuses to be started by root."""

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings of a server that nobody kills: its databases need not survive the machine."""


def program(name: str) -> str:
    """Find a program of PostgreSQL, which Debian keeps outside PATH."""
    found = shutil.which(name) or next(map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None)
    assert found, f"{name} is not installed: sudo apt-get install postgresql"
    return found


def run(*command: str) -> str:
    """Run a program as an ordinary user and give what it prints."""
    result = subprocess.run(
        command, check=False, capture_output=True, text=True, user=ordinary_user(), cwd="/", timeout=120
    )
    assert result.returncode == 0, result.stderr or result.stdout
    return result.stdout


def ordinary_user() -> str | None:
    """Name the user to run programs as that refuse to be run by root; None when the tests are an ordinary user's."""
    return _ORDINARY if os.geteuid() == 0 else None


@dataclass(frozen=True)
class Cluster:
    """The data of one server, and the port it listens on while it runs; `settings` are those of postgresql.conf."""

    home: Path
    port: int
    settings: dict[str, str]

    @property
    def data(self) -> Path:
        return self.home / "data"

    def url(self, database: str = "postgres") -> str:
        """Give the address of a database; it needs no password."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", **self.settings}
        given = " ".join(f"-c {name}={value}" if value else f"-c {name}=''" for name, value in options.items())
        log = str(self.home / "log")
        run(program("pg_ctl"), "start", "--wait", "-D", str(self.data), "-l", log, "-o", given)

    def stop(self, how: str = "fast") -> None:
        """Stop the server: `smart`, `fast`, or at once with `immediate`."""
        run(program("pg_ctl"), "stop", "--wait", "-D", str(self.data), "-m", how)

    def kill(self) -> None:
        """Kill the server and all of its processes, as a power cut would."""
        postmaster = self.pid
        children = run("/bin/ps", "-o", "pid=", "--ppid", str(postmaster)).split()
        for pid in (postmaster, *map(int, children)):
            os.kill(pid, signal.SIGKILL)
        (self.data / "postmaster.pid").unlink()

    @property
    def pid(self) -> int:
        """The server's first process."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    @property
    def running(self) -> bool:
        return (self.data / "postmaster.pid").exists()

    def execute(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the superuser and give its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def create(self, name: str, template: str = "template0") -> str:
        """Create a database and give its address."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever uses it."""
        self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def initialise(home: Path, settings: dict[str, str]) -> Cluster:
    """Make the data of a new server, which is not started."""
    # Letters in the order of a language, not of code points: nothing may depend on the locale of a server.
    order = ("--locale-provider=icu", "--icu-locale=en")
    run(
        program("initdb"), "-D", str(home / "data"), "--auth=trust", "-U", "postgres", "-E", "UTF8", "--no-sync", *order
    )
    return Cluster(home, free_port(), settings)


@contextmanager
def postgres(**settings: str) -> Iterator[Cluster]:
    """Run a server; `settings` are added to `FAST`. It stops, and its data go, at the end."""
    with place_of_own() as home:
        cluster = initialise(home, {**FAST, **settings})
        cluster.start()
        yield cluster


_LAST_WILL = """
cat >/dev/null
for file in "$1"/*/postmaster.pid; do
  [ -f "$file" ] && "$2" stop --mode=immediate --pgdata="${file%/*}"
done
rm -rf "$1"
"""
"""Waits for the end of its input, also when the tests were killed; then stops what runs and removes what is there."""


@contextmanager
def place_of_own() -> Iterator[Path]:
    """Make a directory that belongs to the ordinary user; servers in it stop, and it goes, with the tests."""
    home = Path(tempfile.mkdtemp(prefix="gatepost-postgres-"))
    if (user := ordinary_user()) is not None:
        owner = pwd.getpwnam(user)
        os.chown(home, owner.pw_uid, owner.pw_gid)
    command = ["/bin/sh", "-c", _LAST_WILL, "sh", str(home), program("pg_ctl")]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, user=user, cwd="/", start_new_session=True
    ):
        yield home
    assert not home.exists()
