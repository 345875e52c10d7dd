"""Each directory does what its abilities say, and refuses the rest before anything is sent."""

from typing import get_args

import pytest

from gatepost._core.errors import NotFoundError
from gatepost.directory import Abilities, NotSupportedError, Operation, Reach
from tests.client.directory.conftest import ANN, OP, ROUTES, People
from tests.kit.scripted import Scripted
from tests.kit.twins import everything, finished

pytestmark = pytest.mark.anyio

APIS = ("kipu", "homebox", "ubiops", "vectara")


def changes(cloud: Scripted) -> list[str]:
    return [f"{seen.method} {seen.target}" for seen in cloud.requests if seen.method != "GET"]


@pytest.mark.parametrize("api", APIS)
async def test_every_operation_that_does_not_reach_everybody_says_why(people: People, api: str) -> None:
    abilities: Abilities = people[api].abilities
    reaches = {operation: abilities.of(operation) for operation in get_args(Operation)}
    short = {operation for operation, reach in reaches.items() if reach in {Reach.NOBODY, Reach.MATCHES}}
    assert short <= abilities.notes.keys()


@pytest.mark.parametrize(
    ("api", "who", "keys"),
    [
        ("kipu", "lee", ["k-ann", "k-bea"]),
        ("homebox", "LEE", ["h-ann"]),
        ("ubiops", "op", [OP]),
        ("vectara", "lee", ["ann"]),
    ],
)
async def test_a_list_holds_those_whom_the_query_matches(people: People, api: str, who: str, keys: list[str]) -> None:
    assert [person.key for person in await everything(people[api].list(who))] == keys


@pytest.mark.parametrize(("api", "count"), [("homebox", 2), ("ubiops", 1), ("vectara", 2)])
async def test_a_list_without_a_query_holds_everybody_the_api_shows(people: People, api: str, count: int) -> None:
    found = await everything(people[api].list())
    assert len(found) == count
    assert {person.directory for person in found} == {api}


async def test_kipu_lists_nobody_without_a_query(people: People) -> None:
    with pytest.raises(NotSupportedError, match="a query is needed"):
        await everything(people["kipu"].list())


@pytest.mark.parametrize(
    ("api", "who", "key"),
    [
        ("kipu", ANN, "k-ann"),
        ("homebox", ANN.upper(), "h-ann"),
        ("ubiops", OP.upper(), OP),
        ("vectara", ANN.upper(), "ann"),
    ],
)
async def test_a_person_is_found_by_e_mail_also_where_that_is_not_the_key(
    people: People, api: str, who: str, key: str
) -> None:
    person = await finished(people[api].get(who))
    assert (person.key, person.email) == (key, who.lower())


@pytest.mark.parametrize(("api", "key"), [("kipu", "k-ann"), ("homebox", "h-ann"), ("vectara", "ann")])
async def test_a_person_is_found_by_key(people: People, api: str, key: str) -> None:
    assert (await finished(people[api].get(key))).key == key


@pytest.mark.parametrize("api", ["kipu", "homebox", "vectara"])
async def test_nobody_is_not_found(people: People, api: str) -> None:
    with pytest.raises(NotFoundError):
        await finished(people[api].get("nobody@example.org"))


async def test_ubiops_cannot_look_at_others(people: People) -> None:
    with pytest.raises(NotSupportedError, match="ubiops cannot get others than self"):
        await finished(people["ubiops"].get(ANN))


async def test_kipu_does_not_guess_among_several_matches(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROUTES, f"GET /kipu/search?q={ANN.replace('@', '%40')}", (200, [{"id": "1"}, {"id": "2"}]))
    with pytest.raises(LookupError, match="2 users"):
        await finished(people["kipu"].get(ANN))


async def test_vectara_disables_and_enables(people: People, cloud: Scripted) -> None:
    assert (await finished(people["vectara"].disable("ann"))).enabled is False
    await finished(people["vectara"].enable("ann"))
    assert [seen.json() for seen in cloud.requests] == [{"enabled": False}, {"enabled": True}]


@pytest.mark.parametrize("api", ["kipu", "homebox", "ubiops"])
@pytest.mark.parametrize("operation", ["enable", "disable"])
async def test_what_an_api_cannot_do_is_refused_unsent(
    people: People, api: str, operation: str, cloud: Scripted
) -> None:
    with pytest.raises(NotSupportedError, match=f"{api} cannot {operation} anybody"):
        await finished(getattr(people[api], operation)(OP))
    assert cloud.requests == []


@pytest.mark.parametrize(
    ("api", "deleted"),
    [
        ("kipu", "DELETE /kipu/me"),
        ("homebox", "DELETE /homebox/api/v1/users/self"),
        ("ubiops", "DELETE /ubiops/v2.1/user"),
    ],
)
async def test_a_client_that_deletes_only_itself_never_does_so_for_another_name(
    people: People, api: str, deleted: str, cloud: Scripted
) -> None:
    with pytest.raises(NotSupportedError, match=f"{api} cannot delete others than self"):
        await finished(people[api].delete(ANN))
    assert changes(cloud) == []
    await finished(people[api].delete(OP.upper()))
    assert changes(cloud) == [deleted]


@pytest.mark.parametrize(
    ("api", "sent"),
    [
        ("homebox", {"email": ANN, "name": "Ann Lee", "password": "long enough"}),
        ("ubiops", {"email": ANN, "name": "Ann", "surname": "Lee", "password": "long enough"}),
    ],
)
async def test_an_account_is_made_with_name_and_password(
    people: People, api: str, sent: dict[str, str], cloud: Scripted
) -> None:
    made = await finished(people[api].create(ANN, password="long enough", name="Ann Lee"))
    assert (made.email, made.name) == (ANN, "Ann Lee")
    assert sent.items() <= cloud.requests[0].json().items()


@pytest.mark.parametrize("api", ["homebox", "ubiops"])
async def test_a_password_is_asked_for_before_anything_is_sent(people: People, api: str, cloud: Scripted) -> None:
    with pytest.raises(ValueError, match="needs a password"):
        await finished(people[api].create(ANN))
    assert cloud.requests == []


async def test_vectara_invites_without_a_password(people: People, cloud: Scripted) -> None:
    assert (await finished(people["vectara"].create(ANN))).key == ANN
    assert cloud.requests[0].json() == {"email": ANN}
    with pytest.raises(ValueError, match="no password"):
        await finished(people["vectara"].create(ANN, password="long enough"))


async def test_kipu_makes_nobody(people: People) -> None:
    with pytest.raises(NotSupportedError, match="identity provider"):
        await finished(people["kipu"].create(ANN))
