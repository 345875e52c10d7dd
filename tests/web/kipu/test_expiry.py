from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.kit.backstage import Member
from tests.kit.engines import Install
from tests.kit.kipu import check_refusal, target
from tests.kit.site import Site, open_site
from tests.kit.wire import Answer


def instant(text: str) -> int:
    """Give an instant in milliseconds since the epoch."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


@pytest.fixture(scope="module")
def stopped(install: Install) -> Iterator[Site]:
    """Give a site whose time stands still unless a test turns it."""
    with open_site(install("stopped")) as opened:
        yield opened


@pytest.fixture
def eve(stopped: Site) -> Member:
    stopped.stage.clock.stopped_at = instant("2026-12-30 08:15:42")
    return stopped.stage.member()


def create(site: Site, member: Member, day: str) -> Answer:
    body = b'{"name":"n","expiresAt":"' + day.encode() + b'"}'
    return site.ask(target("POST", "/me/access-tokens", member.token, body))


def test_a_token_is_good_to_the_last_millisecond_of_its_day(stopped: Site, eve: Member) -> None:
    made = create(stopped, eve, "2027-01-01").json()
    assert (made["createdAt"], made["expiresAt"]) == ("2026-12-30 08:15:42", "2027-01-01")
    authorize = target("POST", "/authorize", made["value"])
    for now, status in [("2027-01-01 23:59:59.999", 200), ("2027-01-02 00:00:00", 401), ("2027-01-03 00:00:00", 401)]:
        stopped.stage.clock.stopped_at = instant(now)
        assert stopped.ask(authorize).status == status, now
        assert stopped.ask(target("GET", "/me", made["value"])).status == status, now


def test_the_day_may_be_today_but_not_yesterday(stopped: Site, eve: Member) -> None:
    assert create(stopped, eve, "2026-12-30").status == 201
    check_refusal(create(stopped, eve, "2026-12-29"), 400, target("POST", "/me/access-tokens").target)


@pytest.mark.parametrize("day", ["2028-02-29", "9998-12-31", "2027-12-31"])
def test_a_day_comes_back_as_it_was_given(stopped: Site, eve: Member, day: str) -> None:
    made = create(stopped, eve, day).json()
    listed = stopped.ask(target("GET", "/me/access-tokens", eve.token)).json()["accessTokens"]
    shown = stopped.ask(target("POST", "/authorize", made["value"])).json()["accessToken"]
    assert {made["expiresAt"], shown["expiresAt"], *(t["expiresAt"] for t in listed if t["id"] == made["id"])} == {day}


def test_a_use_is_shown_by_the_minute_and_in_the_answer_that_follows(stopped: Site, eve: Member) -> None:
    made = create(stopped, eve, "2027-01-01").json()
    stopped.stage.clock.stopped_at = instant("2026-12-31 23:59:59.999")
    assert stopped.ask(target("POST", "/authorize", made["value"])).status == 200
    listed = stopped.ask(target("GET", "/me/access-tokens", eve.token)).json()["accessTokens"]
    assert {token["usedAt"] for token in listed if token["id"] == made["id"]} == {"2026-12-31 23:59:00"}


def test_a_cached_answer_does_not_outlive_the_token(stopped: Site, eve: Member) -> None:
    made = create(stopped, eve, "2026-12-30").json()
    authorize = target("POST", "/authorize", made["value"])
    stopped.stage.clock.stopped_at = instant("2026-12-30 23:59:59.990")
    assert stopped.ask(authorize).status == 200
    stopped.stage.clock.stopped_at = instant("2026-12-31 00:00:00")
    assert stopped.ask(authorize).status == 401
