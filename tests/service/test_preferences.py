"""The JSON object that people keep for their own programs."""

import pytest

from gatepost.server.domain.errors import Invalid, TooLarge
from tests.service.conftest import World, acting

pytestmark = pytest.mark.anyio


async def test_nothing_kept_is_an_empty_object(world: World) -> None:
    assert await world.parts.preferences.of(acting(await world.account())) == "{}"


async def test_an_object_replaces_the_whole_old_one(world: World) -> None:
    me, other = acting(await world.account()), acting(await world.account("eve@example.org"))
    assert await world.parts.preferences.replace(me, b'{"a": 1, "b": {"c": null}}') == '{"a":1,"b":{"c":null}}'
    assert await world.parts.preferences.replace(me, b'{"x":true}') == '{"x":true}'
    assert await world.parts.preferences.of(me) == '{"x":true}'
    assert await world.parts.preferences.of(other) == "{}"
    assert await world.parts.preferences.replace(me, b"null") == await world.parts.preferences.of(me) == "{}"


@pytest.mark.parametrize(("body", "refusal"), [(b"[1]", Invalid), (b"", Invalid), (b" " * 70_000, TooLarge)])
async def test_what_is_refused_changes_nothing(world: World, body: bytes, refusal: type[Exception]) -> None:
    me = acting(await world.account())
    await world.parts.preferences.replace(me, b'{"a":1}')
    with pytest.raises(refusal):
        await world.parts.preferences.replace(me, body)
    assert await world.parts.preferences.of(me) == '{"a":1}'
