"""The official client, sync and async: tests run with both, and see what either sends and how long it sleeps."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import vectara
from vectara.core import http_client
from vectara.core.api_error import ApiError
from vectara.environment import VectaraEnvironment

from tests.kit.twins import finished
from tests.kit.vectara import PREFIX

CREDENTIALS = ("api_key", "client_id", "client_secret")


def official_at(url: str, http: httpx.Client | httpx.AsyncClient, **settings: Any) -> Any:
    """Make a client of the kind that `http` is, for a server, with these credentials and no others."""
    kind: Any = vectara.AsyncVectara if isinstance(http, httpx.AsyncClient) else vectara.Vectara
    environment = VectaraEnvironment(default=url + PREFIX, auth=url + PREFIX)
    return kind(environment=environment, httpx_client=http, **(dict.fromkeys(CREDENTIALS) | settings))


class Official:
    """Makes clients of one kind for one server; `sent` has all their requests, in order."""

    def __init__(self, http: httpx.Client | httpx.AsyncClient, url: str, sent: list[httpx.Request]) -> None:
        self.sent = sent
        self.awaiting = isinstance(http, httpx.AsyncClient)
        self._http = http
        self._url = url

    def __call__(self, **settings: Any) -> Any:
        """Make a client with these credentials and no others."""
        return official_at(self._url, self._http, **settings)

    def asked(self) -> list[str]:
        """List the requests so far, each with its method and the path below the prefix."""
        prefix = PREFIX.encode()
        return [f"{one.method} {one.url.raw_path.removeprefix(prefix).decode()}" for one in self.sent]

    def tokens(self) -> int:
        """Count the requests for a token."""
        return self.asked().count("POST /oauth2/token")


@asynccontextmanager
async def opened(kind: str, url: str) -> AsyncIterator[Official]:
    """Open what makes `sync` or `async` clients."""
    sent: list[httpx.Request] = []

    async def note(request: httpx.Request) -> None:
        sent.append(request)

    if kind == "sync":
        http: Any = httpx.Client(timeout=60, follow_redirects=True, event_hooks={"request": [sent.append]})
    else:
        http = httpx.AsyncClient(timeout=60, follow_redirects=True, event_hooks={"request": [note]})
    try:
        yield Official(http, url, sent)
    finally:
        await finished(http.close() if kind == "sync" else http.aclose())


async def refused(call: Callable[..., Any], *args: Any, **kwargs: Any) -> ApiError:
    """Make a call that is refused and give the error it raises."""
    with pytest.raises(ApiError) as error:
        await finished(call(*args, **kwargs))
    return error.value


def without_sleep(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the seconds that clients want to sleep between two tries, in order; no time passes."""
    slept: list[float] = []

    async def pause(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(http_client, "time", SimpleNamespace(sleep=slept.append, time=time.time))
    monkeypatch.setattr(http_client, "asyncio", SimpleNamespace(sleep=pause))
    return slept
