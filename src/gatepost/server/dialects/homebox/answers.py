"""The answers that succeed: most are bare, four wrap what they give in `item` (contract 2.2)."""

from typing import Any

from gatepost.server.dialects.homebox.errors import JSON
from gatepost.server.dialects.homebox.mapping import encode
from gatepost.server.web.answers import NO_STORE, Answer, Header


def answer(value: Any, status: int = 200, cookies: list[Header] | None = None) -> Answer:
    """Encode a JSON answer, which nobody may keep."""
    return Answer(encode(value), status, JSON, [*NO_STORE, *(cookies or ())])


def item(value: Any) -> Answer:
    """Encode a JSON answer of the kind that is wrapped."""
    return answer({"item": value})


def nothing(cookies: list[Header] | None = None) -> Answer:
    """Answer 204 without a body."""
    return Answer(status=204, headers=cookies or ())
