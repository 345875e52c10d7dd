"""The UbiOps client of either kind, in an environment without settings of the real service."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from gatepost.ubiops import ApiClient, AsyncApiClient, AsyncCoreApi, Configuration, CoreApi
from tests.kit.scripted import Scripted, Step, scripted
from tests.kit.twins import open_client

Connect = Callable[[Configuration], AbstractAsyncContextManager[Any]]
Play = Callable[..., AbstractAsyncContextManager[tuple[Any, Scripted]]]

FOREIGN = ("UBIOPS_API_HOST", "UBIOPS_API_TOKEN", "NETRC", "HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy")

USER = {
    "id": "0c2f9f6e-6d0f-4b53-9f3b-8f7a2f3c9a10",
    "email": "a@x.io",
    "name": "N",
    "surname": None,
    "registration_date": "2020-01-10 10:06:25.632+00:00",
    "authentication": "ubiops",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what the machine says of the service, of passwords and of proxies out of the environment."""
    for name in FOREIGN:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def kind(twin: str) -> Any:
    """Give the class of the connections."""
    return ApiClient if twin == "blocking" else AsyncApiClient


@pytest.fixture
def core(twin: str) -> Any:
    """Give the class of the calls."""
    return CoreApi if twin == "blocking" else AsyncCoreApi


@pytest.fixture
def connect(kind: Any, core: Any) -> Connect:
    """Give a function that opens the calls for a configuration."""

    @asynccontextmanager
    async def make(configuration: Configuration) -> AsyncIterator[Any]:
        async with open_client(kind(configuration)) as api_client:
            yield core(api_client)

    return make


@pytest.fixture
def play(connect: Connect) -> Play:
    """Give a function that opens the calls for a server with these steps; keywords are settings of the client."""

    @asynccontextmanager
    async def make(*steps: Step, **settings: Any) -> AsyncIterator[tuple[Any, Scripted]]:
        with scripted(*steps) as server:
            async with connect(configured(server.url, **settings)) as api:
                yield api, server

    return make


def configured(url: str, **settings: Any) -> Configuration:
    """Give the configuration for a server, with a token."""
    configuration = Configuration(f"{url}/v2.1", {"Authorization": "Token abc"})
    for name, value in settings.items():
        setattr(configuration, name, value)
    return configuration
