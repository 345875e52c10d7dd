"""Having to wait after failures in a row, longer after each, by key and in bounded memory."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_SECONDS = 60.0
"""After so long without a failure and without having to wait a key begins anew."""

FIRST_WAIT_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 300.0
MOST_KEYS = 50_000


@dataclass(slots=True)
class _Row:
    failures: int = 0
    until: float = 0.0
    last: float = 0.0


class BackOff:
    """Lets a key fail `free` times; the next failure costs 10 seconds, each further one twice as many, at most 300.

    Of more than `most_keys` it forgets the one whose last failure is longest ago.
    """

    def __init__(self, free: int, clock: Callable[[], float] = time.monotonic, most_keys: int = MOST_KEYS) -> None:
        self._free = free
        self._clock = clock
        self._most_keys = most_keys
        self._rows: OrderedDict[str, _Row] = OrderedDict()

    def __len__(self) -> int:
        """Tell how many keys are remembered."""
        return len(self._rows)

    def wait(self, key: str) -> float:
        """Give the seconds that a key has to wait, 0 when it need not."""
        row = self._rows.get(key)
        return max(0.0, row.until - self._clock()) if row else 0.0

    def failed(self, key: str) -> None:
        """Count a failure."""
        now = self._clock()
        row = self._rows.pop(key, None)
        if row is None or now > max(row.until, row.last) + WINDOW_SECONDS:
            row = _Row()
        row.failures, row.last = row.failures + 1, now
        if (beyond := row.failures - self._free) > 0:
            row.until = now + min(FIRST_WAIT_SECONDS * 2.0 ** min(beyond - 1, 16), LONGEST_WAIT_SECONDS)
        self._rows[key] = row
        if len(self._rows) > self._most_keys:
            self._rows.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forget the failures of a key."""
        self._rows.pop(key, None)
