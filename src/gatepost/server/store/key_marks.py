"""Which key file a database is used with, so that no second host seals under another one."""

from gatepost.server.store.database import Database, Transaction
from gatepost.server.store.statement import command, query, scalar

_noted = query("key_marks.noted", "SELECT value FROM revisions WHERE name = 'key'", scalar)

_note = command(
    "key_marks.note", "INSERT INTO revisions (name, value) VALUES ('key', :value) ON CONFLICT (name) DO NOTHING"
)

_change = command("key_marks.change", "UPDATE revisions SET value = :value WHERE name = 'key'")


async def noted(database: Database) -> int | None:
    """Give the fingerprint of the key that the database is used with; None before its first use."""
    return await database.one(_noted)


async def claim(database: Database, fingerprint: int) -> bool:
    """Tell whether this is the key of the database; the first one is."""
    if (known := await noted(database)) is not None:
        return known == fingerprint

    async def body(tx: Transaction) -> int | None:
        await tx.run(_note, value=fingerprint)
        return await tx.one(_noted)

    return await database.transaction(body) == fingerprint


async def change(database: Database, fingerprint: int) -> None:
    """Go on with another key."""

    async def body(tx: Transaction) -> None:
        await tx.run(_note, value=fingerprint)
        await tx.run(_change, value=fingerprint)

    await database.transaction(body)
