"""What the HTTP server is started with, tried on the server itself with less patience."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from gatepost.cli.listening import server_options
from gatepost.server.config import load
from gatepost.server.web.answers import Answer
from tests.kit.server import free_port
from tests.kit.wire import SECONDS

pytestmark = pytest.mark.anyio

PATIENCE_MS = 100


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Serve one plain answer with the options of `gatepost serve`, but for the time a client gets."""
    port = free_port()
    options = server_options(load(None, {}, {"server.port": port, "server.workers": 4}).settings)
    impatient = replace(options["http1_settings"], header_read_timeout=PATIENCE_MS)
    server = Server(Answer(b"here"), interface=Interfaces.ASGINL, **options | {"http1_settings": impatient})
    listening = asyncio.Event()
    server.on_startup(listening.set)
    serving = asyncio.create_task(server.serve())
    await listening.wait()
    yield port
    server.stop()  # type: ignore[no-untyped-call]  # Granian's methods have no types
    await serving


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    while True:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0)


@asynccontextmanager
async def said(port: int, what: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """Say something over a new connection and lend what comes back, for as long as a test waits."""
    reader, writer = await connected(port)
    writer.write(what)
    async with asyncio.timeout(SECONDS):
        yield reader
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@pytest.mark.parametrize(
    "beginning",
    [b"", b"PRI * HT", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", b"GET / HTTP/1.1\r\nHo"],
    ids=["nothing", "half of a greeting in HTTP/2", "a greeting in HTTP/2", "half of a head"],
)
async def test_a_client_that_says_nothing_more_is_cut_off(port: int, beginning: bytes) -> None:
    async with said(port, beginning) as reader:
        assert b" 200 " not in await reader.read()


async def test_a_client_that_asks_nothing_more_is_cut_off(port: int) -> None:
    async with said(port, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n") as reader:
        assert (await reader.read()).endswith(b"here")


async def test_a_head_that_would_fill_the_memory_is_refused(port: int) -> None:
    async with said(port, b"GET / HTTP/1.1\r\nHost: h\r\nx-long: " + b"x" * 300_000 + b"\r\n\r\n") as reader:
        assert (await reader.readline()).split()[1] == b"431"


def test_every_worker_serves_as_many_connections_as_one_alone() -> None:
    options: list[dict[str, Any]] = [
        server_options(load(None, {}, {"server.workers": workers}).settings) for workers in (1, 8)
    ]
    assert options[0]["backpressure"] == options[1]["backpressure"] >= socket.SOMAXCONN // 4
