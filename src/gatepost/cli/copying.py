"""Copies of whole databases, as several commands make them."""

from gatepost.cli.invocation import Failure
from gatepost.cli.progress import steps
from gatepost.server.config import Settings
from gatepost.server.parts import place_of
from gatepost.server.store.copying import Copied, copy_database
from gatepost.server.store.migrate import version_of
from gatepost.server.store.migrations import HEAD
from gatepost.server.store.opening import Place


async def copied(source: Place, target: Place, *, alone: bool, replace: bool = False) -> list[Copied]:
    """Copy a database, with a progress bar; see `copy_database`."""
    with steps() as tell:
        return await copy_database(source, target, tell, alone=alone, replace=replace)


def require_current(settings: Settings) -> None:
    """Raise Failure unless the database has the schema of this program."""
    version = version_of(place_of(settings))
    if version is None:
        raise Failure(f"{settings.database_name} is empty")
    if version != HEAD:
        advice = "run 'gatepost migrate' on it first" if version < HEAD else "use a newer Gatepost"
        raise Failure(f"{settings.database_name} has schema {version}, this program needs {HEAD}: {advice}")
