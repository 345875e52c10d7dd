from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.kipu import BASE, FOREIGN, check_refusal, target
from tests.kit.site import Site, open_site


@pytest.fixture
def strict(data: Path) -> Iterator[Site]:
    limits = {"failed_tokens_per_network": "3/hour", "status_per_network": "2/hour"}
    settings = {f"GATEPOST_LIMITS__{name.upper()}": rate for name, rate in limits.items()}
    with open_site(data, GATEPOST_LIMITS__ENABLED="true", **settings) as opened:
        yield opened


@pytest.mark.parametrize(("method", "path"), [("POST", "/authorize"), ("GET", "/me"), ("GET", "/search?q=a")])
def test_guessing_tokens_is_slowed_down_and_good_tokens_are_not(strict: Site, method: str, path: str) -> None:
    guess = target(method, path, FOREIGN)
    assert [strict.ask(guess).status for _ in range(3)] == [401] * 3
    answer = strict.ask(guess)
    check_refusal(answer, 429, guess.target)
    assert 0 < int(answer.headers["retry-after"]) <= 3_600
    assert strict.ask(target(method, path, strict.stage.member().token)).status == 200


def test_asking_for_the_status_of_many_addresses_is_slowed_down(strict: Site) -> None:
    look_up = target("GET", "/user-registration-status?email=a%40b.example")
    assert [strict.ask(look_up).status for _ in range(2)] == [200] * 2
    answer = strict.ask(look_up)
    check_refusal(answer, 429, look_up.target)
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["path"] == (BASE + b"/user-registration-status").decode()
