"""One running server for the tests of all clients, and the services behind it."""

from collections.abc import Iterator

import pytest

from tests.kit.backstage import Backstage, backstage
from tests.kit.engines import Install
from tests.kit.server import Server, serving


@pytest.fixture(scope="session")
def server(install: Install) -> Iterator[Server]:
    with serving(install("clients")) as running:
        yield running


@pytest.fixture(scope="session")
def stage(server: Server) -> Iterator[Backstage]:
    """Open the data of the running server, as an operator does on its machine."""
    with backstage(server.data) as opened:
        yield opened
