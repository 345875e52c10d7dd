"""The official client, sync and async, called alike: every test runs with both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, Protocol, cast

import httpx
from anyio.from_thread import BlockingPortal
from qhub.api.user import AsyncHubUserClient, HubUserClient


class Hubs(Protocol):
    """Makes clients of one kind."""

    def __call__(self, token: str, base_url: str | None = None) -> HubUserClient:
        """Give a client that sends `token`."""


class Awaited:
    """An async client whose calls are awaited in the portal's event loop, so that it is used like the sync one."""

    def __init__(self, portal: BlockingPortal, target: Any) -> None:
        self._portal = portal
        self._target = target

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        return self._call(found) if iscoroutinefunction(found) else Awaited(self._portal, found)

    def _call(self, method: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **kwargs: self._portal.call(partial(method, *args, **kwargs))


@contextmanager
def sync_hubs(url: str) -> Iterator[Hubs]:
    """Make `HubUserClient`s; they share connections, since setting up TLS for each takes 30 ms."""
    with httpx.Client(timeout=60, follow_redirects=True) as connections:

        def hub(token: str, base_url: str | None = None) -> HubUserClient:
            return HubUserClient(base_url=base_url or url, api_key=token, httpx_client=connections)

        yield hub


@contextmanager
def async_hubs(url: str, portal: BlockingPortal) -> Iterator[Hubs]:
    """Make `AsyncHubUserClient`s that can be called without awaiting."""
    with portal.wrap_async_context_manager(httpx.AsyncClient(timeout=60, follow_redirects=True)) as connections:

        def hub(token: str, base_url: str | None = None) -> HubUserClient:
            client = AsyncHubUserClient(base_url=base_url or url, api_key=token, httpx_client=connections)
            return cast(HubUserClient, Awaited(portal, client))

        yield hub
