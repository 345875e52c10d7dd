"""Where requests go and which token they carry, sections 1 and 2 of the contract."""

import pytest
import ubiops

from gatepost.ubiops import ApiValueError, Configuration
from tests.client.ubiops.conftest import USER, Connect, Play, configured
from tests.kit.cases import rows
from tests.kit.scripted import answer, scripted
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

HOSTS = {
    "https://api.ubiops.com/v2.1/": "https://api.ubiops.com/v2.1",
    "https://api.ubiops.com": "https://api.ubiops.com/v2",
    "api.ubiops.com": "https://api.ubiops.com/v2",
    "localhost:8000/v2.1": "https://localhost:8000/v2.1",
    "http://localhost:8000": "http://localhost:8000/v2",
    "https://x/v2.1/foo": "https://x/v2.1/foo",
    "https://x/v2x": "https://x/v2x",
    "https://x/api/v10": "https://x/api/v10",
    "https://x/av2": "https://x/av2/v2",
}
SAFER = {
    "http://localhost:8000/v2.1//": "http://localhost:8000/v2.1",
    "httpbin.org": "https://httpbin.org/v2",
    "HTTPS://x/v2": "HTTPS://x/v2",
}


@pytest.mark.parametrize(("given", "effective"), [*HOSTS.items(), *SAFER.items()])
def test_a_host_gets_what_it_lacks(given: str, effective: str) -> None:
    assert Configuration(given).host == effective


@pytest.mark.parametrize(("given", "effective"), HOSTS.items())
def test_the_official_client_understands_these_hosts_alike(given: str, effective: str) -> None:
    assert ubiops.Configuration(given).host == effective


@pytest.mark.parametrize(("given", "effective"), SAFER.items())
def test_the_official_client_makes_of_these_hosts_what_cannot_be_reached(given: str, effective: str) -> None:
    assert ubiops.Configuration(given).host != effective


@pytest.mark.parametrize("host", ["ftp://x/v2", "https://ann:s3cret@x/v2", "https://x/v2?a=s3cret", "https://", "a\nb"])
def test_what_is_no_host_is_refused_where_it_is_given_and_not_repeated(host: str) -> None:
    with pytest.raises(ApiValueError, match="`host` must be an address") as refused:
        Configuration(host)
    assert "s3cret" not in f"{refused.value!r} {refused.value}"


def test_the_default_host_is_that_of_the_document() -> None:
    assert Configuration().host == "https://api.ubiops.com/v2.1"


@pytest.mark.parametrize("nothing", [None, ""])
def test_the_environment_names_the_host_when_the_code_does_not(
    monkeypatch: pytest.MonkeyPatch, nothing: str | None
) -> None:
    monkeypatch.setenv("UBIOPS_API_HOST", "http://localhost:8000")
    assert Configuration(nothing).host == "http://localhost:8000/v2"
    assert Configuration("http://other/v2").host == "http://other/v2"


def test_an_empty_host_in_the_environment_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBIOPS_API_HOST", "")
    assert Configuration().host == "https://api.ubiops.com/v2.1"
    assert ubiops.Configuration().host == ""


def test_the_environment_is_read_when_a_configuration_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Configuration()
    monkeypatch.setenv("UBIOPS_API_TOKEN", "Token abc")
    assert (before.api_key, Configuration().api_key) == ({}, {"Authorization": "Token abc"})


@rows(2, 3, 4)
@pytest.mark.parametrize(
    ("environment", "sent"),
    [
        ("Token abc", "Token abc"),
        ("abc", "Token abc"),
        (" abc\n", "Token abc"),
        ("Bearer x.y.z", "Bearer x.y.z"),
        ("a b c", "a b c"),
        ("   ", None),
        (None, None),
    ],
)
async def test_the_token_of_the_environment_gets_its_scheme(
    core: type, monkeypatch: pytest.MonkeyPatch, environment: str | None, sent: str | None
) -> None:
    if environment is not None:
        monkeypatch.setenv("UBIOPS_API_TOKEN", environment)
    with scripted(answer(json=USER)) as server:
        monkeypatch.setenv("UBIOPS_API_HOST", f"{server.url}/v2.1")
        api = core()
        await finished(api.user_get())
        await finished(api.api_client.close())
    assert server.requests[0].headers.get("authorization") == sent


@rows(5)
@pytest.mark.parametrize(
    ("key", "prefix", "sent"),
    [
        ("k", "Bearer", "Bearer k"),
        ("Token k", "Bearer", "Bearer Token k"),
        ("k", "", "Token k"),
        ("k", None, "Token k"),
        ("", "Bearer", None),
    ],
)
async def test_a_prefix_goes_before_the_token(play: Play, key: str, prefix: str, sent: str | None) -> None:
    keys, prefixes = {"Authorization": key}, {"Authorization": prefix}
    async with play(answer(json=USER), api_key=keys, api_key_prefix=prefixes) as (api, server):
        await finished(api.user_get())
    assert server.requests[0].headers.get("authorization") == sent


@rows(6)
async def test_a_host_without_version_is_asked_under_v2(connect: Connect) -> None:
    with scripted(answer(json=USER)) as server:
        async with connect(Configuration(server.url, {"Authorization": "k"})) as api:
            await finished(api.user_get())
    assert server.requests[0].target == "/v2/user"


async def test_changes_of_the_configuration_hold_from_the_next_call(play: Play) -> None:
    async with play(answer(json=USER), answer(json=USER)) as (api, server):
        await finished(api.user_get())
        api.api_client.configuration.api_key["Authorization"] = "Bearer new"
        api.api_client.configuration.host = f"{server.url}/v2"
        await finished(api.user_get())
    assert [(seen.target, seen.headers["authorization"]) for seen in server.requests] == [
        ("/v2.1/user", "Token abc"),
        ("/v2/user", "Bearer new"),
    ]


async def test_the_hook_replaces_the_token_before_a_call(play: Play) -> None:
    def refresh(configuration: Configuration) -> None:
        configuration.api_key["Authorization"] = "fresh"

    async with play(answer(json=USER), refresh_api_key_hook=refresh) as (api, server):
        await finished(api.user_get())
    assert server.requests[0].headers["authorization"] == "Token fresh"


async def test_the_hook_is_not_asked_when_there_is_no_token(play: Play) -> None:
    asked: list[Configuration] = []
    async with play(answer(json=USER), api_key={}, refresh_api_key_hook=asked.append) as (api, server):
        await finished(api.user_get())
    assert (asked, "authorization" in server.requests[0].headers) == ([], False)


@pytest.mark.parametrize("token", ["Token a\nb", "Token ü", "Token a "])
async def test_a_token_that_cannot_travel_is_refused_before_anything_is_sent(play: Play, token: str) -> None:
    async with play(api_key={"Authorization": token}) as (api, _):
        with pytest.raises(ApiValueError, match="Authorization"):
            await finished(api.user_get())


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AttributeError, match="verify_sll"):
        Configuration().verify_sll = False  # type: ignore[attr-defined]  # the misspelling is the test


def test_the_debug_report_tells_of_the_program_and_of_no_setting() -> None:
    configuration = configured("http://host")
    report = configuration.to_debug_report()
    assert "UbiOps API v2.1" in report
    assert "host" not in report
    assert "abc" not in report
