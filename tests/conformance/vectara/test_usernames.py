"""Usernames in a path: whatever is in one, it is decoded exactly once; section 2.5 of the contract."""

from typing import Any
from urllib.parse import quote

import pytest
from vectara.errors import NotFoundError

from tests.conformance.vectara.official import refused
from tests.kit.cases import rows
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

NAMES = [
    "a+b@x.io",
    "a/b",
    "/",
    "a%40b",
    "a%2540b",
    "100%",
    "a%b",
    "%zz",
    "ü x",
    "Ünal 漢字 🙂",
    "a?b#c",
    "a;b&c=d",
    "a..b",
    "...",
    "users",
    "reset_password",
    "a/reset_password",
    'a"b\\c',
]
"""What a username may be."""

AS_THEY_ARE = ["a+b@x.io", "ü x", "a%b", "Ünal 漢字 🙂", "100%", "%zz", "a;b&c=d"]
"""Those that the client makes the right address of without help."""


@pytest.fixture(params=NAMES)
async def username(request: pytest.FixtureRequest, users: Any, name: str) -> Any:
    """Make a user of this name, and remove it after the test."""
    await finished(users.create(email=name, username=request.param))
    yield request.param
    await finished(users.delete(quote(request.param, safe="")))


@rows(25)
async def test_a_username_that_was_encoded_once_is_found(users: Any, username: str) -> None:
    encoded = quote(username, safe="")
    assert (await finished(users.get(encoded))).username == username
    assert (await finished(users.update(encoded, description="found"))).username == username
    assert (await finished(users.reset_password(encoded))).username == username


async def test_a_username_that_was_encoded_twice_is_another(users: Any, username: str) -> None:
    encoded = quote(username, safe="")
    if quote(encoded, safe="") != username:
        error = await refused(users.get, quote(encoded.replace("%", "%25"), safe=""))
        assert isinstance(error, NotFoundError)


@rows(25)
@pytest.mark.parametrize("plain", AS_THEY_ARE)
async def test_a_username_as_it_is(users: Any, name: str, plain: str) -> None:
    await finished(users.create(email=name, username=plain))
    assert (await finished(users.get(plain))).username == plain
    assert (await finished(users.get(quote(plain)))).username == plain
    await finished(users.delete(plain))


async def test_case_makes_no_difference(users: Any, name: str) -> None:
    await finished(users.create(email=name, username=f"Straße {name}"))
    assert (await finished(users.get(f"STRASSE {name.upper()}"))).email == name


@pytest.mark.parametrize("segment", ["%ff", "%C3", "a%00b", "%ED%A0%80"])
async def test_bytes_that_are_no_username_are_nobody(users: Any, segment: str) -> None:
    assert isinstance(await refused(users.get, segment), NotFoundError)
