"""Registration status and search, rows 32 to 34 of the contract's conformance cases."""

import pytest

from gatepost.kipu import ParsingError, RegistrationResponseStatus
from tests.client.kipu.conftest import Play
from tests.kit.scripted import answer
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio


async def test_row_32_an_unknown_address_has_a_status_of_its_own(play: Play) -> None:
    async with play(answer(json={"status": "NOT_FOUND", "message": None})) as (hub, server):
        said = await finished(hub.user_registration_status.get_user_registration_status(email="a+b@x.io"))
    (seen,) = server.requests
    assert (seen.method, seen.target) == ("GET", "/user-service/user-registration-status?email=a%2Bb%40x.io")
    assert said.status is RegistrationResponseStatus.NOT_FOUND
    assert said.message is None


async def test_a_status_of_a_newer_service_passes_through(play: Play) -> None:
    async with play(answer(json={"status": "ON_HOLD"})) as (hub, _):
        said = await finished(hub.user_registration_status.get_user_registration_status(email="a@x.io"))
    assert said.status == "ON_HOLD"
    assert f"{said.status}" == "ON_HOLD"


async def test_row_33_a_search_is_encoded_as_a_form(play: Play) -> None:
    async with play(answer(json=[])) as (hub, server):
        assert await finished(hub.search.users(q="a b+c/ü%")) == []
    assert server.requests[0].target == "/user-service/search?q=a+b%2Bc%2F%C3%BC%25"


async def test_matches_come_as_a_bare_list(play: Play) -> None:
    async with play(answer(json=[{"id": "u1", "firstname": "Ada", "lastname": None}, {}])) as (hub, _):
        matches = await finished(hub.search.users(q="a"))
    assert [(match.id, match.firstname, match.lastname) for match in matches] == [
        ("u1", "Ada", None),
        (None, None, None),
    ]


@pytest.mark.parametrize("body", [{"content": []}, None, [None], [{"id": 5}]])
async def test_row_34_what_is_no_list_of_matches_is_not_understood(play: Play, body: object) -> None:
    async with play(answer(json=body)) as (hub, _):
        with pytest.raises(ParsingError):
            await finished(hub.search.users(q="a"))
