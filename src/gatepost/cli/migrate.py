"""`gatepost migrate`: bring the database to the schema of this program, as every start does."""

from gatepost.cli.invocation import Invocation, alone, command
from gatepost.cli.output import write_json, write_line
from gatepost.server.parts import place_of
from gatepost.server.store.migrate import upgrade

app = alone()


@command(app, "migrate")
def migrate(call: Invocation) -> None:
    """Bring the database to the schema of this program.

    `gatepost serve` does it as well; apart, it can be done before the new program takes over. There is no way
    back but a backup.
    """
    settings = call.settings()
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    before, after = upgrade(place_of(settings))
    if call.json:
        return write_json({"database": settings.database_name, "before": before, "after": after})
    if before == after:
        return write_line(f"{settings.database_name} has schema {after} already")
    return write_line(f"{settings.database_name} is at schema {after} now{f', was {before}' if before else ''}")
