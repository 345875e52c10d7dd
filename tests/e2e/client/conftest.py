"""One running server for the tests of all clients, and the services behind it."""

from collections.abc import Iterator

import pytest

from tests.kit.backstage import Backstage, backstage
from tests.kit.server import Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("clients")) as running:
        yield running


@pytest.fixture(scope="session")
def stage(server: Server) -> Iterator[Backstage]:
    """Open the data of the running server, as an operator does on its machine."""
    with backstage(server.data) as opened:
        yield opened
