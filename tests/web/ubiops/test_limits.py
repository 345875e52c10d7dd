"""Limits, as the official client understands them: in seconds that it can sleep."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.kit.kipu import FOREIGN
from tests.kit.mailbox import kinds
from tests.kit.site import Site, open_site
from tests.kit.ubiops import LIMITS, check_refusal, sign_up, target
from tests.kit.wire import Answer, Target


@pytest.fixture
def strict(data: Path) -> Iterator[Site]:
    limits = {"ubiops_per_network": "3/minute", "failed_tokens_per_network": "1000/hour"}
    with limited(data, **limits) as opened:
        yield opened


def limited(data: Path, **limits: str) -> AbstractContextManager[Site]:
    settings = {f"GATEPOST_LIMITS__{name.upper()}": rate for name, rate in limits.items()}
    return open_site(data, GATEPOST_LIMITS__ENABLED="true", **settings)


def told(answer: Answer) -> list[int]:
    return [int(answer.headers[name]) for name in LIMITS]


def test_every_answer_tells_what_is_left(strict: Site) -> None:
    token = strict.stage.member().token
    requests = [target("GET", token), target("GET", path=b"/ubiops/nowhere"), target("PUT", token)]
    answers = [strict.ask(request) for request in requests]
    assert [answer.status for answer in answers] == [200, 404, 405]
    assert [told(answer)[:2] for answer in answers] == [[3, 2], [3, 1], [3, 0]]
    assert all(0 < told(answer)[2] <= 60 for answer in answers)


@pytest.mark.parametrize(
    "request_", [target("GET", FOREIGN), target("GET", path=b"/ubiops/v2.1//user"), target("TRACE"), sign_up("a@b.org")]
)
def test_whoever_asks_too_often_is_told_how_many_seconds_to_wait(strict: Site, request_: Target) -> None:
    token = strict.stage.member().token
    for _ in range(3):
        strict.ask(target("GET", token))
    answer = strict.ask(request_)
    check_refusal(answer, 429)
    assert told(answer)[:2] == [3, 0]
    assert 1 <= told(answer)[2] <= 60
    assert int(answer.headers["retry-after"]) == told(answer)[2]


def test_thirty_requests_a_minute_are_allowed(data: Path) -> None:
    with limited(data) as site:
        token = site.stage.member().token
        assert [site.ask(target("GET", token)).status for _ in range(31)] == [200] * 30 + [429]


def test_a_long_wait_is_told_as_a_minute_so_that_nobody_sleeps_for_an_hour(data: Path) -> None:
    with limited(data, sign_up_per_network="1/hour") as site:
        assert site.ask(sign_up("a@example.org")).status == 201
        answer = site.ask(sign_up("b@example.org"))
        check_refusal(answer, 429)
        assert told(answer) == [30, 0, 60]
        assert 3_000 < int(answer.headers["retry-after"]) <= 3_600
        assert kinds(site.stage, "b@example.org") == []


def test_guessing_tokens_is_slowed_down_and_good_ones_are_not(data: Path) -> None:
    with limited(data, failed_tokens_per_network="2/hour") as site:
        assert [site.ask(target("GET", FOREIGN)).status for _ in range(3)] == [401, 401, 429]
        assert site.ask(target("GET", site.stage.member().token)).status == 200


def test_an_address_gets_so_many_mails_and_the_answer_stays_the_same(data: Path) -> None:
    with limited(data, mail_per_address="2/hour") as site:
        answers = [site.ask(sign_up("a@example.org")) for _ in range(4)]
        assert [(answer.status, answer.body) for answer in answers] == [(201, answers[0].body)] * 4
        assert kinds(site.stage, "a@example.org") == ["confirm-email"] * 2


def test_other_parts_of_the_site_are_not_counted_and_tell_nothing(strict: Site) -> None:
    for _ in range(5):
        answer = strict.ask(Target("GET", b"/healthz"))
        assert answer.status == 200
        assert not answer.headers.keys() & set(LIMITS)


def test_without_limits_everything_is_left(site: Site) -> None:
    token = site.stage.member().token
    assert [told(site.ask(target("GET", token))) for _ in range(40)] == [[30, 30, 0]] * 40
