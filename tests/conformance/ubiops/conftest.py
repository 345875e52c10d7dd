"""One server for all conformance tests, people on it, and the official client."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import ubiops

from tests.kit.backstage import Backstage, Member, backstage
from tests.kit.engines import Install
from tests.kit.server import Server, serving

PREFIX = "/ubiops/v2.1"
SETTINGS = ("UBIOPS_API_HOST", "UBIOPS_API_TOKEN", "NETRC", "HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy")

Connect = Callable[..., Any]
"""Gives a `CoreApi` for a token and, unless it is our server, a host; keywords are settings of the client."""


@pytest.fixture(scope="session")
def server(install: Install) -> Iterator[Server]:
    with serving(install("ubiops")) as running:
        yield running


@pytest.fixture(scope="session")
def stage(server: Server) -> Iterator[Backstage]:
    """Open the services on the database of the running server, as the command line does."""
    with backstage(server.data) as opened:
        yield opened


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what the machine says of the service, of passwords and of proxies out of the environment."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def host(server: Server) -> str:
    return server.url + PREFIX


@pytest.fixture
def connect(host: str) -> Connect:
    def make(token: str | None, at: str | None = None, **settings: Any) -> Any:
        configuration = ubiops.Configuration(at or host, {"Authorization": token} if token else None)
        for name, value in settings.items():
            setattr(configuration, name, value)
        return ubiops.CoreApi(ubiops.ApiClient(configuration))

    return make


@pytest.fixture
def ada(stage: Backstage) -> Member:
    """Make a member called Ada Lovelace."""
    return stage.member(first_name="Ada", last_name="Lovelace")


@pytest.fixture
def api(connect: Connect, ada: Member) -> Any:
    """Give the calls that Ada makes."""
    return connect(ada.token)
