"""The official client as people construct it: with nothing but a base URL and a token."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qhub.api.user import AsyncHubUserClient, HubUserClient

from tests.kit.backstage import Member


@contextmanager
def constructed(base_url: str, token: str | None, **options: Any) -> Iterator[HubUserClient]:
    """Construct a client, and close the connections it has no method to close."""
    client = HubUserClient(base_url=base_url, api_key=token, **options)
    yield client
    client._client_wrapper.httpx_client.httpx_client.close()


def test_the_quickstart_of_the_reference_document_runs(base_url: str, ada: Member) -> None:
    with constructed(base_url, ada.token) as user:
        me = user.user_settings.get_current_user()
        tokens = user.user_settings_personal_access_tokens.get_personal_access_tokens()
        assert (me.email, [token.name for token in tokens.access_tokens or []]) == (ada.email, ["first"])


def test_an_async_client_with_defaults_works(base_url: str, ada: Member) -> None:
    async def ask() -> str:
        client = AsyncHubUserClient(base_url=base_url, api_key=ada.token)
        async with client._client_wrapper.httpx_client.httpx_client:
            me = await client.user_settings.get_current_user()
            return str(me.id)

    assert asyncio.run(ask()) == ada.id


def test_more_headers_do_no_harm(base_url: str, ada: Member) -> None:
    with constructed(base_url, ada.token, headers={"X-Team": "tests", "Accept-Language": "de"}) as user:
        assert user.user_settings.get_current_user().id == ada.id


def test_of_two_spellings_of_the_token_header_the_last_line_counts(base_url: str, ada: Member) -> None:
    with constructed(base_url, ada.token, headers={"x-auth-token": "garbage"}) as user:
        assert user.user_settings.get_current_user().id == ada.id


def test_a_token_given_for_one_request_replaces_that_of_the_client(base_url: str, ada: Member) -> None:
    with constructed(base_url, "garbage") as user:
        options = {"additional_headers": {"X-Auth-Token": ada.token}}
        assert user.user_settings.get_current_user(request_options=options).id == ada.id
