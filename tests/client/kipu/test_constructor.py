"""The constructors, sections 1.1, 1.2 and 4.1 and row 43 of the contract."""

import inspect
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from gatepost.kipu import AsyncHubUserClient, HubUserClient, HubUserClientEnvironment
from tests.client.kipu.conftest import http_client
from tests.kit.twins import finished, open_client

HUB = "https://api.hub.kipu-quantum.com/user-service"

Make = Callable[..., Any]


@pytest.fixture
def make(twin: str) -> Make:
    return HubUserClient if twin == "blocking" else AsyncHubUserClient


def test_the_parameters_are_those_of_the_document(make: Make) -> None:
    parameters = inspect.signature(make).parameters
    assert {kind.kind for kind in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert {name: given.default for name, given in parameters.items()} == {
        "base_url": None,
        "environment": HubUserClientEnvironment.DEFAULT,
        "api_key": inspect.Parameter.empty,
        "headers": None,
        "timeout": None,
        "max_retries": None,
        "follow_redirects": True,
        "httpx_client": None,
        "logging": None,
    }


def test_the_service_is_where_the_document_says(make: Make) -> None:
    assert HubUserClientEnvironment.DEFAULT.value == HUB
    assert [environment.name for environment in HubUserClientEnvironment] == ["DEFAULT"]
    assert repr(make(api_key="pat1")) == f"<{make.__name__} {HUB}>"


def test_a_base_url_wins_over_the_environment(make: Make) -> None:
    hub = make(api_key="pat1", base_url="https://here.test/", environment=HubUserClientEnvironment.DEFAULT)
    assert repr(hub) == f"<{make.__name__} https://here.test>"
    assert "https://here.test" in repr(make(api_key="pat1", base_url="https://here.test", environment=None))


def test_row_43_without_any_address_the_constructor_says_so(make: Make) -> None:
    with pytest.raises(Exception, match=r"^Please pass in either base_url or environment to construct the client$"):
        make(api_key="x", environment=None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "here.test/user-service",
        "ftp://here.test",
        "https://",
        "https://ada:pw@here.test",
        "https://here.test?a=1",
        "https://here.test#a",
    ],
)
def test_an_address_that_cannot_be_one_is_refused_at_once(make: Make, url: str) -> None:
    with pytest.raises(ValueError, match="base_url must") as refused:
        make(api_key="pat1", base_url=url)
    assert "ada" not in str(refused.value)


def test_the_token_cannot_be_forgotten(make: Make) -> None:
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'api_key'"):
        make()
    with pytest.raises(TypeError):
        make("pat1")


@pytest.mark.parametrize("token", ["", " ", " s3cr3t", "s3cr3t\n", "s3c\x00r3t", "s3crét"])
def test_a_token_that_cannot_travel_is_refused_at_once_and_not_shown(make: Make, token: str) -> None:
    with pytest.raises(ValueError, match="api_key") as refused:
        make(api_key=token)
    assert "s3c" not in str(refused.value)


def test_a_token_that_is_no_text_is_refused_at_once(make: Make) -> None:
    with pytest.raises(TypeError, match="api_key must be a str, not bytes"):
        make(api_key=b"pat1")


@pytest.mark.parametrize("setting", [{"max_retries": -1}, {"logging": {"level": "loud"}}])
def test_a_setting_without_a_meaning_is_refused_at_once(make: Make, setting: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        make(api_key="pat1", **setting)


def test_an_environment_that_is_none_is_refused_at_once(make: Make) -> None:
    with pytest.raises(ValueError, match=r"'https://here\.test' is not a valid HubUserClientEnvironment"):
        make(api_key="pat1", environment="https://here.test")


@pytest.mark.parametrize("kind", [httpx.Client, httpx.AsyncClient])
def test_an_http_client_of_the_other_colour_is_refused_at_once(make: Make, kind: Any) -> None:
    if ("Async" in kind.__name__) is ("Async" in make.__name__):
        assert make(api_key="pat1", httpx_client=kind())
    else:
        with pytest.raises(TypeError, match=rf"httpx_client must be an httpx.\w+, not {kind.__name__}"):
            make(api_key="pat1", httpx_client=kind())


def test_a_namespace_shows_where_its_requests_go(make: Make) -> None:
    users = make(api_key="pat1", base_url="https://here.test").users
    assert repr(users) == f"<{type(users).__name__} https://here.test>"
    assert repr(users.with_raw_response) == f"<{type(users.with_raw_response).__name__} https://here.test>"


def test_nothing_shows_the_token(make: Make) -> None:
    hub = make(api_key="s3cr3t")
    namespaces = [getattr(hub, name) for name in ("user_settings", "authentication", "users", "search")]
    held = [hub, vars(hub), hub._session.service, vars(hub._session), *map(vars, namespaces)]
    assert "s3cr3t" not in repr(held)


def test_a_namespace_is_made_once(make: Make) -> None:
    hub = make(api_key="pat1")
    assert hub.users is hub.users
    assert hub.users is not hub.with_options(timeout=1).users


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Note the time-outs of requests where httpx hands them to the network, and answer in its place."""
    noted: list[Any] = []

    def handle(_: object, request: httpx.Request) -> httpx.Response:
        noted.append(request.extensions["timeout"])
        return httpx.Response(200, json={})

    async def handle_async(_: object, request: httpx.Request) -> httpx.Response:
        return handle(_, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)
    return noted


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("settings", "options", "seconds"),
    [
        ({}, {}, 60.0),
        ({"timeout": 5}, {}, 5.0),
        ({"timeout": 5}, {"timeout": 2.5}, 2.5),
        ({"timeout": 5}, {"timeout_in_seconds": 3}, 3.0),
        ({"timeout": 5}, {"timeout_in_seconds": 3, "timeout": 2.5}, 2.5),
        ({"timeout": 5}, {"timeout": None, "max_retries": None}, 5.0),
    ],
)
async def test_a_time_out_holds_for_each_phase(
    make: Make, limits: list[Any], settings: Any, options: Any, seconds: float
) -> None:
    async with open_client(make(api_key="pat1", **settings)) as hub:
        await finished(hub.user_settings.get_current_user(request_options=options))
    assert limits == [dict.fromkeys(["connect", "read", "write", "pool"], seconds)]


@pytest.mark.anyio
async def test_an_http_client_of_your_own_keeps_its_time_outs(make: Make, twin: str, limits: list[Any]) -> None:
    async with http_client(twin, timeout=httpx.Timeout(7, connect=1)) as own:
        for settings in ({}, {"timeout": 2}):
            hub = make(api_key="pat1", httpx_client=own, **settings)
            await finished(hub.user_settings.get_current_user())
    assert [(each["connect"], each["read"]) for each in limits] == [(1, 7), (2, 2)]
