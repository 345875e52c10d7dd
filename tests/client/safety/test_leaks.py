"""Secrets of the caller and of the answers are in nothing that a program writes down, whatever fails."""

import asyncio
import logging
import pickle
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from gatepost._core.calls import Call, Operation
from gatepost._core.errors import ApiError
from gatepost.kipu import AsyncHubUserClient, HubUserClient
from tests.client.kipu.conftest import Connect, http_client
from tests.kit.leaks import chain, kept, shown, traces
from tests.kit.scripted import (
    Step,
    answer,
    drip,
    hang_up,
    raw,
    redirect,
    refused,
    repeat,
    reset,
    scripted,
    silent,
    truncated,
)
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

MARK = "s3cr3t"
OWN = f"{MARK}-own"
TOKEN, GATEWAY, PASSWORD = f"{OWN}-token", f"{OWN}-gateway", f"{OWN}-password"
"""What the caller gave."""

SERVED = f"{MARK}-served"
"""What came in answers; an error keeps it in its attributes, as documented, and shows it nowhere."""

NEW_TOKEN = {"name": "ci", "value": SERVED}
SESSION = {"Set-Cookie": f"session={SERVED}"}
"""What a server may send along with any answer."""

FAILURES: dict[str, Step] = {
    "401": answer(401, json={"message": "no"}, headers=SESSION),
    "404 without a body": answer(404),
    "500": answer(500, text="out of order", headers=SESSION),
    "429": answer(429, headers={"Retry-After": "5"}),
    "reset": reset(),
    "hang-up": hang_up(),
    "half a body": truncated(answer(json=NEW_TOKEN)),
    "half a document": answer(body=f'{{"name": "ci", "value": "{SERVED}'.encode()),
    "no utf-8": answer(body=f'{{"name": "ci", "value": "{SERVED}\xff"}}'.encode("latin-1")),
    "a web page": answer(text=f"<html>{SERVED}"),
    "a text": answer(text=SERVED),
    "another type": answer(json={**NEW_TOKEN, "id": 7}),
    "a missing field": answer(json={"value": SERVED}),
    "another shape": answer(json=[NEW_TOKEN]),
    "not gzip": answer(json=NEW_TOKEN, headers={"Content-Encoding": "gzip"}),
    "no http": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "a redirect": redirect(302, f"{refused()}/?code={SERVED}"),
    "a redirect to nowhere": redirect(307, "http://[/"),
}
LATE = {"silence": silent(), "a body without end": drip(answer(json=NEW_TOKEN))}
"""What only a time-out ends."""

cases = pytest.mark.parametrize(
    ("step", "patience"),
    [pytest.param(step, 20, id=name) for name, step in FAILURES.items()]
    + [pytest.param(step, 0.1, id=name) for name, step in LATE.items()],
)


def make(hub: Any) -> Any:
    return hub.user_settings_personal_access_tokens.create_personal_access_token(name="ci")


def read(hub: Any) -> Any:
    return hub.user_settings_personal_access_tokens.get_personal_access_tokens()


def log_in(hub: Any) -> Any:
    return hub._session.run(_log_in(), None)


def _log_in() -> Operation[object]:
    reply = yield Call("POST", "/login", json={"password": PASSWORD}, query={"code": PASSWORD}, idempotent=True)
    return reply.decode(dict[str, int])


def send_form(hub: Any) -> Any:
    return hub._session.run(_send_form(), None)


def _send_form() -> Operation[object]:
    reply = yield Call("GET", "/login", form={"password": PASSWORD}, headers={"Authorization": PASSWORD})
    return reply.decode(dict[str, int])


async def failure(call: Callable[[Any], Any], hub: Any) -> Exception:
    """Make a call that fails and give its error, as one that has travelled through a program."""
    with pytest.raises((ApiError, httpx.HTTPError, RuntimeError, ValueError)) as failed:
        await finished(call(hub))
    return failed.value


def leaks(error: BaseException) -> list[str]:
    """Give what surrounds the secrets that an error shows, or keeps of the caller's."""
    attributes = (text for one in chain(error) for text in kept(one))
    return [*around(MARK, traces(error)), *around(OWN, attributes)]


def around(mark: str, texts: Iterable[str]) -> list[str]:
    return [text[max(0, text.find(mark) - 200) : text.find(mark) + 30] for text in texts if mark in text]


@asynccontextmanager
async def entered(connect: Connect, url: str, **settings: Any) -> AsyncIterator[Any]:
    """Open a client that has every secret a caller can give it."""
    async with open_client(connect(url, api_key=TOKEN, headers={"X-Gateway": GATEWAY}, **settings)) as hub:
        yield hub


@cases
@pytest.mark.parametrize("call", [make, log_in, send_form])
async def test_no_error_shows_a_secret(connect: Connect, step: Step, patience: float, call: Any) -> None:
    with scripted(repeat(step), all_used=False) as server:
        async with entered(connect, server.url, timeout=patience) as hub:
            error = await failure(call, hub)
    assert leaks(error) == []


async def test_no_error_about_a_connection_shows_a_secret(connect: Connect) -> None:
    async with entered(connect, refused()) as hub:
        error = await failure(make, hub)
    assert isinstance(error, httpx.ConnectError)
    assert leaks(error) == []


async def test_no_error_from_another_origin_shows_a_secret(connect: Connect) -> None:
    with scripted(repeat(hang_up())) as elsewhere, scripted(repeat(redirect(302, elsewhere.url))) as server:
        async with entered(connect, server.url) as hub:
            error = await failure(read, hub)
    assert isinstance(error, httpx.RemoteProtocolError)
    assert leaks(error) == []
    assert not any(MARK in str(seen.pairs) for seen in elsewhere.requests)


async def test_no_error_of_a_closed_client_shows_a_secret(connect: Connect) -> None:
    async with entered(connect, refused()) as hub:
        await finished(hub.close())
        error = await failure(read, hub)
    assert isinstance(error, RuntimeError)
    assert leaks(error) == []


async def test_no_error_of_an_http_client_that_was_passed_in_shows_a_secret(connect: Connect, twin: str) -> None:
    async with http_client(twin, headers={"X-Own": GATEWAY}, auth=("ann", PASSWORD)) as own:
        with scripted(repeat(reset())) as server:
            hub = connect(server.url, api_key=TOKEN, httpx_client=own)
            error = await failure(read, hub)
    assert server.requests[0].headers["authorization"].startswith("Basic ")
    assert leaks(error) == []


async def test_the_error_of_a_hook_says_where_and_shows_no_secret(connect: Connect, twin: str) -> None:
    def broken(request: httpx.Request) -> None:
        raise ValueError("a mistake in the hook")

    async def broken_async(request: httpx.Request) -> None:
        broken(request)

    hook = broken if twin == "blocking" else broken_async
    async with http_client(twin, event_hooks={"request": [hook]}) as own:
        error = await failure(read, connect(refused(), api_key=TOKEN, httpx_client=own))
    assert "in broken" in next(traces(error))
    assert leaks(error) == []


def test_an_interrupt_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(stream: object, buffer: bytes, timeout: float | None = None) -> None:
        assert TOKEN.encode() in buffer
        raise KeyboardInterrupt

    monkeypatch.setattr("httpcore._backends.sync.SyncStream.write", interrupt)
    with (
        scripted() as server,
        HubUserClient(base_url=server.url, api_key=TOKEN) as hub,
        pytest.raises(KeyboardInterrupt) as interrupted,
    ):
        hub.user_settings.get_current_user()
    assert leaks(interrupted.value) == []


async def test_a_cancelled_call_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    writing = asyncio.Event()

    async def for_ever(stream: object, buffer: bytes, *limits: object, **more: object) -> None:
        assert TOKEN.encode() in buffer
        writing.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("httpcore._backends.anyio.AnyIOStream.write", for_ever)
    with scripted() as server:
        async with AsyncHubUserClient(base_url=server.url, api_key=TOKEN) as hub:
            task = asyncio.create_task(hub.user_settings.get_current_user())
            await writing.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as cancelled:
                await task
    assert leaks(cancelled.value) == []


@pytest.mark.parametrize("value", [f"{TOKEN}\n", f" {TOKEN}", f"{TOKEN}é", f"{TOKEN}\r\nX-Evil: 1"])
async def test_no_error_about_a_value_shows_it(connect: Connect, value: str) -> None:
    for settings in ({"api_key": value}, {"api_key": TOKEN, "headers": {"X-Gateway": value}}):
        with pytest.raises(ValueError, match="cannot travel in a header") as failed:
            connect(refused(), **settings)
        assert MARK not in f"{failed.value!r} {failed.value}"


@cases
async def test_no_log_shows_a_secret(
    connect: Connect, step: Step, patience: float, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), scripted(repeat(step), all_used=False) as server:
        async with entered(connect, server.url, timeout=patience, logging=logging.getLogger("gatepost")) as hub:
            await failure(make, hub)
            await failure(log_in, hub)
    assert {"gatepost", "httpcore.http11"} <= {record.name for record in caplog.records}
    for record in caplog.records:
        assert MARK not in f"{record.getMessage()} {record.__dict__}"


async def test_no_log_of_a_success_shows_a_secret(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), scripted(answer(201, json=NEW_TOKEN, headers=SESSION)) as server:
        async with entered(connect, server.url, logging=logging.getLogger("gatepost")) as hub:
            assert (await finished(make(hub))).value == SERVED
    assert {"gatepost", "httpx", "httpcore.http11"} <= {record.name for record in caplog.records}
    for record in caplog.records:
        assert MARK not in f"{record.getMessage()} {record.__dict__}"


async def test_no_view_of_a_client_or_its_parts_shows_a_secret(connect: Connect, twin: str) -> None:
    async with (
        http_client(twin, headers={"X-Own": GATEWAY}) as own,
        entered(connect, refused(), httpx_client=own) as hub,
    ):
        session = hub._session
        parts = [hub, hub.users, hub.users.with_raw_response, hub.with_options(headers={"X-A": GATEWAY})]
        parts += [session, session.service, session.driver, session.service.credential, session.service.log]
        for part in parts:
            assert around(MARK, (*shown(part), *kept(part))) == []


async def test_no_view_of_a_result_shows_a_secret_unless_it_is_asked_for(connect: Connect) -> None:
    with scripted(repeat(answer(201, json=NEW_TOKEN, headers=SESSION))) as server:
        async with entered(connect, server.url) as hub:
            token = await finished(make(hub))
            raw_tokens = hub.user_settings_personal_access_tokens.with_raw_response
            response = await finished(raw_tokens.create_personal_access_token(name="ci"))
    assert (token.value, response.data.value) == (SERVED, SERVED)
    for result in (token, response, response.response):
        assert around(MARK, shown(result)) == []
    sent = response.response.request
    assert (sent.method, sent.url.path) == ("POST", "/user-service/me/access-tokens")
    assert MARK not in f"{sent.headers.multi_items()} {sent.content!r} {pickle.dumps(sent)!r}"
