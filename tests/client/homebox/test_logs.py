"""What reaches a log, an error or a traceback: no password, token, code or state."""

import logging
from collections.abc import Iterator
from typing import Any

import homebox
import httpx
import pytest
from homebox import models as official_models

from gatepost.homebox import (
    ApiError,
    APIKeyCreatedOut,
    ChangePassword,
    GroupInvitation,
    GroupInvitationCreate,
    NotFoundError,
    ResetPasswordRequest,
    TokenResponse,
    UserRegistration,
)
from tests.client.homebox.calls import ALL
from tests.client.homebox.conftest import Connect, Play
from tests.client.homebox.house import House
from tests.kit.scripted import answer, refused, repeat, route, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio

SECRETS = ("secret1", "newpass1", "brand-new-pw", "RESETTOKEN", "INVITATION", "SESSION00", "ATTACHMENTS", "TOKEN")
FLOW = ("c0de", "st4te", "n0nce", "ver1fier", "ch4llenge")


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG):
        yield


async def test_a_login_through_a_provider_leaves_no_trace_in_any_log(
    connect: Connect, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with scripted(repeat(route(house.answer))) as server:
        async with open_client(connect(server.url, logging={"silent": False, "level": "debug"})) as client:
            await finished(client.users.oidc_login())
            await finished(client.users.oidc_callback("c0de", "st4te"))
            await finished(client.users.user_token_refresh())
    assert {"gatepost", "httpx", "httpcore.http11"} <= {record.name for record in caplog.records}
    assert "/api/v1/users/login/oidc/callback" in caplog.text
    assert_hidden(caplog.text)


def test_the_official_client_writes_the_code_to_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with scripted(repeat(route(house.answer))) as server:
        homebox.HomeboxClient(f"{server.url}/api").users.oidc_callback("c0de", "st4te")
    assert "callback?code=c0de&state=st4te" in caplog.text


@pytest.mark.parametrize("call", ALL.values(), ids=ALL)
async def test_no_call_tells_a_log_what_it_carries(play: Play, caplog: pytest.LogCaptureFixture, call: Any) -> None:
    refusal = answer(422, json={"error": "no"}, headers={"Set-Cookie": "hb.auth.token=SESSION00"})
    async with play(refusal, logging={"silent": False, "level": "debug"}) as (client, _):
        with pytest.raises(ApiError) as failed:
            await finished(call(client))
    assert_hidden(caplog.text + str(failed.value) + repr(failed.value))


@pytest.mark.parametrize("call", ALL.values(), ids=ALL)
async def test_no_frame_of_a_traceback_shows_what_a_call_carries(connect: Connect, frames: Any, call: Any) -> None:
    async with open_client(connect(refused(), max_retries=0)) as client:
        with pytest.raises(httpx.ConnectError) as failed:
            await finished(call(client))
    assert_hidden(frames(failed.value))


async def test_an_invitation_is_named_by_where_it_goes(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    async with play(answer(404, json={"error": "Not Found"})) as (client, server):
        with pytest.raises(NotFoundError) as failed:
            await finished(client.groups.accept_group_invitation("INVITATION"))
    assert server.requests[0].target == "/api/v1/groups/invitations/INVITATION"
    assert str(failed.value) == "POST /api/v1/groups/invitations/*** answered 404: Not Found"
    assert "/api/v1/groups/invitations/***" in caplog.text


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        (ChangePassword(current="secret1", new="newpass1"), "ChangePassword(current='[REDACTED]', new='[REDACTED]')"),
        (ChangePassword(current="secret1"), "ChangePassword(current='[REDACTED]', new=None)"),
        (
            UserRegistration(name="Ann", email="a@x.io", password="secret1", token="INVITATION"),
            "UserRegistration(email='a@x.io', name='Ann', password='[REDACTED]', token='[REDACTED]')",
        ),
        (
            ResetPasswordRequest(token="RESETTOKEN", password="secret1"),
            "ResetPasswordRequest(password='[REDACTED]', token='[REDACTED]')",
        ),
        (
            TokenResponse(raw="SESSION00", attachmentToken="ATTACHMENTS"),
            "TokenResponse(attachmentToken='[REDACTED]', expiresAt=None, token='[REDACTED]', raw='[REDACTED]')",
        ),
        (GroupInvitationCreate(uses=1), "GroupInvitationCreate(expiresAt=None, uses=1)"),
        (
            GroupInvitation(token="INVITATION", uses=1),
            "GroupInvitation(expiresAt=None, group=None, id=None, token='[REDACTED]', uses=1)",
        ),
    ],
)
def test_no_record_shows_its_secrets(record: Any, shown: str) -> None:
    assert repr(record) == str(record) == f"{record}" == shown


def test_a_new_key_does_not_show_its_value() -> None:
    shown = repr(APIKeyCreatedOut(token="hb_VALUE", id="k1"))
    assert "id='k1'" in shown
    assert "token='[REDACTED]'" in shown


def test_the_official_records_show_theirs() -> None:
    assert "secret1" in repr(official_models.ChangePassword(current="secret1", new="newpass1"))


async def test_a_raw_response_shows_no_headers(connect: Connect, house: House) -> None:
    with scripted(repeat(route(house.answer))) as server:
        async with open_client(connect(server.url, token=None)) as client:
            await finished(client.login("ann@example.com", "secret1"))
            raw = await finished(client.users.with_raw_response.user_token_refresh())
    assert raw.status_code == 200
    assert raw.data.token == client.token
    assert_hidden(repr(raw))
    assert_hidden(repr(vars(client)))


def assert_hidden(text: str) -> None:
    assert [secret for secret in SECRETS + FLOW if secret in text] == []
