"""What people keep for their own programs: one JSON object (RFC 8259) that nobody here reads."""

from collections.abc import Iterable
from typing import Any

import msgspec

from gatepost.server.domain.errors import Invalid, TooLarge

MOST_BYTES = 64 * 1024
MOST_NESTING = 64


def valid_preferences(body: bytes) -> str:
    """Return the object as compact JSON text; `null` counts as none, `{}`.

    Raises TooLarge over 64 KiB, Invalid when it is no JSON object or nested deeper than 64 levels.
    """
    if len(body) > MOST_BYTES:
        raise TooLarge(f"settings are longer than {MOST_BYTES} bytes")
    value = _decoded(body)
    if value is not None and not isinstance(value, dict):
        raise Invalid("settings must be a JSON object")
    if _is_deeper(value, MOST_NESTING):
        raise Invalid(f"settings are nested deeper than {MOST_NESTING} levels")
    return msgspec.json.encode(value or {}).decode()


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Invalid("settings are not valid JSON") from None


def _is_deeper(value: Any, levels: int) -> bool:
    """Tell whether containers stand in each other more than so many deep, going down level by level."""
    containers = [value]
    for _ in range(levels):
        containers = [part for whole in containers for part in _parts(whole) if isinstance(part, dict | list)]
        if not containers:
            return False
    return True


def _parts(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
