"""Counting what happened within the last so many seconds, by key and in bounded memory.

Of the `limits` library only the notation of rates is used. Its storage never forgets a key and walks through all of
them behind the hits: after 60,000 sign-ins with invented names, 20 requests a second kept a core busy by 74 %.
"""

import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable

MOST_KEYS = 50_000


class MovingWindow:
    """Allows each key `amount` hits within any `seconds`; of more than `most_keys` it forgets the one longest idle."""

    def __init__(
        self, amount: int, seconds: float, clock: Callable[[], float] = time.monotonic, most_keys: int = MOST_KEYS
    ) -> None:
        self.amount = amount
        self._seconds = seconds
        self._clock = clock
        self._most_keys = most_keys
        # In the order of their last hits, so that whatever can be forgotten comes first.
        self._hits: OrderedDict[str, list[float]] = OrderedDict()

    def __len__(self) -> int:
        """Tell how many keys are remembered."""
        return len(self._hits)

    def hit(self, key: str) -> float:
        """Count a hit and give 0, or give the seconds to wait when the key has had its share."""
        now = self._clock()
        hits = self._hits.get(key, [])
        del hits[: bisect_right(hits, now - self._seconds)]
        if len(hits) >= self.amount:
            return hits[0] + self._seconds - now
        hits.append(now)
        self._hits[key] = hits
        self._hits.move_to_end(key)
        self._forget(now)
        return 0.0

    def left(self, key: str) -> tuple[int, float]:
        """Give how many hits a key has left, and the seconds until it has one more; 0 when it has all."""
        now = self._clock()
        counted = [hit for hit in self._hits.get(key, ()) if hit > now - self._seconds]
        return self.amount - len(counted), counted[0] + self._seconds - now if counted else 0.0

    def _forget(self, now: float) -> None:
        while True:
            key, hits = next(iter(self._hits.items()))
            if hits[-1] > now - self._seconds and len(self._hits) <= self._most_keys:
                return
            del self._hits[key]
