"""A real PgBouncer in transaction mode, in front of a PostgreSQL server of the tests."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.kit.postgres import ordinary_user, place_of_own
from tests.kit.server import START_SECONDS, free_port

_SETTINGS = """
[databases]
* = host=127.0.0.1 port={target} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 30
max_client_conn = 500
"""


@contextmanager
def pgbouncer(target: int) -> Iterator[int]:
    """Run a pooler in front of the server on `target`; gives its port."""
    with place_of_own() as home:
        port, settings = free_port(), home / "pgbouncer.ini"
        settings.write_text(_SETTINGS.format(target=target, port=port))
        settings.chmod(0o644)  # the ordinary user reads it, whatever the umask is
        command = [_program(), "--quiet", str(settings)]
        with subprocess.Popen(command, user=ordinary_user(), stderr=subprocess.DEVNULL, cwd="/") as process:
            try:
                _await(port)
                yield port
            finally:
                process.terminate()


def _program() -> str:
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "pgbouncer is not installed: sudo apt-get install pgbouncer"
    return found


def _await(port: int) -> None:
    """Wait until the pooler answers, which tells nobody when it begins to listen."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "pgbouncer did not start"
            time.sleep(0.02)
