"""What may be set for one call, section 4.2 of the contract; time-outs are in test_constructor.py."""

import pytest

from tests.client.kipu.conftest import Play
from tests.kit.scripted import answer
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio


async def test_headers_of_one_call_override_all_others(play: Play) -> None:
    options = {"additional_headers": {"accept": "text/plain", "X-Tenant": "t2"}}
    async with play(answer(json={}), headers={"X-Tenant": "t1"}) as (hub, server):
        await finished(hub.user_settings.get_current_user(request_options=options))
    seen = server.requests[0].headers
    assert (seen["accept"], seen["x-tenant"]) == ("text/plain", "t2")


async def test_parameters_are_added_to_the_query(play: Play) -> None:
    added = {"q": "b", "none": None, "many": ["1", 2], "yes": True, "blank": "a b"}
    async with play(answer(json=[])) as (hub, server):
        await finished(hub.search.users(q="a", request_options={"additional_query_parameters": added}))
    assert server.requests[0].target == "/user-service/search?q=b&many=1&many=2&yes=true&blank=a+b"


async def test_fields_are_added_to_a_body(play: Play) -> None:
    options = {"additional_body_parameters": {"about": "other", "nickname": "Q"}}
    async with play(answer(json={})) as (hub, server):
        await finished(hub.user_settings.update_current_user(about="a", homepage="h", request_options=options))
    assert server.requests[0].json() == {"homepage": "h", "about": "other", "nickname": "Q"}


async def test_fields_make_a_body_where_there_is_none(play: Play) -> None:
    options = {"additional_body_parameters": {"reason": "gone"}}
    async with play(answer(204)) as (hub, server):
        await finished(hub.user_settings.delete_current_user(request_options=options))
    (seen,) = server.requests
    assert (seen.body, seen.headers["content-type"]) == (b'{"reason":"gone"}', "application/json")


async def test_none_leaves_what_the_client_says(play: Play, waits: list[float]) -> None:
    nothing = dict.fromkeys(
        [
            "timeout",
            "timeout_in_seconds",
            "max_retries",
            "idempotent",
            "additional_headers",
            "additional_query_parameters",
            "additional_body_parameters",
            "chunk_size",
        ]
    )
    async with play(answer(500), answer(json={})) as (hub, server):
        await finished(hub.user_settings.get_current_user(request_options=nothing))
    assert len(waits) == 1
    assert (server.requests[1].target, server.requests[1].body) == ("/user-service/me", b"")
