"""One server for all conformance tests, and others with settings of their own where a case needs them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conformance.homebox.providers import PEOPLE, REDIRECT_URI, trusting
from tests.kit.backstage import backstage
from tests.kit.homebox import House, Person, forgetful
from tests.kit.oidc import OidcProvider
from tests.kit.server import serving


@contextmanager
def running(data: Path, **settings: str) -> Iterator[House]:
    """Run a server with settings, which are environment variables."""
    with serving(data, **settings) as server, backstage(data, **settings) as stage, forgetful() as http:
        yield House(server, stage, http)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("homebox")) as opened:
        yield opened


@pytest.fixture
def ann(house: House) -> Person:
    return house.person()


@pytest.fixture
def bob(house: House) -> Person:
    return house.person()


@pytest.fixture(scope="session")
def provider() -> Iterator[OidcProvider]:
    running = OidcProvider.start(redirect_uris=[REDIRECT_URI], accounts=PEOPLE)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def work(provider: OidcProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Run a server that lets people in through the provider."""
    with running(tmp_path_factory.mktemp("work"), **trusting(provider.issuer)) as house:
        yield house
