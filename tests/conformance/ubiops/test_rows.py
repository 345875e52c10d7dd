"""The conformance cases of the wire contract that concern a server, numbered as there, with the official client.

Where a row shows an answer that this server never gives because the client would not survive it, the test shows what is
answered instead. Rows 11 to 15, 30, 31 and 35 are about the client alone: what it refuses to send, and what it raises
when nobody answers.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import ubiops

from gatepost.server.domain.principal import SYSTEM
from tests.conformance.ubiops.conftest import PREFIX, Connect
from tests.kit.backstage import Backstage, Member
from tests.kit.cases import rows
from tests.kit.mailbox import confirmations, kinds
from tests.kit.server import Server, serving
from tests.kit.ubiops import PASSWORD

_numbers = count(1)


@pytest.fixture
def newcomer() -> dict[str, Any]:
    """Give what somebody signs up with whom nobody knows."""
    return {"email": f"newcomer{next(_numbers)}@example.org", "password": PASSWORD}


@pytest.fixture
def slow(data: Path) -> Iterator[Server]:
    """Run a server that allows one request in three seconds."""
    with serving(data, GATEPOST_LIMITS__ENABLED="true", GATEPOST_LIMITS__UBIOPS_PER_NETWORK="1/3 second") as server:
        yield server


@rows(1)
def test_the_acting_user(host: str, ada: Member, stage: Backstage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBIOPS_API_HOST", host)
    monkeypatch.setenv("UBIOPS_API_TOKEN", f"Token {ada.token}")
    me = ubiops.CoreApi().user_get()
    assert isinstance(me, ubiops.UserDetail)
    assert (me.id, me.email, me.name, me.surname, me.authentication) == (
        ada.id, ada.email, "Ada", "Lovelace", "ubiops",
    )  # fmt: skip
    assert me.registration_date.utcoffset() == timedelta(0)
    ((made_at,),) = stage.rows("SELECT created_at FROM accounts WHERE id = ?", ada.id)
    assert round(me.registration_date.timestamp() * 1_000) == made_at


@rows(2, 3)
@pytest.mark.parametrize("word", ["", "Token ", "Bearer "])
def test_the_token_with_and_without_a_word(host: str, ada: Member, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBIOPS_API_HOST", host)
    monkeypatch.setenv("UBIOPS_API_TOKEN", word + ada.token)
    assert ubiops.CoreApi().user_get().id == ada.id


@rows(4)
@pytest.mark.parametrize("token", ["   ", None])
def test_no_token(connect: Connect, monkeypatch: pytest.MonkeyPatch, token: str | None) -> None:
    if token is not None:
        monkeypatch.setenv("UBIOPS_API_TOKEN", token)
    with pytest.raises(ubiops.ApiRequestError) as refused:
        connect(None).user_get()
    assert refused.value.status == 401
    assert str(refused.value) == "Unauthorized (401)\nError: Missing or invalid credentials."


@rows(5)
def test_a_prefix(connect: Connect, ada: Member) -> None:
    assert connect(ada.token, api_key_prefix={"Authorization": "Bearer"}).user_get().id == ada.id


@rows(6)
def test_a_host_without_a_version(connect: Connect, server: Server, ada: Member) -> None:
    api = connect(ada.token, f"{server.url}/ubiops")
    assert api.api_client.configuration.host == f"{server.url}/ubiops/v2"
    assert api.user_get().id == ada.id


@rows(7)
def test_a_sign_up_with_everything(api: Any, newcomer: dict[str, Any], stage: Backstage) -> None:
    created = api.user_create({**newcomer, "name": "N", "surname": "S", "phone": "+1", "terms_conditions": True})
    assert isinstance(created, ubiops.UserPendingDetail)
    assert created.to_dict() == {"email": newcomer["email"], "name": "N", "surname": "S"}
    assert kinds(stage, newcomer["email"]) == ["confirm-email"]


@rows(8)
@pytest.mark.parametrize("password", ["p", "1234567"])
def test_a_password_that_is_too_short(api: Any, newcomer: dict[str, Any], password: str) -> None:
    with pytest.raises(ubiops.ApiRequestError) as refused:
        api.user_create(newcomer | {"password": password})
    assert refused.value.status == 400
    assert refused.value.get_body_message() == "password must have at least 8 characters"


@rows(9)
def test_an_address_beyond_ascii_and_an_empty_name(api: Any, newcomer: dict[str, Any]) -> None:
    data = ubiops.UserPendingCreate(email="é" + newcomer["email"], password=PASSWORD, name="", surname="Ünal")
    created = api.user_create(data)
    assert (created.email, created.name, created.surname) == (data.email, None, "Ünal")


@rows(10)
def test_a_name_that_is_none(api: Any, newcomer: dict[str, Any]) -> None:
    assert api.user_create(newcomer | {"name": None}).name is None


@rows(16, 17, 18)
def test_a_sign_up_answers_an_object_with_its_address(api: Any, newcomer: dict[str, Any]) -> None:
    response = api.user_create(newcomer, _preload_content=False)
    assert (response.status_code, response.headers["content-type"]) == (201, "application/json")
    assert response.json() == {"email": newcomer["email"], "name": None, "surname": None}
    assert response.history == []


@rows(19)
def test_deleting_oneself(api: Any, ada: Member, stage: Backstage) -> None:
    assert api.user_delete() is None
    assert stage.rows("SELECT 1 FROM accounts WHERE id = ?", ada.id) == []
    for call in (api.user_get, api.user_delete):
        with pytest.raises(ubiops.ApiRequestError) as refused:
            call()
        assert refused.value.status == 401


@rows(20)
def test_a_deletion_answers_nothing(api: Any) -> None:
    response = api.user_delete(_preload_content=False)
    assert (response.status_code, response.content) == (204, b"")


@rows(21)
def test_a_deletion_that_is_refused(connect: Connect, stage: Backstage) -> None:
    owner = stage.member(roles=("owner",))
    with pytest.raises(ubiops.ApiRequestError) as refused:
        connect(owner.token).user_delete()
    assert (refused.value.status, refused.value.reason) == (403, "Forbidden")
    assert "owner" in refused.value.get_body_message()
    assert json.loads(refused.value.body) == {"error": refused.value.get_body_message()}
    stage.write("DELETE FROM grants WHERE account_id = ?", owner.id)


@rows(22, 23, 24)
def test_what_the_client_checks_is_there(connect: Connect, stage: Backstage) -> None:
    nameless = stage.member()
    me = connect(nameless.token).user_get()
    assert (me.name, me.surname, me.authentication) == (None, None, "ubiops")
    assert isinstance(me.registration_date, datetime)


@rows(25)
def test_the_client_sleeps_seconds_after_a_429_and_then_succeeds(
    connect: Connect, slow: Server, caplog: pytest.LogCaptureFixture
) -> None:
    api = connect(None, slow.url + PREFIX)
    for _ in range(2):
        with pytest.raises(ubiops.ApiRequestError) as refused:
            api.user_get()
        assert refused.value.status == 401
    waits = [record.getMessage() for record in caplog.records if "Automatic retry" in record.getMessage()]
    assert len(waits) == 1
    assert waits[0].split("Automatic retry in ")[1] in {f"{seconds} seconds." for seconds in (2, 3, 4)}


@rows(26, 27)
def test_a_429_says_when(connect: Connect, slow: Server) -> None:
    api = connect(None, slow.url + PREFIX, auto_retry_rate_limiting=False)
    for status, words in [(401, "Missing or invalid credentials."), (429, "Too many attempts; wait a little.")]:
        with pytest.raises(ubiops.ApiRequestError) as refused:
            api.user_get()
        assert (refused.value.status, refused.value.get_body_message()) == (status, words)
        assert 1 <= int(refused.value.headers["X-RateLimit-Reset"]) <= 3


@rows(28, 29)
@pytest.mark.parametrize("path", ["/ubiops/v2.1/nowhere", "/ubiops/v2.1/", "/ubiops/v3"])
def test_an_error_is_never_html_or_empty(connect: Connect, server: Server, path: str) -> None:
    with pytest.raises(ubiops.ApiRequestError) as refused:
        connect("abc", server.url + path + "/").user_get()
    assert str(refused.value) == "Not Found (404)\nError: There is nothing at this address."


@rows(32)
def test_a_call_in_the_background(api: Any, connect: Connect, ada: Member) -> None:
    assert api.user_get(async_req=True).get(30).id == ada.id
    with pytest.raises(ubiops.ApiRequestError):
        connect("abc").user_get(async_req=True).get(30)
    api.api_client.close()


@rows(33)
def test_the_response_itself(api: Any, ada: Member) -> None:
    response = api.user_get(_preload_content=False)
    assert (response.status_code, response.json()["id"]) == (200, ada.id)


@rows(34)
def test_status_and_headers(api: Any, ada: Member) -> None:
    me, status, headers = api.user.user_get_with_http_info(_return_http_data_only=False)
    assert (me.id, status) == (ada.id, 200)
    assert headers["X-RateLimit-Limit"] == "30"


@rows(36)
def test_what_goes_out_unchecked_is_taken(connect: Connect, newcomer: dict[str, Any], stage: Backstage) -> None:
    api = connect("abc", client_side_validation=False)
    created = api.user_create(newcomer | {"phone": "1"})
    assert created.email == newcomer["email"]
    assert stage.rows("SELECT phone FROM accounts WHERE email = ?", newcomer["email"]) == [("1",)]


def test_a_link_that_was_mailed_turns_the_pending_user_into_one(
    api: Any, connect: Connect, newcomer: dict[str, Any], stage: Backstage
) -> None:
    api.user_create(newcomer)
    api.user_create(newcomer)
    first, _ = confirmations(stage, newcomer["email"])
    account = stage.call(stage.parts.registration.confirm, first.rpartition("/")[2])
    raw = stage.call(stage.parts.tokens.create_for, SYSTEM, account.id, "first", None).raw
    assert connect(raw).user_get().email == newcomer["email"]
