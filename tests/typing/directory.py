"""Types of the directory over all APIs: a class of one's own is one too."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import assert_type

from gatepost.directory import (
    KIPU,
    Abilities,
    AsyncDirectory,
    AsyncHomeboxDirectory,
    AsyncKipuDirectory,
    AsyncUbiOpsDirectory,
    AsyncVectaraDirectory,
    Directory,
    Finding,
    HomeboxDirectory,
    KipuDirectory,
    Outcome,
    Person,
    Reach,
    UbiOpsDirectory,
    VectaraDirectory,
    find,
    find_async,
    offboard,
    offboard_async,
)


def blocking(
    kipu: KipuDirectory, homebox: HomeboxDirectory, ubiops: UbiOpsDirectory, vectara: VectaraDirectory
) -> None:
    directories: Sequence[Directory] = [kipu, homebox, ubiops, vectara]
    assert_type(find(directories, "ann"), list[Finding])
    assert_type(offboard(directories, "ann", delete=True), list[Outcome])
    assert_type(vectara.list("ann"), Iterator[Person])
    assert_type(vectara.get("ann"), Person)
    assert_type(vectara.create("ann@example.org", name="Ann"), Person)
    assert_type(vectara.enable("ann"), Person)
    assert_type(vectara.disable("ann"), Person)
    assert_type(vectara.delete("ann"), None)
    assert_type(kipu.abilities, Abilities)
    assert_type(KIPU.of("disable"), Reach)


async def awaiting(
    kipu: AsyncKipuDirectory,
    homebox: AsyncHomeboxDirectory,
    ubiops: AsyncUbiOpsDirectory,
    vectara: AsyncVectaraDirectory,
) -> None:
    directories: Sequence[AsyncDirectory] = [kipu, homebox, ubiops, vectara]
    assert_type(await find_async(directories, "ann"), list[Finding])
    assert_type(await offboard_async(directories, "ann"), list[Outcome])
    assert_type(vectara.list("ann"), AsyncIterator[Person])
    assert_type(await vectara.get("ann"), Person)
    assert_type(await vectara.delete("ann"), None)


def wrong(vectara: VectaraDirectory, awaiting_one: AsyncVectaraDirectory) -> None:
    vectara.create()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  an address is needed
    KIPU.of("rename")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  no such operation
    find([awaiting_one], "ann")  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]  of the other kind
