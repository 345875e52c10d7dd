"""Telling callers of a surface how many requests are left to them.

Some clients sleep for as long as `x-ratelimit-reset` says, silently, and take it for seconds from now. So it never is
a point in time, and never more than a minute even where the caller has to wait for longer; `retry-after` has all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gatepost.server.web.answers import Header
from gatepost.server.web.asgi import Scope
from gatepost.server.web.limits import Limiter

LONGEST_RESET = 60
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Meter:
    """Counts the requests to one surface from each network."""

    limiter: Limiter

    def count(self, scope: Scope) -> None:
        """Count a request; raises TooManyRequests when its network has had its share."""
        self.limiter.ubiops(scope)

    def headers(self, scope: Scope, status: int, sent: Sequence[Header]) -> list[Header]:
        """Give the headers that belong to an answer with this status and the headers `sent` already."""
        limit, remaining, reset = self.limiter.ubiops_left(scope)
        if status == TOO_MANY:
            remaining, reset = 0, min(_retry_after(sent), LONGEST_RESET)
        return [
            (b"x-ratelimit-limit", b"%d" % limit),
            (b"x-ratelimit-remaining", b"%d" % remaining),
            (b"x-ratelimit-reset", b"%d" % reset),
        ]


def _retry_after(sent: Sequence[Header]) -> int:
    return next((int(value) for name, value in sent if name == b"retry-after"), 1)
