"""A clock that is set forward or back by five minutes while everything runs."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gatepost.server.domain.clock import DAY, MINUTE, end_of_day
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.services.housekeeping import Housekeeping
from tests.chaos.mailing import confirmation_links, deliver, recipients, sign_up
from tests.kit.backstage import PASSWORD, Member
from tests.kit.kipu import target
from tests.kit.site import Site, open_site
from tests.kit.wire import Answer
from tests.service.mail.servers import PostOffice, running

STEP = 5 * MINUTE
NOON = end_of_day(date(2031, 5, 4)) + DAY // 2
BOTH_WAYS = pytest.mark.parametrize("step", [STEP, -STEP], ids=["forward", "back"])


@pytest.fixture
def site(data: Path) -> Iterator[Site]:
    with open_site(data) as opened:
        opened.stage.clock.stopped_at = NOON
        yield opened


@pytest.fixture
def member(site: Site) -> Member:
    return site.stage.member()


def authorized(site: Site, token: str) -> bool:
    answer = site.ask(target("POST", "/authorize", token))
    assert answer.status in {200, 401}
    return answer.status == 200


def make_token(site: Site, member: Member, **body: str) -> Answer:
    return site.ask(target("POST", "/me/access-tokens", member.token, json.dumps({"name": "new", **body}).encode()))


@BOTH_WAYS
def test_a_token_holds_and_can_be_revoked_whatever_the_clock_does(site: Site, member: Member, step: int) -> None:
    made = make_token(site, member).json()
    assert authorized(site, made["value"])
    site.stage.clock.ahead += step
    assert authorized(site, made["value"])
    assert make_token(site, member).status == 201
    assert site.ask(target("DELETE", f"/me/access-tokens/{made['id']}", member.token)).status == 204
    assert not authorized(site, made["value"])
    site.stage.clock.ahead -= step
    assert not authorized(site, made["value"])


def test_expiry_is_judged_by_what_the_clock_says_now(site: Site, member: Member) -> None:
    last_day = datetime.fromtimestamp(NOON / 1_000, UTC).date() + timedelta(days=1)
    made = make_token(site, member, expiresAt=last_day.isoformat()).json()
    site.stage.clock.stopped_at = end_of_day(last_day) - STEP // 2
    for _ in range(3):
        assert authorized(site, made["value"])
        site.stage.clock.ahead += STEP
        assert not authorized(site, made["value"])
        site.stage.clock.ahead -= STEP


def test_the_last_use_never_goes_back(site: Site, member: Member) -> None:
    for step in (0, STEP, -2 * STEP):
        site.stage.clock.ahead += step
        assert authorized(site, member.token)
        site.stage.call(site.stage.parts.usage.flush)
    assert site.stage.rows("SELECT used_at FROM tokens WHERE id = ?", member.token_id) == [(NOON + STEP,)]


@BOTH_WAYS
def test_sessions_and_links_outlive_the_step(site: Site, member: Member, step: int) -> None:
    stage = site.stage
    stage.call(stage.parts.administration.set_password, SYSTEM, member.id, PASSWORD)
    session = stage.call(stage.parts.sign_in.by_password, member.email, PASSWORD, "browser")
    sign_up(stage)
    (link,) = confirmation_links(stage)
    stage.clock.ahead += step
    assert stage.call(stage.parts.credentials.of_session, session.raw).account_id == member.id
    assert stage.call(stage.parts.registration.confirm, link).email == "newcomer0@example.org"


@BOTH_WAYS
def test_housekeeping_takes_nothing_that_is_in_use(site: Site, member: Member, step: int) -> None:
    stage = site.stage
    sign_up(stage)
    before = stage.contents()
    stage.clock.ahead += step
    stage.call(Housekeeping(stage.parts.runtime, confirm_hours=48, keep_mail_days=7).tidy)
    assert stage.contents() == before


def test_a_mail_leaves_once_the_clock_is_back_where_it_was(site: Site) -> None:
    addresses = sign_up(site.stage)
    with running(PostOffice()) as office:
        site.stage.clock.ahead -= STEP
        assert deliver(site.stage, office.port) == 0
        site.stage.clock.ahead += STEP
        assert deliver(site.stage, office.port) == 1
        assert recipients(office) == addresses
