from typing import Any

import pytest
from qhub.api.user import BadRequestError, NotFoundError
from qhub.api.user.core import ApiError

from gatepost.server.domain.accounts import State
from tests.conformance.kipu.conftest import Passing
from tests.conformance.kipu.hubs import Hubs
from tests.kit.backstage import Backstage, Member

UNLISTED = [State.UNVERIFIED, State.PENDING, State.REJECTED, None]


def test_an_overview_has_the_id_and_the_names_and_nothing_else(hub: Hubs, reader: Member) -> None:
    overview = hub(reader.token).users.get_user_by_id(reader.id)
    assert overview.dict() == {"id": reader.id, "firstname": "Betty", "lastname": "Holberton"}


@pytest.mark.parametrize("state", UNLISTED)
def test_who_is_not_approved_does_not_exist(hub: Hubs, reader: Member, stage: Backstage, state: State | None) -> None:
    users, id = hub(reader.token).users, stage.barred(state).id
    with pytest.raises(NotFoundError):
        users.get_user_by_id(id)
    with pytest.raises(ApiError, match="status_code: 404"):
        users.check_user_exists(id)
    with pytest.raises(NotFoundError):
        users.get_user_profile_image(id)
    assert users.resolve_users(ids=[id]).not_found == id


def test_an_existing_user_is_confirmed_without_a_body(hub: Hubs, reader: Member) -> None:
    raw = hub(reader.token).users.with_raw_response.check_user_exists(reader.id)
    assert (raw.status_code, raw.data) == (204, None)
    assert hub(reader.token).users.check_user_exists(reader.id).keys() == raw.headers.keys()


def test_an_unknown_user_is_404_in_the_one_form_the_client_has_for_head(hub: Hubs, reader: Member) -> None:
    with pytest.raises(ApiError) as refused:
        hub(reader.token).users.check_user_exists("nobody")
    assert (refused.value.status_code, refused.value.body) == (404, "")


def test_a_user_called_batch_is_looked_up_like_any_other(hub: Hubs, reader: Member, passing: Passing) -> None:
    users = hub(reader.token).users
    with pytest.raises(NotFoundError):
        users.get_user_by_id("batch")
    passing(id="batch", first_name="Bat")
    assert users.get_user_by_id("batch").firstname == "Bat"
    assert users.check_user_exists("batch")
    assert users.get_user_profile_image("batch") is None


# Batches


def test_a_batch_gives_who_is_found_in_the_order_asked_and_joins_the_rest(
    hub: Hubs, reader: Member, stage: Backstage
) -> None:
    bob = stage.member(first_name="Bob")
    answer = hub(reader.token).users.resolve_users(ids=["x1", bob.id, reader.id, "x2", bob.id, "x1"])
    assert [user.id for user in answer.users or []] == [bob.id, reader.id]
    assert [user.firstname for user in answer.users or []] == ["Bob", "Betty"]
    assert answer.not_found == "x1,x2"


@pytest.mark.parametrize("container", [list, tuple, set])
def test_nothing_is_missing_when_all_are_found(hub: Hubs, reader: Member, container: Any) -> None:
    answer = hub(reader.token).users.resolve_users(ids=container([reader.id]))
    assert [user.id for user in answer.users or []] == [reader.id]
    assert answer.not_found is None


def test_an_empty_batch_is_answered(hub: Hubs, reader: Member) -> None:
    answer = hub(reader.token).users.resolve_users(ids=[])
    assert (answer.users, answer.not_found) == ([], None)


def test_two_hundred_ids_are_resolved_and_one_more_is_refused(hub: Hubs, reader: Member) -> None:
    users = hub(reader.token).users
    ids = [reader.id, *(f"id-{number}" for number in range(199))]
    answer = users.resolve_users(ids=ids)
    assert [user.id for user in answer.users or []] == [reader.id]
    assert answer.not_found == ",".join(ids[1:])
    with pytest.raises(BadRequestError) as refused:
        users.resolve_users(ids=[*ids, "one more"])
    assert "200" in refused.value.body["message"]
    with pytest.raises(BadRequestError):
        users.resolve_users(ids=[reader.id] * 201)


@pytest.mark.parametrize("ids", ["a str", None, [1], [None], [["nested"]], {"an": "object"}])
def test_ids_are_a_list_of_strings(hub: Hubs, reader: Member, ids: Any) -> None:
    with pytest.raises(BadRequestError) as refused:
        hub(reader.token).users.resolve_users(ids=ids)
    assert "$.ids" in refused.value.body["message"]


@pytest.mark.parametrize("odd", ["", "a\x00b", "x" * 10_000, "ü☃", "a,b"])
def test_an_id_that_cannot_be_is_simply_not_found(hub: Hubs, reader: Member, odd: str) -> None:
    answer = hub(reader.token).users.resolve_users(ids=[odd, reader.id])
    assert [user.id for user in answer.users or []] == [reader.id]
    assert answer.not_found in {odd, odd or None}
