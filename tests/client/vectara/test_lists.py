"""Lists of users, section 5.4 of the contract."""

from typing import Any

import pytest

from gatepost.vectara import (
    ForbiddenError,
    ListUsersResponse,
    NotFoundError,
    PagingError,
    ParsingError,
    User,
)
from tests.client.vectara.conftest import Connect
from tests.kit.cases import rows
from tests.kit.scripted import Answer, answer, scripted
from tests.kit.twins import everything, finished, open_client

pytestmark = pytest.mark.anyio


def page(*names: str, key: Any = None) -> Answer:
    return answer(json={"users": [{"username": name} for name in names], "metadata": {"page_key": key}})


def named(users: list[User]) -> list[str | None]:
    return [user.username for user in users]


@rows(12)
async def test_a_list_without_more_is_one_page(connect: Connect) -> None:
    with scripted(answer(json={"users": [{"username": "a"}]})) as server:
        async with open_client(connect(server.url)) as client:
            users = await finished(client.users.list())
            assert (named(users.items), users.has_next, users.get_next) == (["a"], False, None)
            assert await finished(users.next_page()) is None
            assert named(await everything(users)) == ["a"]
    assert [seen.target for seen in server.requests] == ["/v2/users"]


@rows(13)
async def test_a_list_goes_through_all_pages_as_they_are_reached(connect: Connect) -> None:
    with scripted(page("a", "b", key="k1"), page("c", key="k2"), page("d", key="")) as server:
        async with open_client(connect(server.url)) as client:
            users = await finished(client.users.list(limit=2, corpus_key="ck", request_timeout=7))
            assert len(server.requests) == 1
            assert named(await everything(users)) == ["a", "b", "c", "d"]
    assert [seen.target for seen in server.requests] == [
        "/v2/users?limit=2&corpus_key=ck",
        "/v2/users?limit=2&page_key=k1&corpus_key=ck",
        "/v2/users?limit=2&page_key=k2&corpus_key=ck",
    ]
    assert {seen.headers["request-timeout"] for seen in server.requests} == {"7"}


async def test_options_hold_for_every_page(connect: Connect) -> None:
    with scripted(page("a", key="k1"), page("b")) as server:
        async with open_client(connect(server.url)) as client:
            options = {"additional_headers": {"X-Trace": "t"}}
            await everything(await finished(client.users.list(request_options=options)))
    assert [seen.headers["x-trace"] for seen in server.requests] == ["t", "t"]


@rows(14)
async def test_keys_are_encoded(connect: Connect) -> None:
    with scripted(page("a")) as server:
        async with open_client(connect(server.url)) as client:
            await finished(client.users.list(page_key="eyJ+/=", corpus_key="my corpus/1", limit=5))
    assert server.requests[0].target == "/v2/users?limit=5&page_key=eyJ%2B%2F%3D&corpus_key=my+corpus%2F1"


async def test_pages_may_be_taken_one_by_one(connect: Connect) -> None:
    with scripted(page("a", key="k1"), page("b"), page("b")) as server:
        async with open_client(connect(server.url)) as client:
            first = await finished(client.users.list())
            assert first.has_next
            second = await finished(first.next_page())
            again = await finished(first.get_next())
    assert named(second.items) == named(again.items) == ["b"]
    assert second.response == ListUsersResponse.from_dict({"users": [{"username": "b"}], "metadata": {}})
    assert repr(second) == f"<{type(second).__name__} items=1 has_next=False>"


async def test_pages_may_be_iterated(connect: Connect) -> None:
    with scripted(page("a", key="k1"), page(key="k2"), page("b")) as server:
        async with open_client(connect(server.url)) as client:
            pages = await everything((await finished(client.users.list())).iter_pages())
    assert [named(page.items) for page in pages] == [["a"], [], ["b"]]


@rows(15, 16)
@pytest.mark.parametrize("users", [[], None])
async def test_an_empty_page_ends_nothing(connect: Connect, users: list[Any] | None) -> None:
    empty = [answer(json={"users": users, "metadata": {"page_key": key}}) for key in ("k1", "k3", "k4")]
    with scripted(empty[0], page("a", key="k2"), empty[1], empty[2], page("b")) as server:
        async with open_client(connect(server.url)) as client:
            assert named(await everything(await finished(client.users.list()))) == ["a", "b"]


@pytest.mark.parametrize("body", [{}, {"users": None, "metadata": None}, {"users": []}])
async def test_a_list_may_be_empty(connect: Connect, body: dict[str, Any]) -> None:
    with scripted(answer(json=body)) as server:
        async with open_client(connect(server.url)) as client:
            assert await everything(await finished(client.users.list())) == []


async def test_a_list_that_leads_back_ends_with_an_error_after_its_items(connect: Connect) -> None:
    with scripted(page("a", key="k1"), page("b", key="k2"), page("c", key="k1")) as server:
        async with open_client(connect(server.url)) as client:
            found: list[User] = []
            with pytest.raises(PagingError, match="repeats a page_key") as failure:
                await collect(found, await finished(client.users.list()))
    assert named(found) == ["a", "b", "c"]
    assert failure.value.page_key == "k1"


async def test_a_list_that_leads_back_to_where_it_began_ends_too(connect: Connect) -> None:
    with scripted(page("a", key="k0")) as server:
        async with open_client(connect(server.url)) as client:
            users = await finished(client.users.list(page_key="k0"))
            with pytest.raises(PagingError):
                await finished(users.next_page())


async def collect(found: list[User], users: Any) -> None:
    """Append users as they come, so that those before an error are kept."""
    if hasattr(users, "__aiter__"):
        async for user in users:
            found.append(user)  # noqa: PERF401  a comprehension would lose them
    else:
        found.extend(users)


@rows(17)
async def test_a_refusal_of_a_later_page_comes_after_the_users_before_it(connect: Connect) -> None:
    no = answer(403, json={"messages": ["no"], "request_id": "r"})
    with scripted(page("a", "b", key="k1"), no) as server:
        async with open_client(connect(server.url)) as client:
            found: list[User] = []
            with pytest.raises(ForbiddenError) as failure:
                await collect(found, await finished(client.users.list()))
    assert named(found) == ["a", "b"]
    assert failure.value.body.messages == ["no"]


@rows(18)
async def test_an_unknown_corpus_is_not_found(connect: Connect) -> None:
    with scripted(answer(404, json={"messages": ["no corpus"]})) as server:
        async with open_client(connect(server.url)) as client:
            with pytest.raises(NotFoundError):
                await finished(client.users.list(corpus_key="nope"))


@pytest.mark.parametrize("body", [[], {"users": {}}, {"users": [], "metadata": {"page_key": 2}}])
async def test_a_list_of_another_shape_is_told(connect: Connect, body: Any) -> None:
    with scripted(answer(json=body)) as server:
        async with open_client(connect(server.url)) as client:
            with pytest.raises(ParsingError):
                await finished(client.users.list())


async def test_the_response_of_the_first_page_is_there_beside_the_pager(connect: Connect) -> None:
    with scripted(page("a", key="k1"), page("b")) as server:
        async with open_client(connect(server.url)) as client:
            response = await finished(client.users.with_raw_response.list(limit=1))
            assert response.status_code == 200
            assert named(await everything(response.data)) == ["a", "b"]


async def test_a_list_needs_no_await_before_it_is_iterated(connect: Connect) -> None:
    with scripted(page("a", key="k1"), page("b")) as server:
        async with open_client(connect(server.url)) as client:
            assert named(await everything(client.users.list())) == ["a", "b"]


async def test_a_list_may_be_iterated_twice(connect: Connect) -> None:
    with scripted(page("a", key="k1"), page("b"), page("b")) as server:
        async with open_client(connect(server.url)) as client:
            users = await finished(client.users.list())
            assert named(await everything(users)) == named(await everything(users)) == ["a", "b"]
