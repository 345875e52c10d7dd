"""Where a client follows a server to, and what it takes along."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost._core.calls import Call, Operation
from gatepost._core.errors import ApiError
from gatepost._core.exchange import KEPT_ABROAD, MAX_REDIRECTS, perform, redirected
from gatepost._core.options import RequestOptions
from tests.kit.flows import Feeder, Outcome, answered
from tests.unit._core.conftest import Remote

HOME = "https://api.example/v1/me"
REDIRECTS = [301, 302, 303, 307, 308]
HEADERS = {"X-Auth-Token": "t0ken", "Authorization": "Bearer t0ken", "Cookie": "s=t0ken", "X-Own": "mine"}


def status(call: Call) -> Operation[int]:
    reply = yield call
    return reply.status_code


def get() -> httpx.Request:
    return httpx.Request("GET", HOME, headers={**HEADERS, "Accept": "a/b", "User-Agent": "me"})


def moved(location: str, code: int = 302) -> httpx.Response:
    return answered(code, [("Location", location)])


def followed(location: str, request: httpx.Request | None = None) -> httpx.Request:
    following = redirected(request or get(), moved(location))
    assert following is not None
    return following


def fed_with(remote: Remote, *outcomes: Outcome, call: Call | None = None, **settings: Any) -> Feeder:
    fed = Feeder(*outcomes)
    fed.run(perform(status(call or Call("GET", "/me")), remote(**settings), {}))
    return fed


@pytest.mark.parametrize("code", REDIRECTS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_follows_every_kind_of_redirect_and_stays_reading(remote: Remote, method: str, code: int) -> None:
    fed = fed_with(remote, moved("/v2/me?a=1", code), answered(200), call=Call(method, "/me"))
    assert [(request.method, request.url.host, request.url.raw_path) for request in fed.sent] == [
        (method, "api.example", b"/v1/me"),
        (method, "api.example", b"/v2/me?a=1"),
    ]


@pytest.mark.parametrize(
    ("location", "target"),
    [("", b"/v1/me?q=a"), ("#top", b"/v1/me?q=a"), ("?q=b", b"/v1/me?q=b"), ("you", b"/v1/you")],
)
def test_a_relative_location_begins_at_the_whole_address(remote: Remote, location: str, target: bytes) -> None:
    fed = fed_with(remote, moved(location), answered(200), call=Call("GET", "/me", query={"q": "a"}))
    assert fed.sent[1].url.raw_path == target


def test_the_query_of_a_location_is_nowhere_written_down(remote: Remote) -> None:
    request = fed_with(remote, moved("/callback?code=c0de"), answered(200)).sent[1]
    assert "c0de" not in f"{request!r} {request.url} {request.url!r}"
    assert request.url.query == b"code=c0de"


@pytest.mark.parametrize("code", REDIRECTS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_changes_something_is_never_sent_elsewhere(remote: Remote, method: str, code: int) -> None:
    with pytest.raises(ApiError, match=r"redirected to https://evil\.example/"):
        fed_with(remote, moved("https://evil.example/", code), call=Call(method, "/me", json={"password": "x"}))


@pytest.mark.parametrize("code", [300, 304])
def test_an_answer_that_points_nowhere_is_an_error(remote: Remote, code: int) -> None:
    with pytest.raises(ApiError) as failed:
        fed_with(remote, answered(code, [("Location", "/v2")]))
    assert failed.value.status_code == code


def test_a_client_may_follow_nothing(remote: Remote) -> None:
    with pytest.raises(ApiError, match=r"redirected to /v2/me; is the base URL right\?"):
        fed_with(remote, moved("/v2/me?code=c0de"), follow_redirects=False)


def test_an_operation_may_take_the_redirect_itself_as_the_answer(remote: Remote) -> None:
    fed = Feeder(moved("/v2/me"))
    assert fed.run(perform(status(Call("GET", "/me", redirect=True)), remote(), {}))[0] == 302


@pytest.mark.parametrize(
    "location",
    ["/v2/me", "me2", "?a=1", "https://api.example/v2", "https://API.example:443/v2", "//api.example/v2", "#top", ""],
)
def test_on_the_same_origin_all_headers_are_kept(location: str) -> None:
    request = followed(location)
    assert request.url.host == "api.example"
    assert {name: request.headers.get(name) for name in HEADERS} == HEADERS
    assert request.headers["accept"] == "a/b"


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/v1/me",
        "//evil.example/v1/me",
        "http://api.example/v1/me",
        "https://api.example:8443/v1/me",
        "http://api.example:443/v1/me",
        "https://sub.api.example/v1/me",
        "https://api.example.evil.example/",
        "https://api.example./v1/me",
        "\thttps://evil.example/",
        "HTTPS://EVIL.EXAMPLE/",
    ],
)
def test_another_scheme_host_or_port_gets_nothing_the_caller_sent(location: str) -> None:
    following = redirected(get(), moved(location))
    if following is not None:
        assert set(following.headers) <= {*KEPT_ABROAD, "host"}
        assert following.headers["host"] == following.url.netloc.decode()
        assert "t0ken" not in str(following.headers.multi_items())


def test_what_was_dropped_abroad_does_not_come_back_at_home(remote: Remote) -> None:
    there, back = moved("https://evil.example/"), moved(HOME)
    home, abroad, again = fed_with(remote, there, back, answered(200)).sent
    assert home.headers["X-Auth-Token"] == "pat1"
    assert "X-Auth-Token" not in abroad.headers
    assert "X-Auth-Token" not in again.headers


def test_nothing_below_may_add_credentials_abroad_nor_after_it(remote: Remote) -> None:
    flow = perform(status(Call("GET", "/me")), remote(), {})
    abroad: list[bool] = []
    step: Any = next(flow)
    for answer in (moved("/v2"), moved("https://evil.example/"), moved("/x"), moved(HOME), answered(200)):
        abroad.append(step.abroad)
        answer.request = step.request
        try:
            step = flow.send(answer)
        except StopIteration:
            break
    assert abroad == [False, False, True, True, True]


def test_credentials_of_a_call_and_of_its_options_stay_at_home_too(remote: Remote) -> None:
    options: RequestOptions = {"additional_headers": {"X-Api-Key": "k3y"}}
    fed = Feeder(moved("https://evil.example/"), answered(200))
    call = Call("GET", "/me", headers={"Authorization": "Basic c3"})
    fed.run(perform(status(call), remote(headers={"X-Gateway": "g"}), options))
    home, abroad = fed.sent
    assert {"x-api-key", "authorization", "x-gateway", "x-auth-token"} <= set(home.headers)
    assert set(abroad.headers) <= {*KEPT_ABROAD, "host"}


def test_a_body_does_not_follow_and_is_not_announced(remote: Remote) -> None:
    options: RequestOptions = {"additional_body_parameters": {"a": 1}}
    fed = Feeder(moved("/v2"), answered(200))
    fed.run(perform(status(Call("GET", "/me")), remote(), options))
    first, second = fed.sent
    assert first.content == b'{"a":1}'
    assert second.content == b""
    assert not {"content-length", "content-type", "transfer-encoding"} & set(second.headers)


def test_time_limits_follow(remote: Remote) -> None:
    fed = fed_with(remote, moved("/v2"), moved("https://other.example/"), answered(200), timeout=7.0)
    assert [request.extensions["timeout"]["read"] for request in fed.sent] == [7.0] * 3


@pytest.mark.parametrize("location", ["/v1/me", "", "#again", "https://api.example/v1/me"])
def test_a_loop_ends(remote: Remote, location: str) -> None:
    answers = [moved(location) for _ in range(MAX_REDIRECTS + 1)]
    with pytest.raises(ApiError, match="redirected to"):
        fed_with(remote, *answers)


def test_a_chain_may_be_as_long_as_the_limit(remote: Remote) -> None:
    answers = [moved(f"/v{hop}") for hop in range(MAX_REDIRECTS)]
    assert len(fed_with(remote, *answers, answered(200)).sent) == MAX_REDIRECTS + 1


def test_a_redirect_to_something_transient_begins_again_at_home(remote: Remote) -> None:
    fed = fed_with(remote, moved("/v2"), answered(503), answered(200))
    assert [request.url.path for request in fed.sent] == ["/v1/me", "/v2", "/v1/me"]
    assert len(fed.waits) == 1


@pytest.mark.parametrize(
    "location",
    [
        "ftp://api.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:,x",
        "http://",
        "http://[::1",
        "http://[v1.x]/",
        "http://api.example:port/",
        "https://user:pass@api.example/",
        "https://user@api.example/",
        "https://xn--/",
        "https://a..b/",
        f"https://{'a' * 64}.example/",
        "https://a" + "b" * 70_000,
    ],
)
def test_a_location_that_is_no_place_to_go_is_an_error(remote: Remote, location: str) -> None:
    with pytest.raises(ApiError) as failed:
        fed_with(remote, moved(location))
    assert failed.value.status_code == 302


@given(st.text(st.characters(max_codepoint=255)) | st.from_regex(r"(https?:)?(//)?[\[\]@:/?#%.\w-]{0,20}"))
def test_wherever_a_server_points_to_credentials_stay_at_home(location: str) -> None:
    response = httpx.Response(302, headers=[(b"Location", location.encode("utf-8", "replace"))])
    following = redirected(get(), response)
    if following is not None:
        at_home = (following.url.scheme, following.url.host, following.url.port) == ("https", "api.example", None)
        assert ("x-auth-token" in following.headers) == at_home
        assert following.url.scheme in {"http", "https"}
        assert following.headers["host"] == following.url.netloc.decode()
