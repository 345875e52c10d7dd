"""A username as one segment of a path, however it was passed; section 2.5 of the contract."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.vectara.ops import username_segment
from tests.client.vectara.conftest import Connect
from tests.kit.cases import rows
from tests.kit.scripted import answer, scripted
from tests.kit.twins import finished, open_client

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("username", "segment"),
    [
        ("ann", "ann"),
        ("a+b@x.io", "a%2Bb%40x.io"),
        ("a%2Bb%40x.io", "a%2Bb%40x.io"),
        ("a%2bb@x.io", "a%2Bb%40x.io"),
        ("a/b", "a%2Fb"),
        ("a%2Fb", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("../me", "..%2Fme"),
        ("ü x", "%C3%BC%20x"),
        ("100%", "100%25"),
        ("a%b", "a%25b"),
        ("a%2540", "a%2540"),
        ("...", "..."),
    ],
)
def test_a_username_becomes_one_segment(username: str, segment: str) -> None:
    assert username_segment(username) == segment


@pytest.mark.parametrize("username", ["", ".", "..", "%2e", "%2E%2e", ".%2e"])
def test_a_username_that_leads_elsewhere_is_refused(username: str) -> None:
    with pytest.raises(ValueError, match="username must not be"):
        username_segment(username)


def test_escapes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        username_segment("a%FFb")


@given(st.text(min_size=1).filter(lambda name: name not in {".", ".."}))
def test_encoding_first_changes_nothing(name: str) -> None:
    assert username_segment(quote(name, safe="")) == quote(name, safe="")


@rows(25)
@pytest.mark.parametrize("username", ["a+b@x.io", "a%2Bb%40x.io"])
async def test_both_ways_address_the_same_user(connect: Connect, username: str) -> None:
    with scripted(answer(json={})) as server:
        async with open_client(connect(server.url)) as client:
            await finished(client.users.get(username))
    assert server.requests[0].target == "/v2/users/a%2Bb%40x.io"


@pytest.mark.parametrize("method", ["get", "update", "delete", "reset_password"])
@pytest.mark.parametrize("username", ["", "..", "%2e%2e"])
async def test_nothing_is_sent_for_a_username_that_leads_elsewhere(
    connect: Connect, method: str, username: str
) -> None:
    with scripted() as server:
        async with open_client(connect(server.url)) as client:
            with pytest.raises(ValueError, match="username"):
                await finished(getattr(client.users, method)(username))
    assert server.requests == []


@pytest.mark.parametrize("username", [None, 7, b"ann"])
async def test_only_a_text_is_a_username(connect: Connect, username: object) -> None:
    async with open_client(connect("http://127.0.0.1:9")) as client:
        with pytest.raises(TypeError, match="username must be a str"):
            await finished(client.users.delete(username))
