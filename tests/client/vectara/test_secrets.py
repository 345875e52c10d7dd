"""Secrets are in no text that a program writes down: reprs, errors, logs, tracebacks with variables."""

import logging
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gatepost.vectara import ApiError, VectaraEnvironment
from tests.client.vectara.conftest import Connect, token
from tests.kit.scripted import Step, answer, hang_up, refused, repeat, scripted, silent
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

SECRET = "s3cr3t"
EVERY = {"api_key": f"{SECRET}-key", "client_id": "cid", "client_secret": f"{SECRET}-client"}


def variables(error: BaseException | None) -> Iterator[str]:
    """Yield the variables of every frame that is not a test's, of an error and those behind it."""
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "tests" not in frame.f_code.co_filename:
                yield from (repr(value) for value in frame.f_locals.values())
        yield f"{error!r} {error} {error.__dict__}"
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    ("api", "auth"),
    [
        ([], [answer(401, json={"error": "invalid_client"})]),
        ([], [repeat(hang_up())]),
        ([], [answer(json={"access_token": f"{SECRET} token", "expires_in": "soon"})]),
        ([], [answer(json={"access_token": f"{SECRET}\n", "expires_in": 1800})]),
        ([answer(403, json={"messages": ["no"]})], [token(f"{SECRET}-token")]),
        ([answer(401), answer(401)], [repeat(token(f"{SECRET}-token"))]),
        ([repeat(hang_up())], [token(f"{SECRET}-token")]),
        ([silent()], [token(f"{SECRET}-token")]),
        ([answer(200, text="<html>")], [token(f"{SECRET}-token")]),
    ],
)
async def test_no_error_shows_a_secret(connect: Connect, api: list[Step], auth: list[Step]) -> None:
    with scripted(*api) as api_server, scripted(*auth) as auth_server:
        environment = VectaraEnvironment(default=api_server.url, auth=auth_server.url)
        async with open_client(connect("", environment=environment, timeout=0.5, **EVERY)) as client:
            with pytest.raises((ApiError, httpx.TransportError)) as failure:
                await finished(client.users.get("u"))
    assert SECRET not in "\n".join(variables(failure.value))


async def test_an_endpoint_that_is_not_there_shows_no_secret(connect: Connect) -> None:
    async with open_client(connect(refused(), **EVERY)) as client:
        with pytest.raises(httpx.ConnectError) as failure:
            await finished(client.users.get("u"))
    assert SECRET not in "\n".join(variables(failure.value))


async def test_no_log_shows_a_secret(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    steps = [token(f"{SECRET}-token"), answer(201, json={"username": "u", "one_time_code": f"{SECRET}-code"})]
    with caplog.at_level(logging.DEBUG), scripted(*steps) as server:
        async with open_client(connect(server.url, logging=logging.getLogger("gatepost"), **EVERY)) as client:
            await finished(client.users.create(email="a@x.io"))
    assert "/oauth2/token" in caplog.text
    assert SECRET not in caplog.text


async def test_no_repr_shows_a_secret(connect: Connect) -> None:
    steps = [token(f"{SECRET}-token"), answer(201, json={"username": "u", "one_time_code": f"{SECRET}-code"})]
    with scripted(*steps) as server:
        async with open_client(connect(server.url, **EVERY)) as client:
            user = await finished(client.users.create(email="a@x.io"))
            parts: list[Any] = [client, client.users, client._session.service, vars(client._session.service.credential)]
    assert user.one_time_code == f"{SECRET}-code"
    assert SECRET not in repr([*parts, user])


async def test_a_client_cannot_be_written_down(connect: Connect) -> None:
    async with open_client(connect("http://127.0.0.1:9", **EVERY)) as client:
        with pytest.raises(TypeError):
            pickle.dumps(client._session.service.credential)
