"""What the official client does wrong, shown beside what this one does instead."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
import qhub.api.user
import qhub.api.user.core

from gatepost import kipu
from gatepost.kipu import HubUserClient
from tests.kit.leaks import traces
from tests.kit.scripted import Scripted, answer, drip, redirect, repeat, reset, scripted

SECRET = "s3cr3t"
PNG = b"\x89PNG\r\n\x1a\n\xff"


Official = Callable[..., Any]


@pytest.fixture
def official(monkeypatch: pytest.MonkeyPatch) -> Iterator[Official]:
    """Make official clients; they repeat calls without waiting, and their connections are closed in the end."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with httpx.Client(follow_redirects=True) as connections:

        def make(server: Scripted, api_key: str = "pat1") -> Any:
            url = f"{server.url}/user-service"
            return qhub.api.user.HubUserClient(base_url=url, api_key=api_key, httpx_client=connections)

        yield make


def ours(server: Scripted, api_key: str = "pat1") -> HubUserClient:
    return HubUserClient(base_url=f"{server.url}/user-service", api_key=api_key)


def outcome(call: Callable[[], Any]) -> Any:
    """Give the result of a call, or what it raised."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001  compared by the tests
        return error


def test_a_token_named_dot_dot_deletes_the_account(official: Official) -> None:
    with scripted(answer(204)) as server:
        official(server).user_settings_personal_access_tokens.delete_personal_access_token("..")
        with ours(server) as hub, pytest.raises(ValueError, match="id must not be"):
            hub.user_settings_personal_access_tokens.delete_personal_access_token("..")
    assert [(seen.method, seen.target) for seen in server.requests] == [("DELETE", "/user-service/me")]


def test_an_id_with_a_slash_leads_elsewhere(official: Official) -> None:
    with scripted(answer(json={"id": "u1"}), answer(json={"id": "u1"})) as server:
        official(server).users.get_user_by_id("../me?x=")
        with ours(server) as hub:
            hub.users.get_user_by_id("../me?x=")
    assert [seen.target for seen in server.requests] == [
        "/user-service/me?x=",
        "/user-service/users/..%2Fme%3Fx%3D",
    ]


def test_a_redirect_to_another_server_takes_the_token_along(official: Official) -> None:
    with scripted(repeat(answer(json={"id": "u1"}))) as elsewhere:
        away = redirect(302, f"{elsewhere.url}/me")
        with scripted(away, away) as server:
            official(server).user_settings.get_current_user()
            with ours(server) as hub:
                hub.user_settings.get_current_user()
    assert [seen.headers.get("x-auth-token") for seen in elsewhere.requests] == ["pat1", None]


def test_a_redirected_creation_becomes_another_request(official: Official) -> None:
    with scripted(redirect(302, "/user-service/me/access-tokens"), answer(json={"name": "n"})) as server:
        official(server).user_settings_personal_access_tokens.create_personal_access_token(name="n")
    assert [seen.method for seen in server.requests] == ["POST", "GET"]
    with (
        scripted(redirect(302, "/user-service/me/access-tokens")) as server,
        ours(server) as hub,
        pytest.raises(kipu.ApiError, match="redirected to /user-service/me/access-tokens"),
    ):
        hub.user_settings_personal_access_tokens.create_personal_access_token(name="n")


@pytest.mark.parametrize("status", [409, 500])
def test_a_token_is_made_three_times_when_the_server_fails_afterwards(official: Official, status: int) -> None:
    for client, requests in ((official, 3), (ours, 1)):
        with scripted(*[answer(status, json={})] * requests) as server:
            create = client(server).user_settings_personal_access_tokens.create_personal_access_token
            assert getattr(outcome(partial(create, name="n")), "status_code", 0) == status


def test_a_body_that_drips_is_read_for_as_long_as_it_does(official: Official) -> None:
    slow = drip(answer(body=b'{"id":"u1"}'.ljust(30)), every=0.05)
    options: Any = {"timeout": 1}
    with scripted(slow, slow) as server, ours(server) as hub:
        assert official(server).user_settings.get_current_user(request_options=options).id == "u1"
        with pytest.raises(httpx.ReadTimeout, match="The body took more than 1 s"):
            hub.user_settings.get_current_user(request_options=options)


def test_variables_of_a_traceback_show_the_token(official: Official) -> None:
    with scripted(repeat(reset())) as server, ours(server, SECRET) as hub:
        theirs = outcome(official(server, SECRET).user_settings.get_current_user)
        mine = outcome(hub.user_settings.get_current_user)
    assert any(SECRET in text for text in traces(theirs))
    assert not any(SECRET in text for text in traces(mine))


def test_a_user_who_does_not_exist_is_not_found_only_here(official: Official) -> None:
    with scripted(repeat(answer(404, json={}))) as server:
        theirs = outcome(lambda: official(server).users.check_user_exists("u1"))
        with ours(server) as hub:
            mine = outcome(lambda: hub.users.check_user_exists("u1"))
    assert type(theirs) is qhub.api.user.core.ApiError
    assert type(mine) is kipu.NotFoundError


def test_an_unknown_user_without_a_body_passes_for_one_without_an_image(official: Official) -> None:
    with scripted(repeat(answer(404))) as server:
        assert official(server).users.get_user_profile_image("u1") is None
        with ours(server) as hub, pytest.raises(kipu.NotFoundError):
            hub.users.get_user_profile_image("u1")


def test_an_image_in_bytes_cannot_be_read(official: Official) -> None:
    with scripted(repeat(answer(body=PNG, content_type="image/png"))) as server:
        assert isinstance(outcome(lambda: official(server).users.get_user_profile_image("u1")), UnicodeDecodeError)
        with ours(server) as hub:
            assert hub.users.get_user_profile_image("u1") == "iVBORw0KGgr/"


def test_a_list_of_missing_ids_cannot_be_read(official: Official) -> None:
    with scripted(repeat(answer(json={"users": [], "notFound": ["u9"]}))) as server:
        theirs = outcome(lambda: official(server).users.resolve_users(ids=["u9"]))
        assert type(theirs) is qhub.api.user.core.ParsingError
        with ours(server) as hub:
            assert hub.users.resolve_users(ids=["u9"]).not_found == ["u9"]


def test_a_token_with_a_newline_is_shown_by_the_error_about_it(official: Official) -> None:
    with scripted() as server:
        theirs = outcome(official(server, api_key="s3cr3t\n").user_settings.get_current_user)
        mine = outcome(lambda: HubUserClient(base_url=server.url, api_key="s3cr3t\n"))
    assert "s3cr3t" in str(theirs)
    assert isinstance(mine, ValueError)
    assert "s3cr3t" not in str(mine)


def test_a_new_token_is_shown_by_its_repr(official: Official) -> None:
    with scripted(repeat(answer(201, json={"name": "n", "value": "s3cr3t"}))) as server:
        shown = repr(official(server).user_settings_personal_access_tokens.create_personal_access_token(name="n"))
        assert "s3cr3t" in shown
        with ours(server) as hub:
            token = hub.user_settings_personal_access_tokens.create_personal_access_token(name="n")
    assert token.value == "s3cr3t"
    assert "s3cr3t" not in repr(token)
