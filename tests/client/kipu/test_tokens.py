"""Personal access tokens and whom they stand for, rows 10 to 20 of the contract's conformance cases."""

import msgspec
import pytest

from gatepost.kipu import NotFoundError, ParsingError, UnauthorizedError
from tests.client.kipu.conftest import Play
from tests.kit.scripted import answer
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

TOKENS = "/user-service/me/access-tokens"


async def test_row_10_the_list_has_the_default_token_and_the_others_without_values(play: Play) -> None:
    listed = {"defaultToken": "d", "accessTokens": [{"id": "t", "name": "n", "usedAt": None}]}
    async with play(answer(json=listed)) as (hub, server):
        tokens = await finished(hub.user_settings_personal_access_tokens.get_personal_access_tokens())
    assert (server.requests[0].method, server.requests[0].target) == ("GET", TOKENS)
    assert tokens.default_token == "d"
    (token,) = tokens.access_tokens
    assert (token.id, token.name, token.used_at, token.value) == ("t", "n", None, None)


async def test_row_11_an_empty_list_may_say_nothing(play: Play) -> None:
    async with play(answer(json={})) as (hub, _):
        tokens = await finished(hub.user_settings_personal_access_tokens.get_personal_access_tokens())
    assert (tokens.default_token, tokens.access_tokens) == (None, None)


async def test_row_12_a_token_without_a_name_is_not_understood(play: Play) -> None:
    body = {"accessTokens": [{"id": "x"}]}
    async with play(answer(json=body)) as (hub, _):
        with pytest.raises(ParsingError, match="name") as refused:
            await finished(hub.user_settings_personal_access_tokens.get_personal_access_tokens())
    assert (refused.value.status_code, refused.value.body) == (200, body)
    assert isinstance(refused.value.__cause__, msgspec.ValidationError)


async def test_row_13_a_new_token_shows_its_value(play: Play) -> None:
    async with play(answer(201, json={"name": "n", "value": "gp_pat_1"})) as (hub, server):
        token = await finished(hub.user_settings_personal_access_tokens.create_personal_access_token(name="n"))
    (seen,) = server.requests
    assert (seen.method, seen.target, seen.body) == ("POST", TOKENS, b'{"name":"n"}')
    assert token.value == "gp_pat_1"


async def test_row_14_the_last_day_of_a_token_is_a_text(play: Play) -> None:
    async with play(answer(201, json={"name": "n", "expiresAt": "2027-01-01"})) as (hub, server):
        token = await finished(
            hub.user_settings_personal_access_tokens.create_personal_access_token(name="n", expires_at="2027-01-01")
        )
    assert server.requests[0].body == b'{"name":"n","expiresAt":"2027-01-01"}'
    assert token.expires_at == "2027-01-01"


async def test_no_last_day_may_be_said_in_words(play: Play) -> None:
    async with play(answer(201, json={"name": "n"})) as (hub, server):
        await finished(hub.user_settings_personal_access_tokens.create_personal_access_token(name="n", expires_at=None))
    assert server.requests[0].body == b'{"name":"n","expiresAt":null}'


async def test_row_15_an_unknown_token_is_not_found(play: Play) -> None:
    async with play(answer(404, json={"status": 404})) as (hub, server):
        with pytest.raises(NotFoundError):
            await finished(hub.user_settings_personal_access_tokens.delete_personal_access_token("t1"))
    assert (server.requests[0].method, server.requests[0].target) == ("DELETE", f"{TOKENS}/t1")


@pytest.mark.parametrize("id", ["..", ".", ""])
async def test_row_16_an_id_that_means_another_place_is_refused_and_nothing_is_sent(play: Play, id: str) -> None:
    async with play() as (hub, _):
        with pytest.raises(ValueError, match="id must not be"):
            await finished(hub.user_settings_personal_access_tokens.delete_personal_access_token(id))


@pytest.mark.parametrize("id", [None, 5, b"t1"])
async def test_an_id_that_is_no_text_is_refused_and_nothing_is_sent(play: Play, id: object) -> None:
    async with play() as (hub, _):
        with pytest.raises(TypeError, match="id must be a str"):
            await finished(hub.user_settings_personal_access_tokens.delete_personal_access_token(id))


@pytest.mark.parametrize(
    ("id", "segment"),
    [("a/b", "a%2Fb"), ("a?b#c", "a%3Fb%23c"), ("ü ☃", "%C3%BC%20%E2%98%83"), ("%2e%2e", "%252e%252e"), ("...", "...")],
)
async def test_an_id_stays_one_segment_of_the_path(play: Play, id: str, segment: str) -> None:
    async with play(answer(204)) as (hub, server):
        await finished(hub.user_settings_personal_access_tokens.delete_personal_access_token(id))
    assert server.requests[0].target == f"{TOKENS}/{segment}"


async def test_row_17_the_default_token_is_made_anew_without_a_body(play: Play) -> None:
    async with play(answer(json={"defaultToken": "new"})) as (hub, server):
        made = await finished(hub.user_settings_personal_access_tokens.regenerate_default_personal_access_token())
    (seen,) = server.requests
    assert (seen.method, seen.target, seen.headers["content-length"]) == ("PUT", f"{TOKENS}/default", "0")
    assert "content-type" not in seen.headers
    assert made.default_token == "new"


async def test_row_18_a_token_stands_for_a_user(play: Play) -> None:
    async with play(answer(json={"id": "u1", "accessToken": {"name": "n"}})) as (hub, server):
        principal = await finished(hub.authentication.authorize_by_personal_access_token())
    (seen,) = server.requests
    assert (seen.method, seen.target, seen.headers["content-length"]) == ("POST", "/user-service/authorize", "0")
    assert (principal.id, principal.access_token.name) == ("u1", "n")


async def test_row_19_the_default_token_has_no_metadata(play: Play) -> None:
    async with play(answer(json={"id": "u1", "accessToken": None})) as (hub, _):
        principal = await finished(hub.authentication.authorize_by_personal_access_token())
    assert principal.access_token is None


async def test_row_20_an_expired_token_is_unauthorized(play: Play) -> None:
    async with play(answer(401, json={"message": "expired"})) as (hub, _):
        with pytest.raises(UnauthorizedError, match="expired") as refused:
            await finished(hub.authentication.authorize_by_personal_access_token())
    assert refused.value.status_code == 401
