"""Reading requests strictly: headers, parameters, bodies and where they come from."""

import ipaddress
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote_to_bytes

import litestar
import msgspec
from litestar.exceptions import InternalServerException

from gatepost.server.domain.errors import Invalid, NotFound

T = TypeVar("T")

Request = litestar.Request[Any, Any, Any]
"""The framework's request, without a user, an authentication or a state of its own."""

MOST_PARAMETERS = 20


def header(scope: Any, name: bytes) -> bytes | None:
    """Give the value of a header (lower-case name); the last one when it is sent twice."""
    found = None
    for key, value in scope["headers"]:
        if key == name:
            found = value
    return found


def path_text(request: Request, name: str) -> str:
    """Give a path parameter, decoded once from its raw segment; raises NotFound when it is not UTF-8.

    Where a fixed path shadows the parameter (`/users/batch` beside `/users/{id}`) it is that path's last segment.
    """
    raw = request.path_params.get(name)
    return _decoded(raw) if raw else last_segment(request.scope)


def last_segment(scope: Any) -> str:
    """Give the last segment of a path that is still raw, decoded once; raises NotFound when it is not UTF-8."""
    return _decoded(scope["path"].rpartition("/")[2])


def _decoded(segment: str) -> str:
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        raise NotFound("There is nothing at this address.") from None


def query_parameter(request: Request, name: str) -> str | None:
    """Give a query parameter, form-decoded; raises Invalid when the query is not UTF-8 or the name is repeated."""
    raw: bytes = request.scope["query_string"]
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise Invalid("The query string is not valid UTF-8 form encoding.") from None
    values = [value for key, value in pairs if key == name]
    if len(values) > 1:
        raise Invalid(f"{name} is given more than once.", name)
    return values[0] if values else None


async def whole_body(request: Request) -> bytes:
    """Give the body; raises Invalid when it ends before it should, as when the client hangs up."""
    try:
        return await request.body()
    except InternalServerException:
        raise Invalid("The body ends too early.") from None


async def json_body(request: Request, shape: type[T]) -> T:
    """Decode the JSON body into `shape`; raises Invalid with the place of the first mistake."""
    body = await whole_body(request)
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise Invalid(f"The body does not fit: {error}.") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Invalid("The body is not valid JSON.") from None


class Networks:
    """Tells which network a request comes from, believing forwarded-for headers only from configured proxies."""

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        self._trusted = [ipaddress.ip_network(network) for network in trusted_proxies]

    def of(self, scope: Any) -> str:
        """Give the IPv4 address or the IPv6 /64 network of the caller."""
        peer = (scope.get("client") or ("0.0.0.0", 0))[0]  # noqa: S104  a label, nothing is bound
        hops = [peer, *reversed(_forwarded(scope))] if self._trusted else [peer]
        for hop in hops:
            address = _address(hop)
            if address is None or not any(address in network for network in self._trusted):
                return _network(hop)
        return _network(hops[-1])


def _forwarded(scope: Any) -> list[str]:
    values = [value for key, value in scope["headers"] if key == b"x-forwarded-for"]
    return [hop.strip() for value in values for hop in value.decode("latin-1").split(",") if hop.strip()]


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
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


def _network(text: str) -> str:
    address = _address(text)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address) if address else "unknown"
