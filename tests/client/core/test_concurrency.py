"""One client, used by many at once."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from gatepost._core import drive
from gatepost._core.drive import AsyncDriver, Driver
from gatepost._core.flow import Flow, alone, send, wait
from gatepost.kipu import AsyncHubUserClient, HubUserClient
from tests.kit.scripted import Seen, Step, answer, drip, repeat, reset, route, scripted, silent

pytestmark = pytest.mark.anyio

CALLERS = 8
HANGS = 20
"""Seconds after which something hangs."""


def echo(seen: Seen) -> Step:
    """Answer with the id that was asked for."""
    return answer(json={"id": seen.target.rpartition("/")[2]})


class Gate:
    """Answers nobody before everybody has asked."""

    def __init__(self, count: int) -> None:
        self._barrier = threading.Barrier(count)

    def __call__(self, seen: Seen) -> Step:
        self._barrier.wait(HANGS)
        return echo(seen)


IDS = [f"u{number}" for number in range(CALLERS)]


def test_threads_share_a_blocking_client_and_each_gets_its_own_answer() -> None:
    with (
        scripted(repeat(route(Gate(CALLERS)))) as server,
        HubUserClient(base_url=server.url, api_key="pat1") as hub,
        ThreadPoolExecutor(CALLERS) as threads,
    ):
        users = list(threads.map(hub.users.get_user_by_id, IDS))
    assert [user.id for user in users] == IDS


async def test_tasks_share_an_awaiting_client_and_each_gets_its_own_answer() -> None:
    with scripted(repeat(route(Gate(CALLERS)))) as server:
        async with AsyncHubUserClient(base_url=server.url, api_key="pat1") as hub:
            users = await asyncio.gather(*[hub.users.get_user_by_id(id) for id in IDS])
    assert [user.id for user in users] == IDS


def test_threads_that_are_first_at_once_make_one_http_client() -> None:
    driver = Driver()
    ready = threading.Barrier(CALLERS)

    def first(_: int) -> httpx.Client:
        ready.wait(HANGS)
        return driver._http()

    with ThreadPoolExecutor(CALLERS) as threads:
        made = set(threads.map(first, range(CALLERS)))
    driver.close()
    assert len(made) == 1


class Fetch:
    """Fetches something once, for all who want it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._held: str | None = None

    def flow(self) -> Flow[str]:
        return (yield from alone(self._fetched()))

    def _fetched(self) -> Flow[str]:
        if self._held is None:
            response = yield from send(httpx.Request("POST", f"{self._url}/token"))
            self._held = response.text
        return self._held


def test_threads_that_want_the_same_at_once_fetch_it_once() -> None:
    driver = Driver()
    with scripted(answer(text="t1")) as server, ThreadPoolExecutor(CALLERS) as threads:
        fetch = Fetch(server.url)
        tokens = list(threads.map(lambda _: driver.run(fetch.flow()), range(CALLERS)))
        driver.close()
    assert tokens == ["t1"] * CALLERS


async def fetched(driver: AsyncDriver, url: str) -> list[str]:
    fetch = Fetch(url)
    return await asyncio.gather(*[driver.run(fetch.flow()) for _ in range(CALLERS)])


async def test_tasks_that_want_the_same_at_once_fetch_it_once() -> None:
    driver = AsyncDriver()
    with scripted(answer(text="t1")) as server:
        assert await fetched(driver, server.url) == ["t1"] * CALLERS
        await driver.close()


def test_tasks_of_one_loop_after_the_other_fetch_once_each() -> None:
    driver = AsyncDriver()
    closing = {"Connection": "close"}
    with scripted(answer(text="t1", headers=closing), answer(text="t2", headers=closing)) as server:
        assert asyncio.run(fetched(driver, server.url)) == ["t1"] * CALLERS
        assert asyncio.run(fetched(driver, server.url)) == ["t2"] * CALLERS


async def test_when_the_first_fails_the_next_tries_itself() -> None:
    driver = AsyncDriver()
    with scripted(reset(), answer(text="t1")) as server:
        fetch = Fetch(server.url)
        tasks = asyncio.gather(*[driver.run(fetch.flow()) for _ in range(3)], return_exceptions=True)
        results = await asyncio.wait_for(tasks, HANGS)
        await driver.close()
    assert [type(result) for result in results] == [httpx.ReadError, str, str]


def test_an_interrupt_frees_what_was_to_be_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    driver = Driver()
    with monkeypatch.context() as patch:
        patch.setattr(drive, "sleep", interrupt)
        with pytest.raises(KeyboardInterrupt):
            driver.run(alone(wait(1)))
    assert not driver._alone.locked()
    assert driver.run(alone(wait(1))) is None


async def cancelled(task: "asyncio.Task[Any]") -> bool:
    task.cancel()
    await asyncio.wait([task])
    return task.cancelled()


@pytest.mark.parametrize("stuck", [silent(), drip(answer(json={"id": "u1"}))], ids=["before the head", "in the body"])
async def test_a_cancelled_call_leaves_the_client_as_it_was(stuck: Step) -> None:
    with scripted(stuck, answer(json={"id": "u2"})) as server:
        async with AsyncHubUserClient(base_url=server.url, api_key="pat1") as hub:
            task = asyncio.create_task(hub.users.get_user_by_id("u1"))
            await asyncio.to_thread(server.await_requests, 1)
            assert await cancelled(task)
            await asyncio.to_thread(server.await_disconnection)
            assert (await hub.users.get_user_by_id("u2")).id == "u2"


async def test_a_call_may_be_cancelled_while_it_waits_for_its_next_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = asyncio.Event()

    async def for_ever(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(drive, "pause", for_ever)
    with scripted(answer(503), answer(json={"id": "u2"})) as server:
        async with AsyncHubUserClient(base_url=server.url, api_key="pat1") as hub:
            task = asyncio.create_task(hub.users.get_user_by_id("u1"))
            await waiting.wait()
            assert await cancelled(task)
            assert (await hub.users.get_user_by_id("u2")).id == "u2"


async def test_when_the_first_is_cancelled_the_next_tries_itself() -> None:
    driver = AsyncDriver()
    with scripted(silent(), answer(text="t1")) as server:
        fetch = Fetch(server.url)
        first, *others = [asyncio.create_task(driver.run(fetch.flow())) for _ in range(3)]
        await asyncio.to_thread(server.await_requests, 1)
        assert await cancelled(first)
        assert await asyncio.wait_for(asyncio.gather(*others), HANGS) == ["t1", "t1"]
        await driver.close()


async def test_one_that_is_cancelled_while_it_waits_for_the_first_holds_up_nobody() -> None:
    driver = AsyncDriver()
    with scripted(drip(answer(text="t"))) as server:
        fetch = Fetch(server.url)
        first, second, third = [asyncio.create_task(driver.run(fetch.flow())) for _ in range(3)]
        await asyncio.to_thread(server.await_requests, 1)
        assert await cancelled(second)
        server.release()
        assert list(await asyncio.wait_for(asyncio.gather(first, third), HANGS)) == ["t", "t"]
        await driver.close()
