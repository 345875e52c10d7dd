"""Groups, members and invitations, sections 3.15 to 3.17 of the contract, rows 50 to 56."""

from typing import Any

import httpx
import pytest

from gatepost.homebox import (
    ApiError,
    BadRequestError,
    CreateRequest,
    ForbiddenError,
    Group,
    GroupInvitation,
    GroupInvitationCreate,
    GroupMemberAdd,
    GroupUpdate,
    NotFoundError,
    UnprocessableEntityError,
    UserSummary,
)
from tests.client.homebox.conftest import Play
from tests.kit.scripted import Step, answer, hang_up
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

GROUP = {
    "id": "g1",
    "name": "Home",
    "createdAt": "2026-08-21T10:00:00Z",
    "updatedAt": "2026-08-21T10:00:00Z",
    "currency": "USD",
}
INVITATION = {"id": "i1", "token": "INVITATION", "expiresAt": "2026-08-22T10:00:00Z", "uses": 1}
MEMBER = {"name": "Ann", "email": "ann@example.com", "id": "u1"}


@pytest.mark.parametrize(
    ("call", "said", "asked", "result"),
    [
        (lambda groups: groups.get_group(), GROUP, ("GET", "/groups", None), Group.from_dict(GROUP)),
        (lambda groups: groups.get_all_groups(), [GROUP], ("GET", "/groups/all", None), [Group.from_dict(GROUP)]),
        (
            lambda groups: groups.create_group(CreateRequest(name="Home")),
            GROUP,
            ("POST", "/groups", {"name": "Home"}),
            Group.from_dict(GROUP),
        ),
        (
            lambda groups: groups.update_group(GroupUpdate(name="Home", currency="USD")),
            GROUP,
            ("PUT", "/groups", {"name": "Home", "currency": "USD"}),
            Group.from_dict(GROUP),
        ),
        (
            lambda groups: groups.create_group_invitation(GroupInvitationCreate(uses=1)),
            INVITATION,
            ("POST", "/groups/invitations", {"uses": 1, "expiresAt": None}),
            GroupInvitation.from_dict(INVITATION),
        ),
        (
            lambda groups: groups.get_group_members(),
            [MEMBER],
            ("GET", "/groups/members", None),
            [UserSummary.from_dict(MEMBER)],
        ),
    ],
)
async def test_a_call_asks_and_gives_what_the_contract_says(
    play: Play, call: Any, said: Any, asked: tuple[str, str, Any], result: Any
) -> None:
    async with play(answer(json=said)) as (client, server):
        assert await finished(call(client.groups)) == result
    (seen,) = server.requests
    assert (seen.method, seen.target, seen.json() if seen.body else None) == (asked[0], f"/api/v1{asked[1]}", asked[2])


@pytest.mark.parametrize(
    ("call", "asked"),
    [
        (lambda groups: groups.delete_group(), ("DELETE", "/groups", b"")),
        (lambda groups: groups.delete_group_invitation("i/1"), ("DELETE", "/groups/invitations/i%2F1", b"")),
        (lambda groups: groups.remove_group_member("u/1"), ("DELETE", "/groups/members/u%2F1", b"")),
        (
            lambda groups: groups.add_group_member(GroupMemberAdd(userId="u1")),
            ("POST", "/groups/members", b'{"userId":"u1"}'),
        ),
    ],
)
async def test_a_call_without_a_result_asks_what_the_contract_says(
    play: Play, call: Any, asked: tuple[str, str, bytes]
) -> None:
    async with play(answer(204)) as (client, server):
        assert await finished(call(client.groups)) is None
    (seen,) = server.requests
    assert (seen.method, seen.target, seen.body) == (asked[0], f"/api/v1{asked[1]}", asked[2])


async def test_row_50_a_listed_invitation_has_its_group_and_no_token(play: Play) -> None:
    listed = {"id": "i1", "expiresAt": INVITATION["expiresAt"], "uses": 1, "group": GROUP}
    async with play(answer(json=[listed])) as (client, _):
        (invitation,) = await finished(client.groups.get_group_invitations())
    assert (invitation.token, invitation.group.id, invitation.group.name) == (None, "g1", "Home")
    assert invitation.model_dump(exclude_none=True) == listed


@pytest.mark.parametrize("name", ["get_all_groups", "get_group_invitations", "get_group_members"])
async def test_lists_that_are_null_are_empty(play: Play, name: str) -> None:
    async with play(answer(json=None), answer(json=[])) as (client, _):
        assert await finished(getattr(client.groups, name)()) == []
        assert await finished(getattr(client.groups, name)()) == []


async def test_row_51_an_invitation_is_for_1_to_100_and_by_the_owner(play: Play) -> None:
    uses = answer(422, json={"error": "Validation Error", "fields": {"Uses": "failed on the 'max' tag"}})
    owner = answer(403, json={"error": "only the owner of this collection can perform this action"})
    async with play(uses, owner) as (client, _):
        with pytest.raises(UnprocessableEntityError, match="Validation Error"):
            await finished(client.groups.create_group_invitation(GroupInvitationCreate(uses=101)))
        with pytest.raises(ForbiddenError, match="only the owner of this collection"):
            await finished(client.groups.create_group_invitation(GroupInvitationCreate(uses=1)))


async def test_row_53_an_invitation_is_followed_once(play: Play, waits: list[float]) -> None:
    again = answer(500, json={"error": "Unknown Error"})
    async with play(answer(json={"id": "g1", "name": "Home"}), again) as (client, server):
        joined = await finished(client.groups.accept_group_invitation("INVITATION"))
        with pytest.raises(ApiError, match=r"POST /api/v1/groups/invitations/\*\*\* answered 500: Unknown"):
            await finished(client.groups.accept_group_invitation("INVITATION"))
    assert (joined.id, joined.name) == ("g1", "Home")
    assert [(seen.target, seen.body) for seen in server.requests] == [
        ("/api/v1/groups/invitations/INVITATION", b"")
    ] * 2
    assert waits == []


async def test_row_54_newer_servers_take_members_by_invitation_only(play: Play) -> None:
    async with play(answer(405, headers={"Allow": "GET"})) as (client, _):
        with pytest.raises(ApiError) as failed:
            await finished(client.groups.add_group_member(GroupMemberAdd(userId="u1")))
    assert (failed.value.status_code, failed.value.body) == (405, None)


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, "cannot remove yourself from the group", BadRequestError),
        (404, "Not Found", NotFoundError),
    ],
)
async def test_row_55_a_member_who_cannot_be_removed(play: Play, status: int, error: str, kind: Any) -> None:
    async with play(answer(status, json={"error": error})) as (client, _):
        with pytest.raises(kind, match=error):
            await finished(client.groups.remove_group_member("u1"))


async def test_a_member_whose_removal_is_answered_with_500_is_gone_at_the_second_try(play: Play) -> None:
    async with play(answer(500, json={"error": "Unknown Error"}), answer(204)) as (client, _):
        assert await finished(client.groups.remove_group_member("u1")) is None


@pytest.mark.parametrize("lost", [hang_up(), answer(500, json={"error": "Unknown Error"})])
async def test_a_group_is_never_deleted_twice_for_that_would_be_another_one(play: Play, lost: Step) -> None:
    async with play(lost) as (client, server):
        with pytest.raises((ApiError, httpx.TransportError)):
            await finished(client.groups.delete_group())
    assert len(server.requests) == 1


async def test_a_group_is_chosen_by_a_header(play: Play) -> None:
    refusal = answer(403, json={"error": "user does not have access to the requested tenant"})
    async with play(refusal, answer(json=GROUP)) as (client, server):
        with pytest.raises(ForbiddenError, match="user does not have access to the requested tenant"):
            await finished(client.with_options(headers={"X-Tenant": "g2"}).groups.get_group())
        await finished(client.groups.get_group(request_options={"additional_headers": {"X-Tenant": "g1"}}))
    assert [seen.headers["x-tenant"] for seen in server.requests] == ["g2", "g1"]


async def test_a_raw_response_has_the_result_and_what_it_came_in(play: Play) -> None:
    async with play(answer(json=[MEMBER], headers={"X-Request-Id": "r1"})) as (client, _):
        raw = await finished(client.groups.with_raw_response.get_group_members())
    assert (raw.status_code, raw.headers["x-request-id"]) == (200, "r1")
    assert raw.data == [UserSummary.from_dict(MEMBER)]
