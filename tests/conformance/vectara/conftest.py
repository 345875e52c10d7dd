"""One server for all conformance tests, programs and people that may ask it, and the official client."""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from typing import Any

import pytest

from tests.conformance.vectara.official import Official, opened, without_sleep
from tests.kit.backstage import Backstage, backstage
from tests.kit.engines import Install
from tests.kit.server import Server, serving
from tests.kit.vectara import OAuthClient, oauth_client

_numbers = count(1)


@pytest.fixture(scope="session")
def server(install: Install) -> Iterator[Server]:
    with serving(install("vectara")) as running:
        yield running


@pytest.fixture(scope="session")
def stage(server: Server) -> Iterator[Backstage]:
    """Open the services on the database of the running server, as the command line does; an owner stays there."""
    with backstage(server.data) as services:
        services.member(roles=("owner",))
        yield services


@pytest.fixture(params=["sync", "async"])
async def official(request: pytest.FixtureRequest, server: Server) -> AsyncIterator[Official]:
    """Give what makes official clients of either kind."""
    async with opened(request.param, server.url) as made:
        yield made


@pytest.fixture(scope="session")
def program(stage: Backstage) -> OAuthClient:
    """Give the credentials of a program that may do everything."""
    return oauth_client(stage, "owner")


@pytest.fixture
def users(official: Official, program: OAuthClient) -> Any:
    """Give the calls that this program makes."""
    return official(**program._asdict()).users


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the seconds that official clients want to sleep; none passes."""
    return without_sleep(monkeypatch)


@pytest.fixture
def name() -> str:
    """Give a username that nobody has, which is an address as well."""
    return f"user{next(_numbers)}@example.org"


@pytest.fixture
def corpus() -> str:
    """Give the key of a corpus that nobody has a role on."""
    return f"corpus{next(_numbers)}"
