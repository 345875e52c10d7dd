"""What a caller may set for one call, and what the call then gives."""

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, Required, TypeAlias, TypedDict

import httpx
import msgspec

from gatepost.ubiops.errors import ApiTypeError, ApiValueError

TimeLimit: TypeAlias = float | tuple[float | None, float | None] | None
"""Seconds each for connecting, sending, and for the answer to begin and to end; or those for connecting, and those
for the rest. None waits for ever."""

NAMES = frozenset(
    {
        "async_req",
        "_preload_content",
        "_progress_bar",
        "_request_stream",
        "_request_timeout",
        "_return_http_data_only",
    }
)


class _Always(TypedDict, total=False):
    _request_timeout: TimeLimit


class CallOptions(_Always, total=False):
    """Settings of one call.

    Keys:
        _request_timeout: seconds above 0, or a pair of them: for connecting, and for the rest; None leaves what the
            configuration says.
        _preload_content: False gives the HTTP response and not what is in it.
        _return_http_data_only: False, in methods named `…_with_http_info`, gives a tuple of result, status, headers.
        async_req: True goes on at once and gives what the result can be got from.
    """

    async_req: Literal[False]
    _preload_content: Literal[True]
    _return_http_data_only: Literal[True]


class Unread(_Always):
    """Settings of a call that gives the HTTP response."""

    async_req: NotRequired[Literal[False]]
    _preload_content: Required[Literal[False]]
    _return_http_data_only: NotRequired[Literal[True]]


class WithHttpInfo(_Always):
    """Settings of a call that gives the result with status and headers."""

    async_req: NotRequired[Literal[False]]
    _preload_content: NotRequired[Literal[True]]
    _return_http_data_only: Required[Literal[False]]


class InBackground(_Always):
    """Settings of a call that is not waited for."""

    async_req: Required[Literal[True]]
    _preload_content: NotRequired[Literal[True]]
    _return_http_data_only: NotRequired[Literal[True]]


class Choice(msgspec.Struct, frozen=True):
    """What the settings of a call come to."""

    in_background: bool
    unread: bool
    with_http_info: bool
    time_limits: httpx.Timeout


def choice(method: str, options: Mapping[str, Any], otherwise: TimeLimit) -> Choice:
    """Read the settings of a call; `otherwise` is the time-out of one that sets none.

    Raises:
        ApiTypeError: there is no such setting.
        ApiValueError: the time-out is none.
    """
    for name in options:
        if name not in NAMES:
            raise ApiTypeError(f"Got an unexpected keyword argument '{name}' to method `{method}`")
    limit = options.get("_request_timeout")
    return Choice(
        in_background=bool(options.get("async_req", False)),
        unread=not options.get("_preload_content", True),
        with_http_info=not options.get("_return_http_data_only", True),
        time_limits=time_limits(otherwise if limit is None else limit),
    )


def data_only(options: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings of a call whose result comes without status and headers, whatever they say of that."""
    return {**options, "_return_http_data_only": True}


def time_limits(limit: TimeLimit) -> httpx.Timeout:
    """Give the time-outs of a call's phases.

    Raises:
        ApiValueError: it is neither a number above 0 nor a pair of such.
    """
    match limit:
        case (connect, read):
            pass
        case _:
            connect = read = limit
    if not (_is_limit(connect) and _is_limit(read)):
        raise ApiValueError("A time-out must be a number of seconds above 0, or a pair of them to connect and to read")
    return httpx.Timeout(read, connect=connect)


def _is_limit(seconds: object) -> bool:
    return seconds is None or (isinstance(seconds, int | float) and seconds > 0)
