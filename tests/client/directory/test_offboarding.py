"""One call that finds or ends a person everywhere, and says what it could not do."""

from typing import Any

import pytest

from gatepost.directory import find, find_async, offboard, offboard_async
from tests.client.directory.conftest import ANN, OP, ROUTES, People
from tests.kit.scripted import Scripted
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio


async def found(twin: str, people: People, who: str) -> dict[str, Any]:
    search: Any = find if twin == "blocking" else find_async
    return {finding.directory: finding for finding in await finished(search(people.values(), who))}


async def ended(twin: str, people: People, who: str, **options: Any) -> dict[str, Any]:
    end: Any = offboard if twin == "blocking" else offboard_async
    return {outcome.directory: outcome for outcome in await finished(end(people.values(), who, **options))}


async def test_a_person_is_looked_for_everywhere(twin: str, people: People) -> None:
    findings = await found(twin, people, ANN)
    assert {name: finding.person and finding.person.key for name, finding in findings.items()} == {
        "kipu": "k-ann",
        "homebox": "h-ann",
        "ubiops": None,
        "vectara": "ann",
    }
    assert "cannot get others than self" in str(findings["ubiops"].problem)


async def test_nobody_is_found_without_a_problem(twin: str, people: People) -> None:
    findings = await found(twin, people, "nobody@example.org")
    assert [name for name, finding in findings.items() if finding.problem is None] == ["kipu", "homebox", "vectara"]
    assert {finding.person for finding in findings.values()} == {None}


async def test_off_boarding_disables_where_it_can_and_says_what_is_left(twin: str, people: People) -> None:
    outcomes = await ended(twin, people, ANN)
    assert {name: outcome.result for name, outcome in outcomes.items()} == {
        "kipu": "unable",
        "homebox": "unable",
        "ubiops": "unable",
        "vectara": "disabled",
    }
    assert "remove the member from the group" in outcomes["homebox"].reason
    assert outcomes["vectara"].person.enabled is False


async def test_off_boarding_may_delete(twin: str, people: People, cloud: Scripted) -> None:
    outcomes = await ended(twin, people, ANN, delete=True)
    assert outcomes["vectara"].result == "deleted"
    assert [seen.target for seen in cloud.requests if seen.method == "DELETE"] == ["/vectara/v2/users/ann"]


async def test_whoever_runs_the_script_ends_their_own_account_by_name_only(twin: str, people: People) -> None:
    outcomes = await ended(twin, {"kipu": people["kipu"]}, OP, delete=True)
    assert outcomes["kipu"].result == "deleted"


async def test_an_absent_person_is_told_from_one_who_cannot_be_seen(twin: str, people: People) -> None:
    outcomes = await ended(twin, people, "nobody@example.org")
    assert {name: (outcome.result, outcome.reason) for name, outcome in outcomes.items() if name != "ubiops"} == {
        "kipu": ("absent", ""),
        "homebox": ("absent", "only group can be seen"),
        "vectara": ("absent", ""),
    }


async def test_one_refusal_does_not_stop_the_others(twin: str, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROUTES, "GET /kipu/me", (401, {"message": "expired"}))
    monkeypatch.setitem(ROUTES, "PATCH /vectara/v2/users/ann", (403, {"messages": ["not yours"]}))
    outcomes = await ended(twin, people, ANN)
    assert (outcomes["kipu"].result, outcomes["vectara"].result) == ("failed", "failed")
    assert "expired" in outcomes["kipu"].reason
    assert "not yours" in outcomes["vectara"].reason
    assert outcomes["vectara"].person.key == "ann"


@pytest.mark.parametrize("who", ["", ".."])
async def test_a_name_that_is_none_ends_nobody_and_stops_nothing(
    twin: str, people: People, who: str, cloud: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROUTES, "GET /kipu/me", (200, {"email": None}))
    outcomes = await ended(twin, people, who, delete=True)
    assert set(outcomes) == {"kipu", "homebox", "ubiops", "vectara"}
    assert {outcome.person for outcome in outcomes.values()} == {None}
    assert [seen.method for seen in cloud.requests if seen.method == "DELETE"] == []
