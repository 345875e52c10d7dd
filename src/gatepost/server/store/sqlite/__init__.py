"""The SQLite driver: many readers, one writer.

Point reads run inline on a connection that belongs to the event loop's thread: 4 µs, less than any hop to a thread.
Longer reads go to a small pool of threads, each with a connection of its own. All writing happens on one thread that
takes whatever transactions are waiting, runs them one after another inside savepoints and commits them together, so
that concurrent writers share one fsync. WAL keeps readers and the writer out of each other's way, and
`synchronous=FULL` makes an acknowledged commit survive a kill or a power cut.

Processes take turns at the one write lock of a file. SQLite has no queue for it: whoever asks while it is free gets
it. So a process asks every millisecond, and one that always has more to write leaves the lock for a moment now and
then; without either, a busy process keeps the others out for seconds.
"""

from gatepost.server.store.sqlite.connection import connect
from gatepost.server.store.sqlite.database import SqliteDatabase

__all__ = ["SqliteDatabase", "connect"]
