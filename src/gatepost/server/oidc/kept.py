"""What is fetched from a provider when it is needed, and kept."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

from gatepost.server.domain.errors import Unavailable
from gatepost.server.oidc.documents import FetchFailed

FRESH_FOR = 600.0
"""How long something fetched is used without a look at the provider, in seconds."""

USABLE_FOR = 86_400.0
"""How long something fetched from a provider that is down still counts, in seconds."""

PAUSE_WITH = 60.0
PAUSE_WITHOUT = 5.0
"""The least time between two fetches, in seconds, with something at hand and without."""

log = structlog.get_logger("gatepost.oidc")
T = TypeVar("T")


class Kept(Generic[T]):
    """Something of one provider: `provider` and `what` name it for people, `fetch` gets it or raises FetchFailed."""

    def __init__(self, provider: str, what: str, fetch: Callable[[], Awaitable[T]], clock: Callable[[], float]) -> None:
        self.value: T | None = None
        self._provider = provider
        self._what = what
        self._fetch = fetch
        self._clock = clock
        self._fetched_at = self._tried_at = -math.inf
        self._fetching = asyncio.Lock()

    @property
    def settled(self) -> bool:
        """Whether the value will do: it is fresh, or somebody else sees to that."""
        return self.value is not None and (self._since(self._fetched_at) < FRESH_FOR or self._fetching.locked())

    async def current(self) -> T:
        """Give the value, fetched if need be; raises Unavailable."""
        return self.value if self.value is not None and self.settled else await self.renewed()

    async def renewed(self) -> T:
        """Give the value after a look at the provider, unless the last one was a moment ago; raises Unavailable."""
        async with self._fetching:
            if self._pause() <= 0:
                await self._renew()
        if self.value is None:
            raise Unavailable(
                f"The identity provider {self._provider} does not answer at the moment.",
                retry_after=max(1, math.ceil(self._pause())),
            )
        return self.value

    async def _renew(self) -> None:
        try:
            self.value = await self._fetch()
            self._fetched_at = self._clock()
        except FetchFailed as failure:
            log.warning("identity provider fails", provider=self._provider, what=self._what, reason=str(failure))
            if self._since(self._fetched_at) > USABLE_FOR:
                self.value = None
        self._tried_at = self._clock()

    def _pause(self) -> float:
        return (PAUSE_WITHOUT if self.value is None else PAUSE_WITH) - self._since(self._tried_at)

    def _since(self, instant: float) -> float:
        # A clock that was set back must not stop fetches until it has caught up.
        elapsed = self._clock() - instant
        return elapsed if elapsed >= 0 else math.inf
