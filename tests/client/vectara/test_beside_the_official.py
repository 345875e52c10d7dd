"""What the official client (vectara 0.4.3) does wrong, and what ours does in the same place."""

import time
from collections.abc import Iterator
from itertools import islice
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import vectara
from vectara.core import http_client
from vectara.core.api_error import ApiError as OfficialError
from vectara.environment import VectaraEnvironment as OfficialEnvironment

from gatepost.vectara import ConflictError, PagingError, UnauthorizedError, Vectara, VectaraEnvironment
from tests.client.vectara.conftest import CLIENT, token
from tests.kit.scripted import Answer, Scripted, answer, redirect, repeat, scripted

FOUND = answer(json={"username": "u"})

Official: Any = vectara.Vectara  # its constructor has no types
AsyncOfficial: Any = vectara.AsyncVectara


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "time", SimpleNamespace(sleep=lambda _: None, time=time.time))


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(follow_redirects=True) as client:
        yield client


class Both:
    """The two clients, each made for a server."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def official(self, url: str, auth: str = "", **settings: Any) -> Any:
        environment = OfficialEnvironment(default=url, auth=auth or url)
        settings = {"api_key": None, "client_id": None, "client_secret": None, **settings}
        return Official(environment=environment, httpx_client=self._http, **settings)

    def ours(self, url: str, auth: str = "", **settings: Any) -> Vectara:
        environment = VectaraEnvironment(default=url, auth=auth or url)
        return Vectara(environment=environment, httpx_client=self._http, **settings)


@pytest.fixture
def both(http: httpx.Client) -> Both:
    return Both(http)


def asked(server: Scripted) -> list[str]:
    return [f"{seen.method} {seen.target}" for seen in server.requests]


def page(*names: str, key: str | None = None) -> Answer:
    return answer(json={"users": [{"username": name} for name in names], "metadata": {"page_key": key}})


def test_a_username_with_a_fragment_reaches_another_user(both: Both) -> None:
    with scripted(FOUND, FOUND) as server:
        both.official(server.url).users.reset_password("a#b")
        both.ours(server.url).users.reset_password("a#b")
    assert asked(server) == ["POST /v2/users/a", "POST /v2/users/a%23b/reset_password"]


def test_a_username_that_is_a_step_up_leaves_the_users(both: Both) -> None:
    with scripted(answer(204)) as server:
        both.official(server.url).users.delete("..")
        with pytest.raises(ValueError, match="username"):
            both.ours(server.url).users.delete("..")
    assert asked(server) == ["DELETE /v2"]


def test_an_empty_page_ends_a_list_early(both: Both) -> None:
    pages = [page("a", key="k1"), page(key="k2"), page("b")]
    with scripted(*pages[:2], *pages) as server:
        theirs = [user.username for user in both.official(server.url).users.list()]
        ours = [user.username for user in both.ours(server.url).users.list()]
    assert (theirs, ours) == (["a"], ["a", "b"])


def test_a_list_that_leads_back_never_ends(both: Both) -> None:
    with scripted(repeat(page("a", key="k1"))) as server:
        assert len(list(islice(both.official(server.url).users.list(), 50))) == 50
        with pytest.raises(PagingError):
            list(islice(both.ours(server.url).users.list(), 50))


def test_a_redirect_takes_the_api_key_abroad(both: Both) -> None:
    with scripted(FOUND, FOUND) as abroad, scripted(*[redirect(302, f"{abroad.url}/x")] * 2) as server:
        both.official(server.url, api_key="zut_x").users.get("u")
        both.ours(server.url, api_key="zut_x").users.get("u")
    assert [seen.headers.get("x-api-key") for seen in abroad.requests] == ["zut_x", None]


def test_a_conflict_is_repeated(both: Both) -> None:
    with scripted(repeat(answer(409, json={"messages": ["taken"]}))) as server:
        with pytest.raises(OfficialError):
            both.official(server.url).users.create(email="a@x.io")
        assert len(server.requests) == 3
        with pytest.raises(ConflictError):
            both.ours(server.url).users.create(email="a@x.io")
        assert len(server.requests) == 4


def test_a_reset_whose_answer_failed_sends_a_second_mail(both: Both) -> None:
    with scripted(answer(502), FOUND, answer(502)) as server:
        both.official(server.url).users.reset_password("u")
        assert len(server.requests) == 2
        with pytest.raises(Exception, match="answered 502"):
            both.ours(server.url).users.reset_password("u")


def test_a_refused_token_is_kept(both: Both) -> None:
    with scripted(answer(401), answer(401), answer(401), FOUND) as server, scripted(repeat(token())) as auth:
        theirs = both.official(server.url, auth.url, **CLIENT)
        for _ in range(2):
            with pytest.raises(OfficialError):
                theirs.users.get("u")
        assert len(auth.requests) == 1
        both.ours(server.url, auth.url, **CLIENT).users.get("u")
        assert len(auth.requests) == 3


def test_a_token_that_lives_shortly_is_fetched_for_every_call(both: Both) -> None:
    with scripted(repeat(FOUND)) as server, scripted(repeat(token(expires_in=120))) as auth:
        theirs, ours = (make(server.url, auth.url, **CLIENT) for make in (both.official, both.ours))
        for _ in range(3):
            theirs.users.get("u")
        assert len(auth.requests) == 3
        for _ in range(3):
            ours.users.get("u")
        assert len(auth.requests) == 4


def test_an_api_key_is_sent_to_the_token_endpoint(both: Both) -> None:
    with scripted(repeat(FOUND)) as server, scripted(token(), token()) as auth:
        for make in (both.official, both.ours):
            make(server.url, auth.url, api_key="zut_x", **CLIENT).users.get("u")
    assert [seen.headers.get("x-api-key") for seen in auth.requests] == ["zut_x", None]


def test_a_refused_client_does_not_say_what_was_refused(both: Both) -> None:
    with scripted(repeat(answer(401, json={"error": "invalid_client"}))) as server:
        with pytest.raises(OfficialError) as theirs:
            both.official(server.url, **CLIENT).users.get("u")
        with pytest.raises(UnauthorizedError, match="POST /oauth2/token answered 401: invalid_client") as ours:
            both.ours(server.url, **CLIENT).users.get("u")
    assert theirs.value.headers is None
    assert ours.value.headers is not None


def test_a_one_time_code_is_shown(both: Both) -> None:
    with scripted(*[answer(201, json={"username": "u", "one_time_code": "otc77"})] * 2) as server:
        theirs = both.official(server.url).users.create(email="a@x.io")
        ours = both.ours(server.url).users.create(email="a@x.io")
    assert "otc77" in repr(theirs)
    assert ours.one_time_code == "otc77"
    assert "otc77" not in repr(ours)


@pytest.mark.anyio
async def test_the_awaiting_client_leaves_the_grant_out(both: Both) -> None:
    async with httpx.AsyncClient() as http:
        with scripted(FOUND) as server, scripted(token()) as auth:
            environment = OfficialEnvironment(default=server.url, auth=auth.url)
            await AsyncOfficial(environment=environment, httpx_client=http, api_key=None, **CLIENT).users.get("u")
    assert auth.requests[0].json() == CLIENT
