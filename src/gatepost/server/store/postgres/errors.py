"""What PostgreSQL's errors mean to the rest of the program."""

from collections.abc import Callable
from functools import partial

from psycopg import DataError, Error, InterfaceError, OperationalError, errors
from psycopg_pool import PoolTimeout, TooManyRequests

from gatepost.server.domain.errors import GatepostError, Invalid, StorageFull, Unavailable
from gatepost.server.store.database import Duplicate

RETRIED = (errors.SerializationFailure, errors.DeadlockDetected, errors.FeatureNotSupported)
"""Others were faster; run again, the transaction finds what they left.

The last one comes when they migrated what a prepared statement reads; the driver forgets the statement with it.
"""

_NUL = "text fields cannot contain NUL"

_taken = partial(Duplicate, "This is taken already.")
_full = partial(StorageFull, "The disk is full; nothing was changed.")
_busy = partial(Unavailable, "The database is busy.", retry_after=1)
_unwritable = partial(Unavailable, "The database cannot be written now; nothing was changed.", retry_after=2)
_unreachable = partial(Unavailable, "The database cannot be reached now.", retry_after=2)
_unstorable = partial(Invalid, "Text must not contain the character U+0000.")

_MEANINGS: tuple[tuple[type[Error], Callable[[], GatepostError]], ...] = (
    (errors.UniqueViolation, _taken),
    (errors.DiskFull, _full),
    (errors.ReadOnlySqlTransaction, _unwritable),
    (errors.SerializationFailure, _busy),
    (errors.DeadlockDetected, _busy),
    (errors.QueryCanceled, _busy),
    (errors.LockNotAvailable, _busy),
    (errors.TooManyConnections, _busy),
    (PoolTimeout, _busy),
    (TooManyRequests, _busy),
    (OperationalError, _unreachable),
    (InterfaceError, _unreachable),
)
"""The first that fits counts: the general ones are last."""


def translate(error: Error) -> Exception:
    """Turn a driver's error into the port's; programming errors stay what they are."""
    if holds_nul(error):
        return _unstorable()
    meaning = next((meaning for kind, meaning in _MEANINGS if isinstance(error, kind)), None)
    return error if meaning is None else meaning()


def holds_nul(error: Error) -> bool:
    """Tell whether a parameter held U+0000, which PostgreSQL stores nowhere."""
    return isinstance(error, DataError) and _NUL in str(error)
