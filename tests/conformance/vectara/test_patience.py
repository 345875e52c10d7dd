"""What a server that asks for patience gets from the official client; section 5.3 of the contract."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.conformance.vectara.official import Official, opened, refused
from tests.kit.cases import rows
from tests.kit.server import Server, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def busy(data: Path) -> Iterator[Server]:
    """Run a server that takes one bad token in three seconds."""
    settings = {"GATEPOST_LIMITS__ENABLED": "true", "GATEPOST_LIMITS__FAILED_TOKENS_PER_NETWORK": "1/3 second"}
    with serving(data, **settings) as server:
        yield server


@pytest.fixture(params=["sync", "async"])
async def hurried(request: pytest.FixtureRequest, busy: Server) -> AsyncIterator[Official]:
    async with opened(request.param, busy.url) as made:
        yield made


@rows(37)
async def test_the_client_is_told_the_seconds_to_sleep(hurried: Official, slept: list[float]) -> None:
    users = hurried(api_key="bad").users
    assert (await refused(users.get, "u")).status_code == 401
    error = await refused(users.get, "u")
    assert (error.status_code, set(error.body)) == (429, {"messages", "request_id"})
    assert len(slept) == 2
    assert all(1 <= seconds <= 3 for seconds in slept)
