"""The conformance cases of the wire contract that concern a server, one test each, numbered as there.

Where a row shows an answer that this server never gives because a client would not survive it, the test shows what is
answered instead. Rows 35 to 44 are about a client alone: how long it sleeps between attempts (35 to 38), what it raises
when nobody answers (39 to 41), what its options and constructor do (42 to 44). What a server owes to the client's
attempts is in test_retries.py.
"""

import httpx
import pytest
from qhub.api.user import BadRequestError, NotFoundError, UnauthorizedError
from qhub.api.user.core import ApiError

from tests.conformance.kipu.conftest import Passing
from tests.conformance.kipu.hubs import Hubs
from tests.kit.backstage import Backstage, Member
from tests.kit.pictures import picture
from tests.kit.server import Server
from tests.kit.wire import exchange


def test_row_01_the_current_user_with_nulls(hub: Hubs, ada: Member) -> None:
    me = hub(ada.token).user_settings.get_current_user()
    assert (me.id, me.current_position) == (ada.id, None)


def test_row_02_a_base_url_with_a_slash_at_its_end(hub: Hubs, ada: Member, base_url: str) -> None:
    assert hub(ada.token, base_url + "/").user_settings.get_current_user().id == ada.id


def test_row_03_an_update_of_nothing(hub: Hubs, ada: Member) -> None:
    settings = hub(ada.token).user_settings
    before = settings.get_current_user()
    assert settings.update_current_user() == before


def test_row_04_an_update_with_null(hub: Hubs, ada: Member) -> None:
    settings = hub(ada.token).user_settings
    settings.update_current_user(current_position="Q")
    assert settings.update_current_user(current_position=None).current_position is None


def test_row_05_an_update_that_is_refused_has_a_json_body(hub: Hubs, ada: Member) -> None:
    settings = hub(ada.token).user_settings
    changed = settings.update_current_user(current_position="Q", homepage="", about="é")
    assert (changed.current_position, changed.homepage, changed.about) == ("Q", "", "é")
    with pytest.raises(BadRequestError) as refused:
        settings.update_current_user(current_position="Q", homepage="nowhere", about="é")
    assert refused.value.body["status"] == 400


def test_row_06_deleting_oneself_answers_nothing(hub: Hubs, ada: Member) -> None:
    raw = hub(ada.token).user_settings.with_raw_response.delete_current_user()
    assert (raw.status_code, raw.data) == (204, None)
    assert raw.response.content == b""


def test_row_07_an_image_with_a_name(hub: Hubs, ada: Member) -> None:
    raw = hub(ada.token).user_settings.with_raw_response.update_current_user_profile_image(file=("a.png", picture()))
    assert (raw.status_code, raw.data) == (204, None)
    assert raw.response.content == b""


def test_row_08_bytes_that_are_no_image(hub: Hubs, ada: Member) -> None:
    with pytest.raises(BadRequestError) as refused:
        hub(ada.token).user_settings.update_current_user_profile_image(file=b"\x89PNG")
    assert refused.value.body["status"] == 400


def test_row_09_deleting_the_image_twice(hub: Hubs, ada: Member) -> None:
    settings = hub(ada.token).user_settings.with_raw_response
    assert [settings.delete_current_user_profile_image().status_code for _ in range(2)] == [204, 204]


def test_row_10_the_list_of_tokens(hub: Hubs, ada: Member) -> None:
    listed = hub(ada.token).user_settings_personal_access_tokens.get_personal_access_tokens()
    assert listed.default_token is not None
    (token,) = listed.access_tokens or []
    assert (token.id, token.name, token.value) == (ada.token_id, "first", None)


def test_row_11_both_members_of_the_list_are_always_there(hub: Hubs, ada: Member) -> None:
    default = hub(ada.token).user_settings_personal_access_tokens.get_personal_access_tokens().default_token
    tokens = hub(str(default)).user_settings_personal_access_tokens
    tokens.delete_personal_access_token(ada.token_id)
    raw = tokens.with_raw_response.get_personal_access_tokens()
    assert raw.response.json() == {"defaultToken": default, "accessTokens": []}


def test_row_12_every_token_object_has_a_name(hub: Hubs, ada: Member) -> None:
    client = hub(ada.token)
    tokens = client.user_settings_personal_access_tokens
    tokens.create_personal_access_token(name="n")
    listed = tokens.with_raw_response.get_personal_access_tokens().response.json()
    shown = client.authentication.with_raw_response.authorize_by_personal_access_token().response.json()
    assert all(isinstance(token["name"], str) for token in [*listed["accessTokens"], shown["accessToken"]])


def test_row_13_a_new_token(hub: Hubs, ada: Member) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens.with_raw_response
    raw = tokens.create_personal_access_token(name="n")
    assert raw.status_code == 201
    assert raw.data.value is not None


def test_row_14_a_new_token_with_a_last_day(hub: Hubs, ada: Member) -> None:
    made = hub(ada.token).user_settings_personal_access_tokens.create_personal_access_token(
        name="n", expires_at="2999-01-01"
    )
    assert made.expires_at == "2999-01-01"


def test_row_15_deleting_a_token_that_is_not_there(hub: Hubs, ada: Member) -> None:
    with pytest.raises(NotFoundError) as refused:
        hub(ada.token).user_settings_personal_access_tokens.delete_personal_access_token("t1")
    assert refused.value.body["status"] == 404


def test_row_16_two_dots_for_an_id_are_404_on_the_wire_and_the_client_asks_for_something_else(
    hub: Hubs, server: Server, ada: Member
) -> None:
    request = f"DELETE /kipu/user-service/me/access-tokens/.. HTTP/1.1\r\nHost: h\r\nX-Auth-Token: {ada.token}\r\n\r\n"
    answer = exchange(server.port, request.encode())
    assert answer is not None
    assert answer.status == 404
    # httpx turns the path into that of `DELETE /me` before anything is sent: no server can tell the two apart.
    raw = hub(ada.token).user_settings_personal_access_tokens.with_raw_response.delete_personal_access_token("..")
    assert raw.response.request.url.path == "/kipu/user-service/me"
    with pytest.raises(UnauthorizedError):
        hub(ada.token).user_settings.get_current_user()


def test_row_17_rotating_the_default_token(hub: Hubs, ada: Member) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens
    raw = tokens.with_raw_response.regenerate_default_personal_access_token()
    assert raw.status_code == 200
    assert raw.data.default_token == tokens.get_personal_access_tokens().default_token


def test_row_18_the_principal_of_a_token(hub: Hubs, ada: Member) -> None:
    principal = hub(ada.token).authentication.authorize_by_personal_access_token()
    assert principal.id == ada.id
    assert principal.access_token is not None
    assert principal.access_token.name == "first"


def test_row_19_the_principal_of_the_default_token(hub: Hubs, ada: Member) -> None:
    default = hub(ada.token).user_settings_personal_access_tokens.get_personal_access_tokens().default_token
    principal = hub(str(default)).authentication.authorize_by_personal_access_token()
    assert (principal.id, principal.access_token) == (ada.id, None)


def test_row_20_an_expired_token(hub: Hubs, ada: Member, stage: Backstage) -> None:
    stage.expire(ada.token_id)
    with pytest.raises(UnauthorizedError) as refused:
        hub(ada.token).authentication.authorize_by_personal_access_token()
    assert refused.value.status_code == 401


def test_row_21_an_id_with_a_plus_in_both_spellings(hub: Hubs, ada: Member, passing: Passing) -> None:
    passing(id="a+b@x.io", first_name="F")
    for written in ("a+b@x.io", "a%2Bb%40x.io"):
        overview = hub(ada.token).users.get_user_by_id(written)
        assert (overview.id, overview.firstname, overview.lastname) == ("a+b@x.io", "F", None)


def test_row_22_an_unknown_user_is_told_in_json(hub: Hubs, ada: Member) -> None:
    with pytest.raises(NotFoundError) as refused:
        hub(ada.token).users.get_user_by_id("b+a@x.io")
    assert refused.value.body["status"] == 404


def test_row_23_a_user_who_exists(hub: Hubs, ada: Member) -> None:
    headers = hub(ada.token).users.check_user_exists(ada.id)
    assert headers["x-content-type-options"] == "nosniff"


def test_row_24_a_user_who_does_not(hub: Hubs, ada: Member) -> None:
    with pytest.raises(ApiError) as refused:
        hub(ada.token).users.check_user_exists("u1")
    assert (refused.value.status_code, refused.value.body) == (404, "")


def test_row_25_no_image(hub: Hubs, ada: Member) -> None:
    raw = hub(ada.token).users.with_raw_response.get_user_profile_image(ada.id)
    assert (raw.status_code, raw.data) == (204, None)


def test_row_26_an_image_as_a_string(hub: Hubs, ada: Member) -> None:
    client = hub(ada.token)
    client.user_settings.update_current_user_profile_image(file=picture())
    raw = client.users.with_raw_response.get_user_profile_image(ada.id)
    assert raw.status_code == 200
    assert raw.response.headers["content-type"] == "application/json"
    assert isinstance(raw.data, str)


def test_row_27_the_image_of_nobody(hub: Hubs, ada: Member) -> None:
    with pytest.raises(NotFoundError) as refused:
        hub(ada.token).users.get_user_profile_image("u1")
    assert refused.value.body["status"] == 404


@pytest.mark.parametrize("accept", ["*/*", "image/*", "text/html"])
def test_row_28_the_image_of_nobody_is_never_told_without_a_body(base_url: str, accept: str) -> None:
    answer = httpx.get(f"{base_url}/users/u1/profile-image", headers={"Accept": accept})
    assert answer.json()["status"] == 404


def test_row_29_a_batch_with_a_duplicate_and_an_unknown_id(hub: Hubs, ada: Member) -> None:
    answer = hub(ada.token).users.resolve_users(ids=[ada.id, ada.id, "u9"])
    assert [user.id for user in answer.users or []] == [ada.id]
    assert answer.not_found == "u9"


def test_row_30_nothing_missing_is_null_and_never_a_list(hub: Hubs, ada: Member) -> None:
    raw = hub(ada.token).users.with_raw_response.resolve_users(ids=[])
    assert raw.response.json() == {"users": [], "notFound": None}


def test_row_31_too_many_ids(hub: Hubs, ada: Member) -> None:
    with pytest.raises(BadRequestError):
        hub(ada.token).users.resolve_users(ids=[f"u{number}" for number in range(201)])


def test_row_32_the_status_of_an_address_with_a_plus(hub: Hubs, ada: Member, passing: Passing) -> None:
    registration = hub(ada.token).user_registration_status
    assert registration.get_user_registration_status(email="a+b@x.io").status == "NOT_FOUND"
    passing("a+b@x.io")
    assert registration.get_user_registration_status(email="a+b@x.io").status == "APPROVED"


def test_row_33_a_search_with_everything_that_needs_encoding(hub: Hubs, ada: Member, passing: Passing) -> None:
    assert hub(ada.token).search.users(q="a b+c/ü%") == []
    account = passing(last_name="A B+C/Ü% et al.")
    assert [match.id for match in hub(ada.token).search.users(q="a b+c/ü%")] == [account.id]


def test_row_34_a_search_answers_a_bare_list(ada: Member, base_url: str) -> None:
    for query in ("zzz", "ada"):
        answer = httpx.get(f"{base_url}/search", params={"q": query}, headers={"X-Auth-Token": ada.token})
        assert isinstance(answer.json(), list)
