"""One server for all conformance tests, accounts on it, and the official clients."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gatepost.server.domain.accounts import Account
from gatepost.server.domain.principal import SYSTEM
from tests.conformance.kipu.hubs import Hubs, async_hubs, sync_hubs
from tests.kit.backstage import Backstage, Member, backstage
from tests.kit.engines import Install
from tests.kit.server import Server, serving

PREFIX = "/kipu/user-service"

Passing = Callable[..., Account]
"""Makes an account that lasts for one test."""


@pytest.fixture(scope="session")
def server(install: Install) -> Iterator[Server]:
    with serving(install("kipu")) as running:
        yield running


@pytest.fixture(scope="session")
def stage(server: Server) -> Iterator[Backstage]:
    """Open the services on the database of the running server, as the command line does."""
    with backstage(server.data) as opened:
        yield opened


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    return server.url + PREFIX


@pytest.fixture(scope="session", params=["sync", "async"])
def hub(request: pytest.FixtureRequest, base_url: str, stage: Backstage) -> Iterator[Hubs]:
    with sync_hubs(base_url) if request.param == "sync" else async_hubs(base_url, stage.portal) as hubs:
        yield hubs


@pytest.fixture(scope="session")
def sync_hub(base_url: str) -> Iterator[Hubs]:
    """Make sync clients only, where what is tested does not depend on the client's kind."""
    with sync_hubs(base_url) as hubs:
        yield hubs


@pytest.fixture
def passing(stage: Backstage) -> Iterator[Passing]:
    """Make accounts as `Backstage.account` does, and remove them after the test."""
    made: list[Account] = []

    def account(*args: Any, **fields: Any) -> Account:
        made.append(stage.account(*args, **fields))
        return made[-1]

    yield account
    for one in made:
        stage.call(stage.parts.administration.delete, SYSTEM, one.id)


@pytest.fixture
def ada(stage: Backstage) -> Member:
    """Make a member called Ada Lovelace."""
    return stage.member(first_name="Ada", last_name="Lovelace")


@pytest.fixture(scope="session")
def reader(stage: Backstage) -> Member:
    """Make a member for tests that change nothing of hers."""
    return stage.member(first_name="Betty", last_name="Holberton")
