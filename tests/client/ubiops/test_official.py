"""What the official client 4.15.0 does wrong, and this one beside it on the same server."""

import http.client
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import requests
import ubiops

from gatepost.ubiops import ApiClient, ApiRequestError, CoreApi, UserPendingCreate
from tests.client.ubiops.conftest import USER, configured
from tests.kit.scripted import Seen, answer, redirect, repeat, route, scripted

NEW = {"email": "a@x.io", "password": "s3cret-password", "phone": "+1"}
PATIENCE = 5
"""Refusals after which the scripted server gives in, so that the official client comes to an end."""


@pytest.fixture
def official(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Give a function that makes the official client for a server; its sleeps are noted, nobody waits."""
    slept: list[float] = []
    monkeypatch.setattr("ubiops.rest.time", SimpleNamespace(sleep=slept.append))

    def make(url: str) -> Any:
        configuration = ubiops.Configuration(f"{url}/v2.1", {"Authorization": "Token abc"})
        api = ubiops.CoreApi(ubiops.ApiClient(configuration))
        api.slept = slept
        return api

    yield make
    http.client.HTTPConnection.debuglevel = 0  # the official client sets it for the whole process


def ours(url: str, **settings: Any) -> CoreApi:
    return CoreApi(ApiClient(configured(url, **settings)))


def both(official: Any, url: str) -> list[Any]:
    return [official(url), ours(url)]


def test_only_the_official_repr_shows_the_password() -> None:
    fields = {"email": "a@x.io", "password": "s3cret-password"}
    assert "s3cret-password" in repr(ubiops.UserPendingCreate(**fields))
    assert "s3cret-password" not in repr(UserPendingCreate(**fields))


def test_only_the_official_client_drops_the_phone(official: Any) -> None:
    with scripted(*[answer(201, json=NEW)] * 2) as server:
        created = [api.user_create(dict(NEW)) for api in both(official, server.url)]
    assert ["phone" in seen.json() for seen in server.requests] == [False, True]
    assert [getattr(user, "phone", None) for user in created] == [None, "+1"]


def test_only_the_official_client_repeats_without_end(official: Any, waits: list[float]) -> None:
    slow_down = answer(429, headers={"x-ratelimit-reset": "3"})
    with scripted(*[slow_down] * PATIENCE, answer(json=USER)) as server:
        api = official(server.url)
        assert api.user_get().email == "a@x.io"
    assert (len(server.requests), api.slept) == (PATIENCE + 1, [4] * PATIENCE)

    with scripted(*[slow_down] * 3) as server, pytest.raises(ApiRequestError):
        ours(server.url).user_get()
    assert len(waits) == 2


def test_only_the_official_client_sleeps_for_decades(official: Any, waits: list[float]) -> None:
    slow_down = answer(429, headers={"x-ratelimit-reset": "1900000000"})
    with scripted(slow_down, answer(json=USER), slow_down, answer(json=USER)) as server:
        theirs, mine = both(official, server.url)
        theirs.user_get()
        mine.user_get()
    assert theirs.slept == [1_900_000_001]
    assert [wait <= 72 for wait in waits] == [True]


def test_only_the_official_client_stumbles_over_a_reset_that_is_no_integer(official: Any) -> None:
    slow_down = answer(429, headers={"x-ratelimit-reset": "2.5"})
    with scripted(slow_down, slow_down, answer(json=USER)) as server:
        theirs, mine = both(official, server.url)
        with pytest.raises(ValueError, match="invalid literal"):
            theirs.user_get()
        assert mine.user_get().email == "a@x.io"


def test_only_the_official_client_waits_for_ever(official: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = noted(monkeypatch, requests.adapters.HTTPAdapter, "send", lambda _, settings: settings["timeout"])
    ours_limits = noted(
        monkeypatch, httpx.HTTPTransport, "handle_request", lambda request, _: request.extensions["timeout"]
    )
    with scripted(*[answer(json=USER)] * 2) as server:
        for api in both(official, server.url):
            api.user_get()
    assert limits == [None]
    assert ours_limits == [dict.fromkeys(("connect", "read", "write", "pool"), 60.0)]


def noted(monkeypatch: pytest.MonkeyPatch, kind: type, name: str, what: Callable[[Any, Any], Any]) -> list[Any]:
    """Note something of every request that a transport sends, and its keywords."""
    found: list[Any] = []
    send = getattr(kind, name)

    def noting(self: Any, request: Any, **settings: Any) -> Any:
        found.append(what(request, settings))
        return send(self, request, **settings)

    monkeypatch.setattr(kind, name, noting)
    return found


def test_only_the_official_client_lets_a_file_replace_the_token(
    official: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password s3cret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with scripted(*[answer(json=USER)] * 2) as server:
        for api in both(official, server.url):
            api.user_get()
    theirs, mine = (seen.headers["authorization"] for seen in server.requests)
    assert (theirs.split()[0], mine) == ("Basic", "Token abc")


@pytest.mark.parametrize("status", [307, 308])
def test_only_the_official_client_sends_the_password_where_it_is_told_to(official: Any, status: int) -> None:
    with scripted(answer(201, json=NEW)) as elsewhere:
        away = redirect(status, f"{elsewhere.url}/v2.1/user")
        with scripted(away, away) as server:
            theirs, mine = both(official, server.url)
            theirs.user_create(dict(NEW))
            with pytest.raises(ApiRequestError) as refused:
                mine.user_create(dict(NEW))
    assert elsewhere.requests[0].json()["password"] == "s3cret-password"
    assert (refused.value.status, len(elsewhere.requests)) == (status, 1)


@pytest.mark.parametrize("status", [301, 302, 303])
def test_only_the_official_client_reads_where_it_was_to_write(official: Any, status: int) -> None:
    def choose(seen: Seen) -> Any:
        return answer(json=USER) if seen.method == "GET" else redirect(status, "/v2.1/user")

    with scripted(repeat(route(choose))) as server:
        theirs, mine = both(official, server.url)
        assert theirs.user_create(dict(NEW)).email == "a@x.io"
        with pytest.raises(ApiRequestError):
            mine.user_create(dict(NEW))
    assert [seen.method for seen in server.requests] == ["POST", "GET", "POST"]


def test_only_the_official_client_prints_token_and_password_when_it_debugs(
    official: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    with scripted(*[answer(201, json=NEW)] * 2) as server:
        theirs = official(server.url)
        theirs.api_client.configuration.debug = True
        theirs.user_create(dict(NEW))
        theirs.api_client.configuration.debug = False
        printed = capfd.readouterr().out
        ours(server.url, debug=True).user_create(dict(NEW))
    assert "Token abc" in printed
    assert "s3cret-password" in printed
    assert capfd.readouterr().out == ""


def test_only_the_official_client_refuses_the_sample_of_the_document_before_it_is_filled_in() -> None:
    with pytest.raises(ValueError, match="must not be `None`"):
        ubiops.UserPendingCreate()
    assert UserPendingCreate().to_dict() == dict.fromkeys(("email", "password", "name", "surname", "phone"))
