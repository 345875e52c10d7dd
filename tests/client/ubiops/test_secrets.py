"""Passwords and tokens are in no repr, no log and no traceback."""

import logging
import pprint
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from rich.console import Console

import gatepost
from gatepost.ubiops import ApiValueError, Configuration, UserPendingCreate
from gatepost.ubiops.ops import sealed, user_create
from tests.client.ubiops.conftest import USER, Play, configured
from tests.kit.scripted import Step, answer, hang_up, reset, scripted, truncated
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

OURS = str(Path(gatepost.__file__).parent)
SECRETS = ("s3cret", "t0ken", "c00kie")
DATA = {"email": "a@x.io", "password": "s3cret"}


def frames(error: BaseException | None) -> Iterator[FrameType]:
    """Yield the frames of this library that an error and its causes went through."""
    while error is not None:
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename.startswith(OURS):
                yield trace.tb_frame
            trace = trace.tb_next
        error = error.__cause__ or error.__context__


def shown(error: BaseException) -> str:
    """Give what a traceback with local variables shows of this library, and the error itself."""
    found = [repr(frame.f_locals) for frame in frames(error)]
    assert found
    return "\n".join([repr(error), str(error), *found])


def hidden(text: str) -> bool:
    return not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize("data", [DATA, UserPendingCreate(**DATA)], ids=["dict", "model"])
@pytest.mark.parametrize("step", [hang_up(), reset(), answer(400), answer(201), truncated(answer(201, json=USER))])
async def test_no_traceback_shows_what_was_sent(kind: Any, core: Any, data: Any, step: Step) -> None:
    with scripted(step) as server:
        configuration = configured(server.url, api_key={"Authorization": "Token t0ken"})
        async with open_client(kind(configuration, "X-Key", "t0ken", cookie="c00kie")) as api_client:
            with pytest.raises(Exception) as failure:  # noqa: PT011  each step has its own
                await finished(core(api_client).user_create(data))
    sent = server.requests[0]
    assert (sent.json(), sent.headers["cookie"], sent.headers["x-key"]) == (DATA, "c00kie", "t0ken")
    assert hidden(shown(failure.value))


@pytest.mark.parametrize("change", [{"email": "x" * 255}, {"password": "s3cret" * 30}, {"name": "s3cret\udc80"}])
async def test_no_traceback_shows_what_was_refused(play: Play, change: dict[str, str]) -> None:
    async with play() as (api, _):
        with pytest.raises(ApiValueError) as refused:
            await finished(api.user_create({**DATA, **change}))
    assert hidden(shown(refused.value))


async def test_no_traceback_shows_a_token_that_cannot_travel(play: Play) -> None:
    async with play(api_key={"Authorization": "Token t0ken\n"}) as (api, _):
        with pytest.raises(ApiValueError) as refused:
            await finished(api.user_get())
    assert hidden(shown(refused.value))


@pytest.mark.parametrize("show", [repr, str, pprint.pformat, "{}".format, UserPendingCreate.to_str])
def test_no_text_of_a_user_shows_the_password(show: Any) -> None:
    text = show(UserPendingCreate(**DATA))
    assert hidden(text)
    assert "a@x.io" in text


def secretive() -> list[Any]:
    """List whatever holds a secret."""
    configuration = Configuration("http://x", {"Authorization": "t0ken"}, {"Authorization": "Bearer"})
    configuration.proxy = "http://ann:s3cret@proxy"
    api_client = gatepost.ubiops.ApiClient(configuration, "X-Key", "t0ken", "c00kie")
    fields = sealed(DATA)
    made = [configuration, configuration.api_key, api_client, api_client.default_headers, fields]
    return [*made, UserPendingCreate(**DATA), user_create(fields, True)]


@pytest.mark.parametrize("one", secretive(), ids=lambda one: type(one).__name__)
def test_nothing_that_holds_a_secret_shows_it(one: Any) -> None:
    console = Console(width=500)
    with console.capture() as captured:
        console.print(one)
    assert hidden(f"{one!r} {one} {pprint.pformat(one)} {captured.get()}")


def test_a_password_is_hidden_only_when_there_is_one() -> None:
    assert repr(UserPendingCreate("a@x.io")) == (
        "UserPendingCreate(email='a@x.io', password=None, name=None, surname=None, phone=None)"
    )
    assert "password='[REDACTED]'" in repr(UserPendingCreate(**DATA))


def test_whoever_asks_for_a_secret_gets_it() -> None:
    configuration = Configuration("http://x", {"Authorization": "t0ken"})
    assert configuration.api_key["Authorization"] == "t0ken"
    assert configuration.get_api_key_with_prefix("Authorization") == "Token t0ken"
    assert UserPendingCreate(**DATA).to_dict()["password"] == "s3cret"


async def test_the_debugging_log_tells_of_requests_without_secrets(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = {"Authorization": "Token t0ken"}
    async with play(answer(429), answer(201, json=USER), api_key=key, debug=True) as (api, _):
        await finished(api.user_create(DATA))
    ours = [record.message.partition(" {")[0] for record in caplog.records if record.name == "gatepost"]
    assert ours == [
        "Making HTTP request",
        "Repeating HTTP request",
        "Making HTTP request",
        "HTTP request succeeded",
    ]
    assert hidden(caplog.text)


async def test_nothing_is_logged_unless_wanted(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "gatepost")
    async with play(answer(json=USER)) as (api, _):
        await finished(api.user_get())
    assert [record for record in caplog.records if record.name == "gatepost"] == []


async def test_a_logger_of_ones_own_is_written_to(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "mine")
    async with play(answer(json=USER), logging=logging.getLogger("mine")) as (api, _):
        await finished(api.user_get())
    assert {record.name for record in caplog.records} >= {"mine"}
