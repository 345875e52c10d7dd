"""The revision is read once a turn of the event loop, and still no request is answered from a read before its time."""

import asyncio

import pytest

from gatepost.server.domain.errors import Unauthenticated
from gatepost.server.store.database import Database
from tests.kit.engines import on_sqlite
from tests.kit.storage import storage_at
from tests.service.conftest import World, acting

pytestmark = pytest.mark.anyio


@pytest.fixture
async def raw(world: World) -> bytes:
    """Make a token that is in the cache, and let the turn in which that happened end."""
    account = await world.account()
    new = await world.parts.tokens.create(acting(account), "n")
    await world.parts.credentials.resolve_token(new.raw.encode())
    await asyncio.sleep(0)
    return new.raw.encode()


@pytest.fixture
def revisions(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """Collect every revision that is read."""
    found: list[int | None] = []
    kind = type(world.database)
    read = kind.credential_revision

    def noting(self: Database) -> int | None:
        found.append(read(self))
        return found[-1]

    monkeypatch.setattr(kind, "credential_revision", noting)
    return found


async def test_requests_of_one_turn_share_a_read(world: World, raw: bytes, revisions: list[int | None]) -> None:
    await asyncio.gather(*(world.parts.credentials.resolve_token(raw) for _ in range(5)))
    assert len(revisions) == 1


async def test_every_turn_reads_anew(world: World, raw: bytes, revisions: list[int | None]) -> None:
    for _ in range(3):
        await asyncio.create_task(world.parts.credentials.resolve_token(raw))
    assert len(revisions) == 3


@on_sqlite  # where the revision is known to the instant; PostgreSQL tells of other processes a moment later
async def test_a_request_received_after_a_revocation_is_refused_though_the_turn_had_read_before(
    world: World, raw: bytes
) -> None:
    storage = storage_at(world.place)
    loop, credentials = asyncio.get_running_loop(), world.parts.credentials
    before = loop.create_task(credentials.resolve_token(raw))
    after: list[asyncio.Task[object]] = []

    def revoke_elsewhere() -> None:
        storage.write("DELETE FROM tokens")
        storage.write("UPDATE revisions SET value = value + 1 WHERE name = 'credentials'")
        after.append(loop.create_task(credentials.resolve_token(raw)))

    loop.call_soon(revoke_elsewhere)
    await before
    with pytest.raises(Unauthenticated):
        await after[0]
