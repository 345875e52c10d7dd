"""One's own profile and image, and what others see of it."""

import io
from dataclasses import replace
from threading import Event

import pytest
from anyio import create_task_group, wait_all_tasks_blocked
from PIL import Image

from gatepost.server.domain.accounts import State
from gatepost.server.domain.errors import GatepostError, Invalid, NotFound, TooLarge, Unauthenticated, Unavailable
from gatepost.server.domain.images import ProfileImage
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.services.profiles import MOST_DECODED, MOST_WAITING
from tests.kit.storage import storage_at
from tests.service.conftest import World, acting

pytestmark = pytest.mark.anyio


def png(color: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(buffer, "PNG")
    return buffer.getvalue()


async def test_a_phone_can_be_changed_and_cleared(world: World) -> None:
    me = acting(await world.account())
    assert (await world.parts.profiles.change(me, {"phone": " +31 20 "})).phone == "+31 20"
    assert (await world.parts.profiles.change(me, {"about": "a"})).phone == "+31 20"
    assert (await world.parts.profiles.change(me, {"phone": ""})).phone is None


async def test_absent_stays_null_clears_and_empty_is_kept(world: World) -> None:
    me = acting(await world.account())
    changed = await world.parts.profiles.change(
        me, {"current_position": "Engineer", "homepage": "https://a.io", "about": "ü"}
    )
    assert (changed.current_position, changed.homepage, changed.about) == ("Engineer", "https://a.io", "ü")
    changed = await world.parts.profiles.change(me, {"current_position": None, "about": ""})
    assert (changed.current_position, changed.homepage, changed.about) == (None, "https://a.io", "")
    assert await world.parts.profiles.change(me, {}) == changed


@pytest.mark.parametrize(
    "changes",
    [
        {"homepage": "javascript:alert(1)"},
        {"homepage": "a.io"},
        {"homepage": "https://"},
        {"homepage": "http://[::1"},
        {"homepage": "https://a b.io"},
        {"homepage": "https://" + "a" * 2_000},
        {"about": "x" * 2_001},
        {"about": "a\x00b"},
        {"current_position": "\ud800"},
        {"about": "fine", "homepage": "ftp://a.io"},
        {"phone": "1" * 18},
        {"phone": "+31\n20"},
    ],
)
async def test_bad_profile_text_is_refused_and_changes_nothing(world: World, changes: dict[str, str | None]) -> None:
    account = await world.account()
    with pytest.raises(Invalid):
        await world.parts.profiles.change(acting(account), changes)
    assert await world.parts.profiles.own(acting(account)) == account


async def test_an_image_is_replaced_served_and_removed(world: World) -> None:
    account = await world.account()
    assert await world.parts.profiles.image_of(account.id) is None
    etags = []
    for color in ("red", "blue"):
        await world.parts.profiles.put_image(acting(account), png(color))
        image = await world.parts.profiles.image_of(account.id)
        assert image
        etags.append(image.etag)
    assert etags[0] != etags[1]
    for _ in range(2):
        await world.parts.profiles.delete_image(acting(account))
        assert await world.parts.profiles.image_of(account.id) is None


@pytest.mark.parametrize(("raw", "error"), [(b"", Invalid), (b"<svg/>", Invalid), (b"x" * 6_000_000, TooLarge)])
async def test_what_is_no_image_is_refused_and_the_old_one_stays(
    world: World, raw: bytes, error: type[GatepostError]
) -> None:
    account = await world.account()
    await world.parts.profiles.put_image(acting(account), png())
    with pytest.raises(error):
        await world.parts.profiles.put_image(acting(account), raw)
    assert await world.parts.profiles.image_of(account.id)


async def test_only_so_many_images_wait_to_be_decoded(world: World) -> None:
    me = acting(await world.account())
    free, ready = Event(), ProfileImage("image/png", b"", 1, 1)

    def slow(raw: bytes) -> ProfileImage:
        assert free.wait(60)
        return ready

    profiles = replace(world.parts.profiles, normalise_image=slow)
    async with create_task_group() as uploads:
        for _ in range(MOST_DECODED + MOST_WAITING):
            uploads.start_soon(profiles.put_image, me, b"")
        await wait_all_tasks_blocked()
        with pytest.raises(Unavailable) as refused:
            await profiles.put_image(me, b"")
        free.set()
    assert refused.value.retry_after == 5
    await profiles.put_image(me, b"")


@pytest.mark.parametrize("hidden", ["pending", "rejected", "unverified", "disabled", "deleted", "unknown"])
async def test_who_is_not_approved_does_not_exist_for_others(world: World, hidden: str) -> None:
    state = State(hidden) if hidden in {"pending", "rejected", "unverified"} else State.ACTIVE
    account = await world.account(state=state, first_name="Zaphod")
    id = "unknown" if hidden == "unknown" else account.id
    if hidden == "disabled":
        await world.parts.administration.disable(SYSTEM, id)
    if hidden in {"deleted", "unknown"}:
        await world.parts.administration.delete(SYSTEM, account.id)
    with pytest.raises(NotFound):
        await world.parts.people.overview(id)
    with pytest.raises(NotFound):
        await world.parts.profiles.image_of(id)
    assert await world.parts.people.resolve([id]) == ([], [id])
    assert await world.parts.people.search("zaphod") == []


async def test_an_account_is_searchable_from_the_moment_it_is_usable(world: World) -> None:
    account = await world.account(state=State.PENDING, first_name="Zaphod")
    for step, found in (
        (world.parts.administration.approve, True),
        (world.parts.administration.disable, False),
        (world.parts.administration.enable, True),
    ):
        await step(SYSTEM, account.id)
        assert [one.id for one in await world.parts.people.search("ZAPH")] == [account.id] * found


async def test_ids_are_resolved_in_order_once_each(world: World) -> None:
    ids = [(await world.account(f"{n}@example.org")).id for n in range(3)]
    found, missing = await world.parts.people.resolve([ids[2], "nobody", ids[0], ids[2], "\ud800", "x" * 100])
    assert [one.id for one in found] == [ids[2], ids[0]]
    assert missing == ["nobody", "\ud800", "x" * 100]
    with pytest.raises(Invalid):
        await world.parts.people.resolve(["x"] * 201)


@pytest.mark.parametrize("query", ["x" * 257, "a\x00b", "\ud800", "a\nb"])
async def test_impossible_queries_are_refused(world: World, query: str) -> None:
    with pytest.raises(Invalid):
        await world.parts.people.search(query)


async def test_leaving_erases_everything_but_a_tombstone(world: World) -> None:
    account = await world.account(first_name="Zaphod")
    me = acting(account)
    await world.parts.tokens.list_own(me)
    await world.parts.tokens.create(me, "secret project")
    await world.parts.profiles.put_image(me, png())
    await world.parts.profiles.delete_own(me)

    storage = storage_at(world.place)
    for table in storage.columns():
        for row in map(repr, storage.rows(f"SELECT * FROM {table}")):  # noqa: S608  the names come from the schema
            assert "Zaphod" not in row
            assert "ada@example" not in row
            assert "secret project" not in row
            if table != "audit":
                assert account.id not in row
    assert (await world.events())[-1] == ("account.deleted", account.id)
    with pytest.raises(Unauthenticated):
        await world.parts.profiles.own(me)
