"""Headers, redirects, proxies, certificates, and HTTP clients of one's own."""

import platform
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest

import gatepost
from gatepost.ubiops import ApiConnectionError, ApiRequestError, Configuration
from tests.client.ubiops.conftest import USER, Connect, Play, configured
from tests.client.ubiops.tls import Authority, answering_over_tls
from tests.kit.scripted import answer, redirect, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

FOUND = answer(json=USER)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def test_a_request_that_reads_carries_these_headers_and_no_others(play: Play) -> None:
    async with play(FOUND) as (api, server):
        await finished(api.user_get())
    assert server.requests[0].headers == {
        "host": server.url.removeprefix("http://"),
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "keep-alive",
        "user-agent": f"gatepost/{gatepost.__version__} python/{platform.python_version()}",
        "authorization": "Token abc",
    }


async def test_headers_of_ones_own_go_out_with_every_request(kind: Any, core: Any) -> None:
    with scripted(FOUND, FOUND) as server:
        async with open_client(kind(configured(server.url), "X-Tenant", "t1", cookie="a=b")) as api_client:
            api = core(api_client)
            await finished(api.user_get())
            assert api_client.user_agent is None
            api_client.user_agent = "mine/1"
            api_client.set_default_header("X-Tenant", "t2")
            await finished(api.user_get())
    assert [[seen.headers.get(name) for name in ("x-tenant", "cookie")] for seen in server.requests] == [
        ["t1", "a=b"],
        ["t2", "a=b"],
    ]
    assert (server.requests[1].headers["user-agent"], api_client.user_agent) == ("mine/1", "mine/1")


async def test_a_header_of_ones_own_does_not_replace_the_token(kind: Any, core: Any) -> None:
    with scripted(FOUND) as server:
        async with open_client(kind(configured(server.url), "authorization", "Token other")) as api_client:
            await finished(core(api_client).user_get())
    assert server.requests[0].headers["authorization"] == "Token abc"


async def test_calls_share_a_connection(play: Play) -> None:
    async with play(FOUND, FOUND) as (api, server):
        await finished(api.user_get())
        await finished(api.user_get())
    assert server.connections == 1


async def test_a_redirect_to_another_origin_gets_nothing_that_is_a_secret(kind: Any, core: Any) -> None:
    with scripted(FOUND) as elsewhere, scripted(redirect(302, f"{elsewhere.url}/v2.1/user")) as server:
        async with open_client(kind(configured(server.url), "X-Key", "k", cookie="a=b")) as api_client:
            await finished(core(api_client).user_get())
    assert not {"authorization", "cookie", "x-key"} & elsewhere.requests[0].headers.keys()


async def test_a_redirect_within_the_origin_keeps_the_token(play: Play) -> None:
    async with play(redirect(308, "/v2/user"), FOUND) as (api, server):
        await finished(api.user_get())
    assert [seen.target for seen in server.requests] == ["/v2.1/user", "/v2/user"]
    assert server.requests[1].headers["authorization"] == "Token abc"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["user_create", "user_delete"])
async def test_what_changes_something_follows_no_redirect(play: Play, method: str, status: int) -> None:
    data = [{"email": "x", "password": "p"}] if method == "user_create" else []
    async with play(redirect(status, "/v2/user")) as (api, _):
        with pytest.raises(ApiRequestError) as refused:
            await finished(getattr(api, method)(*data))
    assert refused.value.status == status
    assert "'location': '/v2/user'" in str(refused.value)


async def test_a_proxy_of_the_configuration_is_asked(connect: Connect) -> None:
    with scripted(FOUND) as proxy:
        configuration = Configuration("http://nowhere.invalid/v2", {"Authorization": "k"})
        configuration.proxy = proxy.url
        configuration.proxy_headers = {"X-Proxy": "p1"}
        async with connect(configuration) as api:
            await finished(api.user_get())
    seen = proxy.requests[0]
    assert (seen.target, seen.headers["x-proxy"]) == ("http://nowhere.invalid/v2/user", "p1")


async def test_a_proxy_of_the_environment_is_asked(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(FOUND) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        async with connect(Configuration("http://nowhere.invalid/v2")) as api:
            await finished(api.user_get())
    assert proxy.requests[0].target == "http://nowhere.invalid/v2/user"


async def test_an_http_client_of_ones_own_is_used_and_left_open(twin: str, kind: Any, core: Any) -> None:
    own: Any = httpx.Client if twin == "blocking" else httpx.AsyncClient
    http = own(headers={"X-Own": "o1"})
    with scripted(FOUND, FOUND) as server:
        for _ in range(2):
            async with open_client(kind(configured(server.url), httpx_client=http)) as api_client:
                await finished(core(api_client).user_get())
    assert [seen.headers["x-own"] for seen in server.requests] == ["o1", "o1"]
    assert not http.is_closed
    await finished(http.close() if twin == "blocking" else http.aclose())


async def test_the_context_manager_closes_the_client(twin: str, kind: Any, core: Any) -> None:
    with scripted(FOUND) as server:
        if twin == "blocking":
            with kind(configured(server.url)) as api_client:
                core(api_client).user_get()
        else:
            async with kind(configured(server.url)) as api_client:
                await core(api_client).user_get()
        server.await_disconnection()


async def test_a_server_that_nobody_vouches_for_is_refused(connect: Connect, authority: Authority) -> None:
    with answering_over_tls(authority, FOUND) as url:
        async with connect(configured(url, max_retries=0)) as api:
            with pytest.raises(ApiConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
                await finished(api.user_get())


async def test_a_server_whose_authority_is_named_is_trusted(connect: Connect, authority: Authority) -> None:
    with answering_over_tls(authority, FOUND) as url:
        async with connect(configured(url, ssl_ca_cert=authority.certificate)) as api:
            assert (await finished(api.user_get())).email == "a@x.io"


async def test_a_server_of_another_name_is_refused(connect: Connect, authority: Authority) -> None:
    with answering_over_tls(authority, FOUND) as url:
        configuration = configured(url.replace("127.0.0.1", "localhost"), ssl_ca_cert=authority.certificate)
        configuration.max_retries = 0
        async with connect(configuration) as api:
            with pytest.raises(ApiConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
                await finished(api.user_get())


async def test_verification_can_be_switched_off(connect: Connect, authority: Authority) -> None:
    with answering_over_tls(authority, FOUND) as url:
        async with connect(configured(url, verify_ssl=False)) as api:
            assert (await finished(api.user_get())).email == "a@x.io"


@pytest.mark.parametrize("together", [True, False])
async def test_a_client_can_show_a_certificate(connect: Connect, authority: Authority, together: bool) -> None:
    shown: list[Any] = []
    with answering_over_tls(authority, FOUND, shown) as url:
        configuration = configured(url, ssl_ca_cert=authority.certificate)
        configuration.cert_file = authority.both if together else authority.certificate
        configuration.key_file = None if together else authority.key
        async with connect(configuration) as api:
            assert (await finished(api.user_get())).email == "a@x.io"
    assert shown[0]["subject"] == ((("commonName", "test"),),)


@pytest.mark.parametrize("setting", ["ssl_ca_cert", "cert_file"])
def test_a_file_that_is_missing_is_told_when_the_client_is_made(kind: Any, setting: str) -> None:
    with pytest.raises(FileNotFoundError):
        kind(configured("http://x", **{setting: "no-such-file.pem"}))


def test_a_file_that_holds_no_certificate_is_told_when_the_client_is_made(kind: Any, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(ssl.SSLError):
        kind(configured("http://x", cert_file=str(tmp_path / "empty.pem")))
