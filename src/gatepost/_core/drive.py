"""The two loops that perform the steps of a flow: one blocking, one awaiting."""

import ssl
import threading
import weakref
from collections.abc import Mapping
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from time import sleep
from typing import Any, TypeVar, cast

import httpx

from gatepost._core.deadlines import AsyncDeadlineStream, Deadline, DeadlineStream
from gatepost._core.errors import ApiError
from gatepost._core.flow import Alone, Flow, Send, Step, Wait
from gatepost._core.redaction import clear_tracebacks, hide_headers, hide_headers_async, httpcore_logs_headers

T = TypeVar("T")

CLOSED = "The client has been closed"


class Driver:
    """Performs flows by blocking; threads may share one.

    Its own HTTP client is made when first needed, with `settings` such as `verify`, keeps no cookies, and is closed
    with the driver or when nobody refers to that any more. One that was passed in is left to its owner.
    """

    def __init__(self, client: httpx.Client | None = None, settings: Mapping[str, Any] | None = None) -> None:
        _require_kind(client, httpx.Client)
        self._client = client
        self._settings = settings or {}
        self._owns_client = client is None
        self._closed = False
        self._making = threading.Lock()
        self._alone = threading.Lock()

    def run(self, flow: Flow[T]) -> T:
        """Perform a flow to its end and give its result; an error comes without the values that were on its way."""
        try:
            return self._run(flow)
        except BaseException as error:
            _tidy(error)
            raise

    def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    outcome = self._do(step)
                except Exception as error:  # noqa: BLE001  whatever failed is raised inside the flow
                    step = flow.throw(error)
                else:
                    step = flow.send(outcome)
        except StopIteration as done:
            return cast(T, done.value)

    def close(self) -> None:
        """Close the connections, unless the HTTP client was passed in."""
        if self._owns_client:
            self._closed = True
            if self._client is not None:
                self._client.close()

    def _do(self, step: Step) -> Any:
        match step:
            case Send():
                return self._send(step)
            case Wait():
                return sleep(step.seconds)
            case Alone():
                with self._alone:
                    return self.run(step.flow)

    def _send(self, step: Send) -> httpx.Response:
        request = step.request
        if httpcore_logs_headers():
            request.extensions["trace"] = hide_headers
        response = self._http().send(request, stream=True, auth=_auth(step), follow_redirects=False)
        response.stream = DeadlineStream(cast(httpx.SyncByteStream, response.stream), Deadline(request))
        try:
            response.read()
        finally:
            response.close()
        return response

    def _http(self) -> httpx.Client:
        if self._closed:
            raise RuntimeError(CLOSED)
        if self._client is None:
            with self._making:
                if self._client is None:
                    self._client = httpx.Client(**_complete(self._settings))
                    weakref.finalize(self, self._client.close)
        return self._client


class AsyncDriver:
    """Performs flows by awaiting; tasks of one event loop of asyncio may share one, and loops one after the other.

    Its own HTTP client is made when first needed in a loop, with `settings` such as `verify`, keeps no cookies, and is
    closed with the driver. One that was passed in is left to its owner.
    """

    def __init__(self, client: httpx.AsyncClient | None = None, settings: Mapping[str, Any] | None = None) -> None:
        _require_kind(client, httpx.AsyncClient)
        self._client = client
        self._settings = settings or {}
        self._owns_client = client is None
        self._closed = False
        self._loop: Any = None
        self._alone: Any = None

    async def run(self, flow: Flow[T]) -> T:
        """Perform a flow to its end and give its result; an error comes without the values that were on its way."""
        self._enter()
        try:
            return await self._run(flow)
        except BaseException as error:
            _tidy(error)
            raise

    async def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    outcome = await self._do(step)
                except Exception as error:  # noqa: BLE001  whatever failed is raised inside the flow
                    step = flow.throw(error)
                else:
                    step = flow.send(outcome)
        except StopIteration as done:
            return cast(T, done.value)

    async def close(self) -> None:
        """Close the connections, unless the HTTP client was passed in."""
        self._enter()
        if self._owns_client:
            self._closed = True
            if self._client is not None:
                await self._client.aclose()

    def _enter(self) -> None:
        """Begin anew in another event loop: connections and locks are of use only in the one they were made in."""
        import asyncio  # a quarter of the import time of httpx, and blocking clients do without

        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._alone = loop, asyncio.Lock()
            if self._owns_client:
                self._client = None

    async def _do(self, step: Step) -> Any:
        match step:
            case Send():
                return await self._send(step)
            case Wait():
                return await pause(step.seconds)
            case Alone():
                async with self._alone:
                    return await self.run(step.flow)

    async def _send(self, step: Send) -> httpx.Response:
        request = step.request
        if httpcore_logs_headers():
            request.extensions["trace"] = hide_headers_async
        response = await self._http().send(request, stream=True, auth=_auth(step), follow_redirects=False)
        response.stream = AsyncDeadlineStream(cast(httpx.AsyncByteStream, response.stream), Deadline(request))
        try:
            await response.aread()
        finally:
            await response.aclose()
        return response

    def _http(self) -> httpx.AsyncClient:
        if self._closed:
            raise RuntimeError(CLOSED)
        if self._client is None:
            self._client = httpx.AsyncClient(**_complete(self._settings))
        return self._client


def _complete(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings of an HTTP client of ours."""
    return {"verify": trusted_authorities(), **settings, "cookies": no_cookies()}


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Read the certificates of those who are trusted, once for all clients: it takes as long as dozens of calls."""
    return httpx.create_ssl_context()


def _tidy(error: BaseException) -> None:
    """Leave of an error's way what is of use to a caller, and none of the values there.

    Where an answer or the network is at fault, the way through a flow would only push the caller's own lines away.
    """
    clear_tracebacks(error)
    if isinstance(error, (ApiError, httpx.TransportError)):
        error.__traceback__ = None


def _require_kind(client: object, kind: type[httpx.Client | httpx.AsyncClient]) -> None:
    """Refuse an HTTP client of the other colour, which would fail at the first call and not say why."""
    if not isinstance(client, kind | None):
        raise TypeError(f"httpx_client must be an httpx.{kind.__name__}, not {type(client).__name__}")


def _auth(step: Send) -> Any:
    """Give the auth of an HTTP client that was passed in, but not abroad."""
    return None if step.abroad else httpx.USE_CLIENT_DEFAULT


async def pause(seconds: float) -> None:
    """Let so many seconds pass."""
    from asyncio import sleep as asleep

    await asleep(seconds)


def no_cookies() -> CookieJar:
    """Give a jar that takes no cookie: a session in a cookie would win over the credential a client was given."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))
