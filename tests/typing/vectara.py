"""What a type checker knows of the Vectara client."""

from datetime import datetime
from typing import assert_type

from gatepost.vectara import (
    AgentRole,
    AsyncHttpResponse,
    AsyncListing,
    AsyncPager,
    AsyncVectara,
    CorpusRole,
    CreateUsersResponse,
    HttpResponse,
    ListUsersResponse,
    ResetPasswordUsersResponse,
    SyncPager,
    User,
    Vectara,
    VectaraEnvironment,
)


def blocking() -> None:
    with Vectara(environment=VectaraEnvironment.at("http://localhost:8080/vectara"), token=lambda: "t") as client:
        assert_type(client, Vectara)
        users = client.users.list(limit=10, corpus_key="k", request_timeout=5)
        assert_type(users, SyncPager[User, ListUsersResponse])
        assert_type(users.items, list[User])
        assert_type(users.response, ListUsersResponse)
        assert_type(users.next_page(), SyncPager[User, ListUsersResponse] | None)
        assert_type([user.created_at for user in users], list[datetime | None])
        assert_type([page.has_next for page in users.iter_pages()], list[bool])
        if users.get_next is not None:
            assert_type(users.get_next(), SyncPager[User, ListUsersResponse] | None)
        user = client.users.create(
            email="a@x.io",
            username=None,
            api_roles=["viewer"],
            corpus_roles=[CorpusRole(corpus_key="k", role="viewer"), {"corpus_key": "l", "role": "viewer"}],
            agent_roles=(AgentRole(agent_key="a", role="agent_user"),),
        )
        assert_type(user, CreateUsersResponse)
        assert_type(user.user, CreateUsersResponse)
        assert_type(client.users.get("u", request_options={"max_retries": 0}), User)
        assert_type(client.users.update("u", enabled=False, description=None), User)
        assert_type(client.users.reset_password("u"), ResetPasswordUsersResponse)
        assert_type(client.users.with_raw_response.get("u"), HttpResponse[User])
        assert_type(client.with_options(timeout=5), Vectara)


async def awaiting() -> None:
    async with AsyncVectara(client_id="i", client_secret="s") as client:
        listing = assert_type(client.users.list(), AsyncListing[User, ListUsersResponse])
        users = await listing
        assert_type(users, AsyncPager[User, ListUsersResponse])
        assert_type([user async for user in listing], list[User])
        assert_type([user async for user in users], list[User])
        assert_type(await users.next_page(), AsyncPager[User, ListUsersResponse] | None)
        if users.get_next is not None:
            assert_type(await users.get_next(), AsyncPager[User, ListUsersResponse] | None)
        assert_type(await client.users.create(email="a@x.io"), CreateUsersResponse)
        raw = await client.users.with_raw_response.list()
        assert_type(raw, AsyncHttpResponse[AsyncPager[User, ListUsersResponse]])
