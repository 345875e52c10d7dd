"""What one place may do, whatever addresses it has."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from gatepost.server.config import LimitSettings
from gatepost.server.domain.errors import TooManyRequests
from gatepost.server.web.limits import SITE_SHARE, Limiter
from gatepost.server.web.networks import Networks


def scope(address: str) -> dict[str, Any]:
    return {"client": (address, 40_000), "headers": []}


def in_site(number: int, site: str = "2001:db8:1") -> dict[str, Any]:
    """Give the scope of a request from one of the /64 networks of an IPv6 site."""
    return scope(f"{site}:{number:x}::1")


def allowed(attempt: Callable[..., None], *given: Any) -> bool:
    try:
        attempt(*given)
    except TooManyRequests:
        return False
    return True


ATTEMPTS: dict[str, Callable[[Limiter, Any, str], None]] = {
    "sign_in_per_network": lambda limiter, scope, name: limiter.sign_in(scope, name),
    "sign_up_per_network": lambda limiter, scope, name: limiter.sign_up(scope),
    "status_per_network": lambda limiter, scope, name: limiter.status_lookup(scope),
    "failed_tokens_per_network": lambda limiter, scope, name: limiter.failed_token(scope),
    "ubiops_per_network": lambda limiter, scope, name: limiter.ubiops(scope),
}


@pytest.mark.parametrize("setting", ATTEMPTS)
def test_the_networks_of_an_ipv6_site_share_ten_times_the_limit_of_one(setting: str) -> None:
    attempt = ATTEMPTS[setting]
    limiter = Limiter(structs.replace(LimitSettings(), **{setting: "2/hour"}), Networks(()))
    made = [allowed(attempt, limiter, in_site(n // 2), f"account {n}") for n in range(2 * SITE_SHARE)]
    assert all(made)
    assert not allowed(attempt, limiter, in_site(99), "another")
    assert allowed(attempt, limiter, in_site(99, "2001:db8:2"), "another")


def test_one_ipv6_network_does_not_use_up_the_share_of_its_site() -> None:
    limiter = Limiter(LimitSettings(sign_up_per_network="2/hour"), Networks(()))
    assert [allowed(limiter.sign_up, in_site(1)) for _ in range(50)].count(True) == 2
    assert allowed(limiter.sign_up, in_site(2))


def test_addresses_by_ipv4_share_nothing() -> None:
    limiter = Limiter(LimitSettings(sign_up_per_network="1/hour"), Networks(()))
    assert all(allowed(limiter.sign_up, scope(f"203.0.113.{n}")) for n in range(50))


def test_nobody_is_locked_out_by_what_all_networks_of_another_site_try() -> None:
    settings = LimitSettings(sign_in_per_account="3/hour", sign_in_per_account_anywhere="10/hour")
    limiter = Limiter(settings, Networks(()))
    assert [allowed(limiter.sign_in, in_site(n), "ann") for n in range(50)].count(True) == 3
    assert allowed(limiter.sign_in, scope("203.0.113.7"), "ann")


def test_of_several_rates_the_tightest_tells_what_is_left() -> None:
    limiter = Limiter(LimitSettings(ubiops_per_network="5/minute;3/hour"), Networks(()))
    limiter.ubiops(scope("203.0.113.1"))
    assert limiter.ubiops_left(scope("203.0.113.1"))[:2] == (3, 2)
    assert limiter.ubiops_left(scope("203.0.113.2")) == (3, 3, 0)
