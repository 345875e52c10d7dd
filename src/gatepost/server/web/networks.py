"""Where a request comes from, as far as limits are concerned.

Of IPv6 a single device has a whole /64 to choose its addresses from, and a customer of a provider may have a /48
with 65,536 of those (RFC 6177). So two sizes are told apart; for IPv4 both are the address.
"""

import ipaddress
from collections.abc import Sequence
from typing import NamedTuple

from gatepost.server.web.asgi import Scope

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Caller(NamedTuple):
    """The networks that a request counts against: an IPv4 address twice, or an IPv6 /64 and the /48 around it."""

    network: str
    site: str


class Networks:
    """Tells who calls, believing forwarded-for headers only from configured proxies."""

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        self._trusted = [ipaddress.ip_network(network) for network in trusted_proxies]

    def of(self, scope: Scope) -> Caller:
        """Give the networks of the caller."""
        peer = (scope.get("client") or ("0.0.0.0", 0))[0]  # noqa: S104  a label, nothing is bound
        hops = [peer, *reversed(_forwarded(scope))] if self._trusted else [peer]
        for hop in hops:
            address = _address(hop)
            if address is None or not any(address in network for network in self._trusted):
                return _caller(address)
        return _caller(_address(hops[-1]))


def _forwarded(scope: Scope) -> list[str]:
    values = [value for key, value in scope["headers"] if key == b"x-forwarded-for"]
    return [hop.strip() for value in values for hop in value.decode("latin-1").split(",") if hop.strip()]


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(_without_port(text))
    except ValueError:
        return None
    # Who listens on `::` meets callers by IPv4 as `::ffff:192.0.2.1`: one /64 for all of them.
    return getattr(address, "ipv4_mapped", None) or address


def _without_port(text: str) -> str:
    """Give the address in `192.0.2.1:80` or `[2001:db8::1]:80`, as some proxies write it."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _caller(address: Address | None) -> Caller:
    if isinstance(address, ipaddress.IPv6Address):
        return Caller(_around(address, 64), _around(address, 48))
    label = str(address or "unknown")
    return Caller(label, label)


def _around(address: ipaddress.IPv6Address, prefix: int) -> str:
    return str(ipaddress.ip_network((address, prefix), strict=False))
