"""Who asks: keys, programs with their tokens, and both; section 2 of the contract."""

from asyncio import gather
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest
from vectara.core.api_error import ApiError
from vectara.errors import ForbiddenError

from gatepost.server.domain.principal import SYSTEM
from tests.conformance.vectara.official import Official, refused
from tests.kit.backstage import Backstage, Member
from tests.kit.cases import rows
from tests.kit.server import Server
from tests.kit.twins import finished
from tests.kit.vectara import PREFIX, OAuthClient, oauth_client

pytestmark = pytest.mark.anyio

WEAK = "gp_pat_" + "0" * 36


@pytest.fixture
def administrator(stage: Backstage) -> Member:
    return stage.member(roles=("administrator",))


@rows(1)
async def test_a_personal_key(official: Official, administrator: Member) -> None:
    user = await finished(official(api_key=administrator.token).users.get(administrator.username))
    assert (user.username, user.email) == (administrator.username, administrator.email)
    assert official.asked() == [f"GET /v2/users/{administrator.username}"]
    assert "authorization" not in official.sent[0].headers


@rows(1)
async def test_a_key_that_may_do_too_little_is_forbidden(official: Official, stage: Backstage) -> None:
    viewer = stage.member(roles=("corpus_administrator",))
    users = official(api_key=viewer.token).users
    for call in (
        users.list,
        partial(users.create, email="x@example.org"),
        partial(users.get, viewer.username),
        partial(users.update, viewer.username, enabled=True),
        partial(users.delete, viewer.username),
        partial(users.reset_password, viewer.username),
    ):
        error = await refused(call)
        assert isinstance(error, ForbiddenError)
        assert error.body.messages
        assert error.body.request_id


@pytest.mark.parametrize("settings", [{}, {"api_key": WEAK}, {"api_key": ""}, {"token": lambda: "x.y.z"}])
async def test_without_a_credential_that_holds_nothing_is_told(official: Official, settings: dict[str, Any]) -> None:
    error = await refused(official(**settings).users.list)
    assert (type(error), error.status_code) == (ApiError, 401)
    assert set(error.body) == {"messages", "request_id"}


@rows(2, 3, 8, 10)
async def test_a_program_asks_once_for_a_token(official: Official, program: OAuthClient, name: str) -> None:
    users = official(**program._asdict()).users
    await finished(users.create(email=name))
    await finished(users.get(name))
    assert official.asked() == ["POST /oauth2/token", "POST /v2/users", f"GET /v2/users/{name}"]
    form, json = "application/x-www-form-urlencoded", "application/json"
    assert official.sent[0].headers["content-type"] == (json if official.awaiting else form)
    assert (b"grant_type" in official.sent[0].content) is not official.awaiting


@rows(2, 3, 10)
@pytest.mark.parametrize("grant_type", [None, "client_credentials"])
async def test_a_token_says_how_long_it_lives(official: Official, program: OAuthClient, grant_type: str | None) -> None:
    asked = {} if grant_type is None else {"grant_type": grant_type}
    token = await finished(official().auth.get_token(**program._asdict(), **asked))
    assert (token.token_type, token.expires_in) == ("Bearer", 1800)
    assert token.access_token.count(".") == 2


async def test_another_grant_is_refused(official: Official, program: OAuthClient) -> None:
    error = await refused(official().auth.get_token, **program._asdict(), grant_type="password")
    assert (error.status_code, error.body["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth/token"])
@pytest.mark.parametrize("kind", ["data", "json"])
def test_forms_and_json_are_taken_at_both_addresses(server: Server, program: OAuthClient, path: str, kind: str) -> None:
    asked: dict[str, Any] = {kind: {**program._asdict(), "grant_type": "client_credentials"}}
    answer = httpx.post(f"{server.url}{PREFIX}{path}", **asked)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) >= {"access_token", "token_type", "expires_in"}


@rows(4)
async def test_tasks_and_threads_at_once_share_one_token(official: Official, program: OAuthClient, name: str) -> None:
    users = official(**program._asdict()).users
    await finished(official(**program._asdict()).users.create(email=name))
    official.sent.clear()
    if official.awaiting:
        found = await gather(*(users.get(name) for _ in range(5)))
    else:
        with ThreadPoolExecutor(5) as threads:
            found = list(threads.map(users.get, [name] * 5))
    assert [user.username for user in found] == [name] * 5
    assert sorted(official.asked()) == [f"GET /v2/users/{name}"] * 5 + ["POST /oauth2/token"]


@rows(5)
async def test_of_a_key_and_a_token_the_token_counts(official: Official, program: OAuthClient) -> None:
    pager = await finished(official(api_key=WEAK, **program._asdict()).users.list(limit=1))
    assert pager.items is not None
    token, listing = official.sent
    assert (token.headers["x-api-key"], listing.headers["x-api-key"]) == (WEAK, WEAK)
    assert listing.headers["authorization"].startswith("Bearer ")


@rows(5)
async def test_a_bad_token_is_not_made_good_by_a_key(official: Official, administrator: Member) -> None:
    users = official(api_key=administrator.token, token=lambda: "x.y.z").users
    assert (await refused(users.list)).status_code == 401


@rows(6)
async def test_a_token_that_was_asked_for_elsewhere(official: Official, program: OAuthClient) -> None:
    token = await finished(official().auth.get_token(**program._asdict()))
    await finished(official(token=lambda: token.access_token).users.list(limit=1))
    assert official.asked() == ["POST /oauth2/token", "GET /v2/users?limit=1"]


@rows(9)
@pytest.mark.parametrize("wrong", ["client_id", "client_secret"])
async def test_a_program_that_is_none_asks_once(official: Official, program: OAuthClient, wrong: str) -> None:
    users = official(**{**program._asdict(), wrong: "wrong"}).users
    error = await refused(users.list)
    assert (error.status_code, error.headers, error.body["error"]) == (401, None, "invalid_client")
    assert official.asked() == ["POST /oauth2/token"]


@rows(11)
async def test_a_revoked_program_is_refused_at_once_and_its_token_not_renewed(
    official: Official, stage: Backstage
) -> None:
    passing = oauth_client(stage, "owner")
    users = official(**passing._asdict()).users
    await finished(users.list(limit=1))
    stage.call(stage.parts.clients.revoke, SYSTEM, passing.client_id)
    for _ in range(2):
        error = await refused(users.list, limit=1)
        assert (type(error), error.status_code) == (ApiError, 401)
    assert official.tokens() == 1


@rows(11)
async def test_an_account_that_is_enabled_again_has_its_key_again(
    official: Official, users: Any, administrator: Member
) -> None:
    theirs = official(api_key=administrator.token).users
    await finished(users.update(administrator.username, enabled=False))
    assert (await refused(theirs.list)).status_code == 401
    await finished(users.update(administrator.username, enabled=True))
    assert (await finished(theirs.list(limit=1))).items


@rows(40)
async def test_the_server_may_be_told_how_long_to_work(official: Official, program: OAuthClient) -> None:
    users = official(**program._asdict(), request_timeout=5, request_timeout_millis=6000).users
    assert (await finished(users.list(limit=1))).response.users is not None
    assert official.sent[-1].headers["request-timeout"] == "5"
    assert official.sent[-1].headers["request-timeout-millis"] == "6000"
