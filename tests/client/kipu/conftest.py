"""The Kipu client of either kind, for a server at a URL or for a script."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import pytest

from gatepost.kipu import AsyncHubUserClient, HubUserClient
from tests.kit.scripted import Scripted, Step, scripted
from tests.kit.twins import open_client

Connect = Callable[..., Any]
Play = Callable[..., AbstractAsyncContextManager[tuple[Any, Scripted]]]


@pytest.fixture
def connect(twin: str) -> Connect:
    """Give the constructor of the client under test, with a token and the server's URL filled in."""

    def make(url: str, **settings: Any) -> Any:
        kind = HubUserClient if twin == "blocking" else AsyncHubUserClient
        return kind(**{"base_url": f"{url}/user-service", "api_key": "pat1", **settings})

    return make


@pytest.fixture
def play(connect: Connect) -> Play:
    """Open a client together with the scripted server it talks to; settings go to the constructor."""

    @asynccontextmanager
    async def playing(*steps: Step, **settings: Any) -> AsyncIterator[tuple[Any, Scripted]]:
        with scripted(*steps) as server:
            async with open_client(connect(server.url, **settings)) as hub:
                yield hub, server

    return playing


@asynccontextmanager
async def http_client(twin: str, **settings: Any) -> AsyncIterator[Any]:
    """Open an HTTP client as callers may pass in, for the kind of client under test."""
    if twin == "blocking":
        with httpx.Client(**settings) as blocking:
            yield blocking
    else:
        async with httpx.AsyncClient(**settings) as awaiting:
            yield awaiting
