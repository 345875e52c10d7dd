"""Which failures are foreseen, and how each is told in one line."""

from gatepost.cli.invocation import Failure
from gatepost.cli.output import visible
from gatepost.server.config import ConfigError
from gatepost.server.domain.errors import GatepostError, StorageFull, Unavailable
from gatepost.server.sealing import KeyFileError
from gatepost.server.store.copying.ends import CopyRefused
from gatepost.server.store.database import SchemaMismatch, Unreachable

FORESEEN = (Failure, GatepostError, ConfigError, KeyFileError, SchemaMismatch, CopyRefused)


def one_line(error: Exception) -> str | None:
    """Give the line to show; None for an error that nobody foresaw and whose traceback is needed."""
    if isinstance(error, BrokenPipeError):
        return None
    if isinstance(error, Unavailable | StorageFull) and not isinstance(error, Unreachable):
        return f"{error} 'gatepost doctor' may tell why."
    if isinstance(error, FORESEEN):
        return visible(" ".join(str(error).split()))
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return None
