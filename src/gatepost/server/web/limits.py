"""Rate limits on every route that checks a secret or sends a mail, counted in memory by each process."""

import hashlib
import math
from typing import NamedTuple

from gatepost.server.config import LimitSettings
from gatepost.server.domain.errors import TooManyRequests
from gatepost.server.web.asgi import Scope
from gatepost.server.web.back_off import BackOff
from gatepost.server.web.moving_window import MovingWindow
from gatepost.server.web.networks import Networks

WAIT = "Too many attempts; wait a little."

SITE_SHARE = 10
"""How many times as often as one IPv6 network all those of a site may come together."""


class Left(NamedTuple):
    """What a caller may still do: so many of `limit` requests, one more than that in `reset` seconds."""

    limit: int
    remaining: int
    reset: int


class Limiter:
    """Counts attempts per account and per network; raises TooManyRequests with the seconds to wait."""

    def __init__(self, settings: LimitSettings, networks: Networks) -> None:
        self._settings = settings
        self._networks = networks
        self._windows: dict[str, list[MovingWindow]] = {}
        self._back_off = BackOff(settings.free_failures)

    def sign_in(self, scope: Scope, account: str) -> None:
        """Count an attempt to sign in to `account`: its id, or the name of one that does not exist."""
        self._hit_network(self._settings.sign_in_per_network, "sign-in-network", scope)
        # What a site is refused does not count against the account: nobody locks others out from one place.
        account, site = _obscured(account), self._networks.of(scope).site
        self._hit(self._settings.sign_in_per_account, "sign-in-account", f"{account}@{site}")
        self._hit(self._settings.sign_in_per_account_anywhere, "sign-in-anywhere", account)

    def provider_sign_in(self, scope: Scope) -> None:
        """Count a step of a sign-in through an OIDC provider."""
        self._hit_network(self._settings.sign_in_per_network, "sign-in-network", scope)

    def sign_up(self, scope: Scope) -> None:
        """Count a sign-up."""
        self._hit_network(self._settings.sign_up_per_network, "sign-up", scope)

    def status_lookup(self, scope: Scope) -> None:
        """Count a look-up of a registration's status."""
        self._hit_network(self._settings.status_per_network, "status", scope)

    def failed_token(self, scope: Scope) -> None:
        """Count a credential that did not hold."""
        self._hit_network(self._settings.failed_tokens_per_network, "failed-token", scope)

    def ubiops(self, scope: Scope) -> None:
        """Count a request to the UbiOps API."""
        self._hit_network(self._settings.ubiops_per_network, "ubiops", scope)

    def ubiops_left(self, scope: Scope) -> Left:
        """Tell how many requests to the UbiOps API are left to the caller's network, by the tightest of its rates."""
        network = self._networks.of(scope).network
        windows = self._windows_of("ubiops", self._settings.ubiops_per_network, 1)
        return min((_left(window, network) for window in windows), key=lambda left: left.remaining)

    def require_patience(self, scope: Scope, operation: str, account: str = "") -> None:
        """Raise TooManyRequests while the caller's network has to wait because an operation failed for it too often.

        Where there is an `account`, or a client, each counts alone.
        """
        wait = self._back_off.wait(self._failing(scope, operation, account)) if self._settings.enabled else 0
        if wait:
            raise TooManyRequests(WAIT, retry_after=math.ceil(wait))

    def failed(self, scope: Scope, operation: str, account: str = "") -> None:
        """Count a failure of an operation."""
        self._back_off.failed(self._failing(scope, operation, account))

    def succeeded(self, scope: Scope, operation: str, account: str = "") -> None:
        """Forget the failures of an operation."""
        self._back_off.succeeded(self._failing(scope, operation, account))

    def _failing(self, scope: Scope, operation: str, account: str) -> str:
        return f"{operation}{account and _obscured(account)}@{self._networks.of(scope).network}"

    def _hit_network(self, rates: str, purpose: str, scope: Scope) -> None:
        caller = self._networks.of(scope)
        self._hit(rates, purpose, caller.network)
        if caller.site != caller.network:
            self._hit(rates, f"{purpose}-site", caller.site, times=SITE_SHARE)

    def _hit(self, rates: str, purpose: str, key: str, times: int = 1) -> None:
        if not self._settings.enabled:
            return
        for window in self._windows_of(purpose, rates, times):
            if wait := window.hit(key):
                raise TooManyRequests(WAIT, retry_after=math.ceil(wait))

    def _windows_of(self, purpose: str, rates: str, times: int) -> list[MovingWindow]:
        if purpose not in self._windows:
            from limits import parse_many  # costs 200 ms at start-up

            allowed = parse_many(rates)
            self._windows[purpose] = [MovingWindow(rate.amount * times, rate.get_expiry()) for rate in allowed]
        return self._windows[purpose]


def _left(window: MovingWindow, key: str) -> Left:
    remaining, wait = window.left(key)
    return Left(window.amount, remaining, math.ceil(wait))


def _obscured(name: str) -> str:
    """Keep what people typed out of memory dumps, and keys short."""
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()[:32]
