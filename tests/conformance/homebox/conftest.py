"""One server for all conformance tests, and others with settings of their own where a case needs them."""

from collections.abc import Iterator

import pytest

from tests.conformance.homebox.providers import PEOPLE, REDIRECT_URI, trusting
from tests.kit.engines import Install
from tests.kit.homebox import House, Person, running
from tests.kit.oidc import OidcProvider


@pytest.fixture(scope="session")
def house(install: Install) -> Iterator[House]:
    with running(install("homebox")) as opened:
        yield opened


@pytest.fixture
def ann(house: House) -> Person:
    return house.person()


@pytest.fixture
def bob(house: House) -> Person:
    return house.person()


@pytest.fixture(scope="session")
def provider() -> Iterator[OidcProvider]:
    company = OidcProvider.start(redirect_uris=[REDIRECT_URI], accounts=PEOPLE)
    yield company
    company.stop()


@pytest.fixture(scope="session")
def work(provider: OidcProvider, install: Install) -> Iterator[House]:
    """Run a server that lets people in through the provider."""
    with running(install("work"), **trusting(provider.issuer)) as house:
        yield house
