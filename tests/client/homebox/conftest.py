"""The Homebox client of either kind, for a server at a URL, for a script, or for a Homebox in memory."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from traceback import walk_tb
from types import FrameType
from typing import Any

import httpx
import pytest

from gatepost.homebox import AsyncHomeboxClient, HomeboxClient
from tests.client.homebox.house import House
from tests.kit.scripted import Scripted, Step, repeat, route, scripted
from tests.kit.twins import finished, open_client

Connect = Callable[..., Any]
Play = Callable[..., AbstractAsyncContextManager[tuple[Any, Scripted]]]
Visit = Callable[..., AbstractAsyncContextManager[tuple[Any, Scripted]]]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOMEBOX_URL", "HOMEBOX_TOKEN"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def connect(twin: str) -> Connect:
    """Give the constructor of the client under test, with a token and the server's URL filled in."""

    def make(url: str, **settings: Any) -> Any:
        kind = HomeboxClient if twin == "blocking" else AsyncHomeboxClient
        return kind(**{"base_url": f"{url}/api", "token": "TOKEN", **settings})

    return make


@pytest.fixture
def play(connect: Connect) -> Play:
    """Open a client together with the scripted server it talks to; settings go to the constructor."""

    @asynccontextmanager
    async def playing(*steps: Step, **settings: Any) -> AsyncIterator[tuple[Any, Scripted]]:
        with scripted(*steps) as server:
            async with open_client(connect(server.url, **settings)) as client:
                yield client, server

    return playing


@pytest.fixture
def house() -> House:
    """Give a real Homebox in memory with Ann's account."""
    house = House()
    house.add("Ann", "ann@example.com", "secret1")
    return house


@pytest.fixture
def visit(connect: Connect, house: House) -> Visit:
    """Open a client that has logged in as Ann, together with the server; settings go to the constructor."""

    @asynccontextmanager
    async def visiting(**settings: Any) -> AsyncIterator[tuple[Any, Scripted]]:
        with scripted(repeat(route(house.answer))) as server:
            async with open_client(connect(server.url, **{"token": None, **settings})) as client:
                await finished(client.login("ann@example.com", "secret1"))
                yield client, server

    return visiting


@pytest.fixture
def http_client(twin: str) -> Callable[..., AbstractAsyncContextManager[Any]]:
    """Open an HTTP client as callers may pass in, for the kind of client under test."""

    @asynccontextmanager
    async def opened(**settings: Any) -> AsyncIterator[Any]:
        if twin == "blocking":
            with httpx.Client(**settings) as blocking:
                yield blocking
        else:
            async with httpx.AsyncClient(**settings) as awaiting:
                yield awaiting

    return opened


@pytest.fixture
def frames() -> Callable[[BaseException], str]:
    """Give what a debugger shows of the frames of the product that an error came through."""

    def shown(error: BaseException) -> str:
        found = [frame.f_locals for frame, _ in walk_tb(error.__traceback__) if is_ours(frame)]
        assert found
        return repr(found)

    return shown


def is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).startswith("gatepost.")
