from collections.abc import Iterator

import pytest

from tests.kit.backstage import Backstage, Member, backstage
from tests.kit.engines import Install
from tests.kit.server import Server, serving
from tests.kit.site import Site, open_site


@pytest.fixture(scope="session")
def site(install: Install) -> Iterator[Site]:
    with open_site(install("site")) as opened:
        yield opened


@pytest.fixture(scope="session")
def server(install: Install) -> Iterator[Server]:
    with serving(install("server")) as running:
        yield running


@pytest.fixture(scope="session")
def stage(server: Server) -> Iterator[Backstage]:
    with backstage(server.data) as opened:
        yield opened


@pytest.fixture(scope="session")
def ada(site: Site) -> Member:
    """Give somebody who can do everything but leave: the only owner of the site, for all tests of it."""
    return survivor(site.stage)


def survivor(stage: Backstage) -> Member:
    """Make the only owner: with a second one beside, either could be deleted."""
    return stage.member(first_name="Ada", roles=("owner",))
