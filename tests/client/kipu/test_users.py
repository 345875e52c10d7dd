"""User lookup, rows 21 to 28 of the contract's conformance cases."""

import pytest

from gatepost.kipu import NotFoundError
from tests.client.kipu.conftest import Connect
from tests.kit.scripted import answer, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio


async def test_an_id_is_one_segment_of_the_path(connect: Connect) -> None:
    with scripted(answer(json={"id": "1", "firstname": "F", "lastname": None})) as server:
        async with open_client(connect(server.url)) as hub:
            user = await finished(hub.users.get_user_by_id("a+b@x.io/../me"))
    assert server.requests[0].target == "/user-service/users/a%2Bb%40x.io%2F..%2Fme"
    assert (user.id, user.firstname, user.lastname) == ("1", "F", None)


async def test_a_user_who_does_not_exist_is_not_found_also_without_a_body(connect: Connect) -> None:
    with scripted(answer(404, json={"message": "no"})) as server:
        async with open_client(connect(server.url)) as hub:
            with pytest.raises(NotFoundError) as refusal:
                await finished(hub.users.check_user_exists("u1"))
    assert (refusal.value.status_code, refusal.value.body) == (404, None)
