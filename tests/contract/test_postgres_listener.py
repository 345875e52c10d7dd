"""What is remembered of credentials is believed only while the listener proves that it hears of revocations."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import TypeVar

import anyio
import pytest

from gatepost.server.store.postgres import listener as module
from gatepost.server.store.postgres.connection import open_connection
from gatepost.server.store.postgres.listener import AGAIN_SECONDS, BELIEVED_SECONDS, CHANNEL, Listener
from tests.kit.link import Link, link_to
from tests.kit.logs import logged_by
from tests.kit.postgres import Cluster

pytestmark = pytest.mark.anyio

L = TypeVar("L", bound=Listener)

_numbers = count()


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    name = f"listener{next(_numbers)}"
    yield cluster.create(name, "empty")
    cluster.drop(name)


@pytest.fixture
def link(cluster: Cluster) -> Iterator[Link]:
    with link_to(cluster.port) as opened:
        yield opened


@pytest.fixture
async def listener(url: str, cluster: Cluster, link: Link) -> AsyncIterator[Listener]:
    async with listening(Listener(url.replace(f":{cluster.port}/", f":{link.port}/"))) as listener:
        yield listener


@asynccontextmanager
async def listening(listener: L) -> AsyncIterator[L]:
    listener.start()
    yield listener
    await listener.stop()


async def known(listener: Listener, at_least: int = 0) -> int:
    """Wait until the revision is known, and is so high."""
    while (revision := listener.revision()) is None or revision < at_least:  # noqa: ASYNC110  it is to be asked for
        await asyncio.sleep(0)
    return revision


def questions(cluster: Cluster, url: str) -> list[tuple[object, ...]]:
    """Say when each connection to the database asked something last."""
    name = url.rpartition("/")[2]
    return cluster.execute(f"SELECT pid, query_start FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608  a name of the tests


async def lapse(seconds: float = BELIEVED_SECONDS) -> None:
    """Let more than so many seconds go by without anybody asking the listener: time is what this is about."""
    await asyncio.sleep(seconds * 1.2)


async def revoke(url: str, times: int = 1) -> None:
    connection = await open_connection(url)
    for _ in range(times):
        await connection.execute(f"NOTIFY {CHANNEL}")
    await connection.close()


async def test_a_revocation_elsewhere_is_heard_of_without_asking(listener: Listener, url: str) -> None:
    before = await known(listener)
    await revoke(url)
    assert await known(listener, before + 1) == before + 1


async def test_every_answer_after_the_bound_knows_of_the_revocation(listener: Listener, url: str) -> None:
    for _ in range(10):
        before = await known(listener)
        await revoke(url)
        acknowledged = time.monotonic()
        while time.monotonic() <= acknowledged + BELIEVED_SECONDS:
            listener.revision()
            await asyncio.sleep(0.001)
        assert listener.revision() != before


async def test_silence_is_no_proof(listener: Listener, link: Link, url: str) -> None:
    before = await known(listener)
    link.hold()
    await revoke(url)
    await lapse()
    for _ in range(100):
        assert listener.revision() is None
        await asyncio.sleep(0)
    link.release()
    assert await known(listener) > before


async def test_a_process_that_hung_believes_nothing_it_remembers(listener: Listener) -> None:
    await known(listener)
    time.sleep(BELIEVED_SECONDS * 1.1)  # noqa: ASYNC251  as a process does that is stopped
    assert listener.revision() is None
    await known(listener)


async def test_a_connection_that_was_cut_is_made_anew_and_counts_as_news(listener: Listener, link: Link) -> None:
    before = await known(listener)
    link.cut()
    await known(listener, before + 1)


async def test_a_server_that_went_and_came_back_is_found_again_and_the_log_says_so_once(
    listener: Listener, link: Link
) -> None:
    with logged_by(module) as entries:
        before = await known(listener)
        link.hold()
        await lapse()
        while not entries:  # until the listener has given the answer up
            assert listener.revision() is None
            await asyncio.sleep(0.01)
        link.cut()
        link.release()
        assert await known(listener) > before
    assert [(entry["log_level"], entry["event"]) for entry in entries] == [
        ("warning", "not listening: credentials are read anew each time"),
        ("info", "listening again"),
    ]


async def test_nothing_is_asked_while_nobody_wants_to_know(listener: Listener, cluster: Cluster, url: str) -> None:
    await known(listener)
    await lapse(1)  # the question that was due, on a busy machine too
    asked = questions(cluster, url)
    await lapse(0.5)
    assert questions(cluster, url) == asked
    await known(listener)
    assert questions(cluster, url) != asked


async def test_a_lost_server_is_not_sought_while_nobody_wants_to_know(
    listener: Listener, link: Link, cluster: Cluster, url: str
) -> None:
    await known(listener)
    await lapse()
    link.cut()
    await lapse(2 * AGAIN_SECONDS)
    assert questions(cluster, url) == []
    await known(listener)


async def test_notifications_that_nobody_waits_for_do_not_pile_up(url: str) -> None:
    class Counting(Listener):
        def __init__(self, url: str) -> None:
            super().__init__(url)
            self.all_heard = asyncio.Event()

        def move(self) -> None:
            super().move()
            if self._revision > 1_000:  # the connection itself is news too
                self.all_heard.set()

    async with listening(Counting(url)) as listener:
        await known(listener)
        await lapse()
        await revoke(url, 1_000)
        with anyio.fail_after(60):
            await listener.all_heard.wait()


async def test_several_listeners_hear_the_same(url: str) -> None:
    async with AsyncExitStack() as stack:
        listeners = [await stack.enter_async_context(listening(Listener(url))) for _ in range(3)]
        before = [await known(listener) for listener in listeners]
        await revoke(url, 5)
        for listener, revision in zip(listeners, before, strict=True):
            assert await known(listener, revision + 5) == revision + 5


async def test_stopping_waits_for_no_server_that_does_not_answer(url: str, cluster: Cluster) -> None:
    with link_to(cluster.port) as link, anyio.fail_after(8):  # left to itself the driver would wait for ten seconds
        async with listening(Listener(url.replace(f":{cluster.port}/", f":{link.port}/"))) as listener:
            await known(listener)
            link.hold()
            await lapse()
            listener.revision()
            await lapse()
