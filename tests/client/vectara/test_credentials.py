"""Which credential goes where, section 2.1 of the contract."""

from typing import Any

import pytest

from gatepost.vectara import Vectara, VectaraEnvironment
from tests.client.vectara.conftest import CLIENT, Connect, token
from tests.kit.cases import rows
from tests.kit.scripted import Seen, answer, repeat, route, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

KEY, BEARER = "x-api-key", "authorization"


async def shown(connect: Connect, **settings: Any) -> tuple[Seen, list[Seen]]:
    """Get a user; give that request, and those to the token endpoint."""
    with scripted(answer(json={})) as api, scripted(repeat(token()), all_used=False) as auth:
        environment = VectaraEnvironment(default=api.url, auth=auth.url)
        async with open_client(connect("", **{"environment": environment, **settings})) as client:
            await finished(client.users.get("u"))
    return api.requests[0], auth.requests


@rows(1)
async def test_an_api_key_goes_alone(connect: Connect) -> None:
    seen, asked = await shown(connect, api_key="zut_x")
    assert (seen.headers[KEY], BEARER in seen.headers, asked) == ("zut_x", False, [])


@rows(2, 3)
async def test_an_oauth_client_sends_a_token_asked_for_with_a_form(connect: Connect) -> None:
    seen, [asked] = await shown(connect, **CLIENT)
    assert (seen.headers[BEARER], KEY in seen.headers) == ("Bearer tok1", False)
    assert (asked.method, asked.target) == ("POST", "/oauth2/token")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.body == b"client_id=cid&client_secret=s%2Bec%2Fret%3D&grant_type=client_credentials"
    assert BEARER not in asked.headers


@rows(5)
async def test_a_key_beside_an_oauth_client_goes_to_the_api_and_not_to_the_token_endpoint(connect: Connect) -> None:
    seen, [asked] = await shown(connect, api_key="zut_x", **CLIENT)
    assert (seen.headers[KEY], seen.headers[BEARER]) == ("zut_x", "Bearer tok1")
    assert KEY not in asked.headers


@rows(6)
@pytest.mark.parametrize("given", ["TT", lambda: "TT"])
async def test_a_token_wins_over_an_oauth_client(connect: Connect, given: Any) -> None:
    seen, asked = await shown(connect, token=given, **CLIENT)
    assert (seen.headers[BEARER], asked) == ("Bearer TT", [])


async def test_without_a_credential_a_request_goes_bare(connect: Connect) -> None:
    seen, asked = await shown(connect)
    assert (KEY in seen.headers, BEARER in seen.headers, asked) == (False, False, [])


async def test_a_token_function_is_asked_before_every_call_and_again_after_a_401(connect: Connect) -> None:
    given = iter(["t1", "t2", "t3", "t4"])
    with scripted(answer(json={}), answer(401), answer(json={})) as api:
        async with open_client(connect(api.url, token=lambda: next(given))) as client:
            await finished(client.users.get("u"))
            await finished(client.users.get("u"))
    assert [seen.headers[BEARER] for seen in api.requests] == ["Bearer t1", "Bearer t2", "Bearer t4"]


async def test_a_token_function_with_nothing_new_ends_the_call(connect: Connect) -> None:
    with scripted(answer(401)) as api:
        async with open_client(connect(api.url, token=lambda: "t1")) as client:
            with pytest.raises(Exception, match="answered 401"):
                await finished(client.users.get("u"))


@pytest.mark.parametrize(
    ("given", "kind"), [(lambda: None, TypeError), (lambda: "t\n", ValueError), (lambda: "", ValueError)]
)
async def test_a_token_that_cannot_travel_is_refused(connect: Connect, given: Any, kind: type[Exception]) -> None:
    async with open_client(connect("http://127.0.0.1:9", token=given)) as client:
        with pytest.raises(kind, match="token"):
            await finished(client.users.get("u"))


@pytest.mark.parametrize(
    ("passed", "key", "bearer"),
    [
        ({}, "env_key", "Bearer tok1"),
        ({"api_key": "mine"}, "mine", None),
        (CLIENT, None, "Bearer tok1"),
        ({"client_id": "cid"}, None, "Bearer tok1"),
        ({"token": "TT"}, None, "Bearer TT"),
        ({"api_key": "mine", **CLIENT}, "mine", "Bearer tok1"),
        ({"api_key": None}, None, "Bearer tok1"),
        ({"client_id": None}, "env_key", None),
        ({"client_secret": None}, "env_key", None),
        ({"api_key": None, "client_id": None}, None, None),
    ],
)
async def test_what_is_not_passed_is_in_the_environment(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, passed: dict[str, Any], key: str | None, bearer: str | None
) -> None:
    monkeypatch.setenv("VECTARA_API_KEY", "env_key")
    monkeypatch.setenv("VECTARA_CLIENT_ID", "env_id")
    monkeypatch.setenv("VECTARA_CLIENT_SECRET", "env_secret")
    seen, _ = await shown(connect, **passed)
    assert (seen.headers.get(KEY), seen.headers.get(BEARER)) == (key, bearer)


async def test_the_environment_is_read_when_the_client_is_made(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VECTARA_CLIENT_ID", "late_id")
    monkeypatch.setenv("VECTARA_CLIENT_SECRET", "late_secret")
    _, [asked] = await shown(connect)
    assert (asked.form()["client_id"], asked.form()["client_secret"]) == ("late_id", "late_secret")


async def test_an_empty_variable_counts_as_none(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VECTARA_API_KEY", "")
    monkeypatch.setenv("VECTARA_CLIENT_ID", "env_id")
    monkeypatch.setenv("VECTARA_CLIENT_SECRET", "")
    seen, asked = await shown(connect)
    assert (KEY in seen.headers, BEARER in seen.headers, asked) == (False, False, [])


@pytest.mark.parametrize(
    ("passed", "message"),
    [
        ({"client_id": "cid"}, "go together"),
        ({"client_secret": "s"}, "go together"),
        ({"client_id": "cid", "client_secret": ""}, "client_secret is empty"),
        ({"api_key": ""}, "api_key is empty"),
        ({"api_key": "k\r\nx: y"}, "api_key has"),
        ({"token": ""}, "token is empty"),
        ({"request_timeout": 0}, "request_timeout must be at least 1"),
        ({"request_timeout_millis": 0}, "request_timeout_millis must be at least 1"),
        ({"environment": VectaraEnvironment(default="api.example", auth="https://auth.example")}, "base_url"),
    ],
)
def test_a_setting_that_cannot_work_is_refused(connect: Connect, passed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        connect("http://127.0.0.1:9", **passed)


@rows(40)
async def test_the_server_is_told_how_long_it_may_work(connect: Connect) -> None:
    seen, _ = await shown(connect, request_timeout=5, request_timeout_millis=6000)
    assert (seen.headers["request-timeout"], seen.headers["request-timeout-millis"]) == ("5", "6000")


async def test_headers_go_with_every_request(connect: Connect) -> None:
    seen, [asked] = await shown(connect, headers={"X-Gateway": "g"}, **CLIENT)
    assert seen.headers["x-gateway"] == asked.headers["x-gateway"] == "g"


async def test_the_token_endpoint_may_be_elsewhere_or_below_a_path(connect: Connect) -> None:
    def below(seen: Seen) -> Any:
        return token() if seen.target == "/vectara/oauth2/token" else answer(json={})

    with scripted(repeat(route(below))) as server:
        async with open_client(connect(f"{server.url}/vectara/", **CLIENT)) as client:
            await finished(client.users.get("u"))
    assert [seen.target for seen in server.requests] == ["/vectara/oauth2/token", "/vectara/v2/users/u"]


def test_production_is_where_the_service_is() -> None:
    environment = VectaraEnvironment.PRODUCTION
    assert (environment.default, environment.auth) == ("https://api.vectara.io", "https://auth.vectara.io")
    assert repr(Vectara()) == "<Vectara https://api.vectara.io>"


@rows(42)
def test_there_is_no_base_url(connect: Connect) -> None:
    with pytest.raises(TypeError, match="base_url"):
        connect("", base_url="http://x")


def test_an_environment_that_is_a_text_is_refused_with_a_word_of_what_to_pass(connect: Connect) -> None:
    with pytest.raises(TypeError, match=r"must be a VectaraEnvironment, such as VectaraEnvironment\.at\(url\)"):
        connect("", environment="https://accounts.test/vectara")
