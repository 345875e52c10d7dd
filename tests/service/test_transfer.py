import json
from base64 import b64encode
from hashlib import pbkdf2_hmac
from typing import Any

import bcrypt
import pytest

from gatepost.server.domain.errors import Forbidden
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.domain.roles import ROLES
from gatepost.server.services import transfer
from gatepost.server.services.transfer import Report
from tests.service.conftest import PASSWORD, World

pytestmark = pytest.mark.anyio

ADMINISTRATOR = Principal("somebody", CredentialKind.SESSION, permissions=ROLES["administrator"])


def line(email: str, **fields: Any) -> bytes:
    return json.dumps({"email": email, **fields}).encode() + b"\n"


def django_hash(password: str) -> str:
    digest = pbkdf2_hmac("sha256", password.encode(), b"salt", 1_000)
    return f"pbkdf2_sha256$1000$salt${b64encode(digest).decode()}"


async def take_in(world: World, *lines: bytes) -> Report:
    return await world.parts.transfer.take_in(SYSTEM, lines)


async def test_people_sign_in_with_the_password_they_had(world: World) -> None:
    hashes = [
        {"password_hash": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()},
        {"password_hash": django_hash(PASSWORD)},
        {"password_hash": await world.parts.hasher.hash(PASSWORD.encode())},
        {"password": PASSWORD},
    ]
    lines = [line(f"member{number}@example.org", **fields) for number, fields in enumerate(hashes)]
    assert (await take_in(world, *lines)).imported == 4
    for number in range(4):
        session = await world.parts.sign_in.by_password(f"member{number}@example.org", PASSWORD, "test")
        assert session.account.email == f"member{number}@example.org"


async def test_imported_people_are_found_when_they_may_act(world: World) -> None:
    await take_in(
        world,
        line("ada@example.org", first_name="Ada"),
        line("adam@example.org", first_name="Adam", disabled=True),
        line("adele@example.org", first_name="Adele", state="pending"),
    )
    assert [found.first_name for found in await world.parts.people.search("ad")] == ["Ada"]


async def test_every_batch_is_one_event(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "BATCH", 2)
    lines = [line(f"member{number}@example.org") for number in range(5)]
    told: list[int] = []
    await world.parts.transfer.take_in(SYSTEM, lines, told.append)
    assert told == [2, 2, 1]
    assert await world.events() == [("account.imported", "system")] * 3
    await world.parts.transfer.take_in(SYSTEM, lines)
    assert len(await world.events()) == 3


async def test_a_batch_with_a_known_account_stores_all_others(world: World) -> None:
    await world.account("known@example.org")
    report = await take_in(world, line("a@example.org"), line("Known@example.org"), line("b@example.org"))
    assert report == Report(imported=2, skipped=1)


async def test_nobody_is_imported_under_the_address_of_another(world: World) -> None:
    await world.account("ada@example.org", username="countess")
    await world.account("new@example.org", username="old@example.org")
    report = await take_in(
        world,
        line("eve@example.org", username="Ada@example.org"),
        line("old@example.org", username="somebody"),
        line("bob@example.org", username="bob@example.com"),
    )
    assert [refusal.line for refusal in report.refused] == [1, 2]
    assert report.imported == 1
    assert (await world.parts.administration.find(SYSTEM, "bob@example.com")).email == "bob@example.org"


async def test_a_sign_up_in_progress_does_not_keep_its_address_from_being_imported(world: World) -> None:
    raw = await world.sign_up("ada@example.org")
    assert (await take_in(world, line("ada@example.org", first_name="Imported"))).imported == 1
    status = await world.parts.registration.status_of("ada@example.org")
    assert status.value == "active"
    assert (await world.parts.administration.find(SYSTEM, "ada@example.org")).first_name == "Imported"
    with pytest.raises(Exception, match="not valid any more"):
        await world.parts.registration.confirm(raw)


async def test_importing_takes_a_permission_that_administrators_have_not(world: World) -> None:
    with pytest.raises(Forbidden, match="accounts:transfer"):
        await world.parts.transfer.take_in(ADMINISTRATOR, [line("ada@example.org")])


async def test_password_hashes_are_given_to_owners_only(world: World) -> None:
    await take_in(world, line("ada@example.org"))
    assert [page async for page in world.parts.transfer.give_out(ADMINISTRATOR, with_passwords=False)]
    with pytest.raises(Forbidden, match="accounts:transfer"):
        [page async for page in world.parts.transfer.give_out(ADMINISTRATOR, with_passwords=True)]


async def test_an_export_goes_through_every_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "PAGE", 2)
    await take_in(world, *(line(f"member{number}@example.org") for number in range(5)))
    pages = [page async for page in world.parts.transfer.give_out(SYSTEM, with_passwords=True)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({text for page in pages for text in page}) == 5
