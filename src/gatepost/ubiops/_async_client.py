"""What the calls go through."""

from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from gatepost._core._async import AsyncSession
from gatepost._core.drive import AsyncDriver
from gatepost._core.redaction import without_credentials
from gatepost.ubiops.background import AsyncBackground
from gatepost.ubiops.configuration import Configuration
from gatepost.ubiops.headers import Headers
from gatepost.ubiops.hidden import Hidden
from gatepost.ubiops.ops import Request, answered
from gatepost.ubiops.options import Choice, choice
from gatepost.ubiops.service import configured, connecting, unconfigured

T = TypeVar("T")


class AsyncApiClient:
    """Connections to the service; `async with` closes them at the end.

    Args:
        configuration: settings; None makes one from the environment.
        header_name: name of a header that goes out with every request.
        header_value: its value.
        cookie: value of the header `Cookie`.
        pool_threads: how many calls with `async_req` go on at a time.
        httpx_client: an HTTP client of your own, which then has the say in TLS and proxies; it stays yours to close.

    Attributes:
        configuration: the settings; they may be changed.
        default_headers: headers that go out with every request; their repr hides them.

    Raises:
        ApiValueError: the host is none.
        OSError: a file of certificates cannot be read.

    Source: UbiOps API reference, "User", "Use authorization parameters".
    """

    def __init__(
        self,
        configuration: Configuration | None = None,
        header_name: str | None = None,
        header_value: str | None = None,
        cookie: str | None = None,
        pool_threads: int = 1,
        *,
        httpx_client: httpx.AsyncClient | None = None,
    ) -> None:
        self.configuration = configuration or Configuration()
        self.default_headers: dict[str, str] = Hidden()
        for name, value in ((header_name, header_value), ("Cookie", cookie)):
            if name and value:
                self.set_default_header(name, value)
        self._httpx_client = httpx_client
        self._connecting = connecting(self.configuration)
        self._unconfigured = unconfigured(httpx_client)
        self._driver = self._open()
        self._background = AsyncBackground(pool_threads)

    @property
    def user_agent(self) -> str | None:
        """What goes out as `User-Agent` in place of the name of this library; None leaves that."""
        return self.default_headers.get("User-Agent")

    @user_agent.setter
    def user_agent(self, value: str) -> None:
        self.set_default_header("User-Agent", value)

    def set_default_header(self, header_name: str, header_value: str) -> None:
        """Send a header with every request.

        Args:
            header_name: its name.
            header_value: its value; another origin never gets it.
        """
        self.default_headers[header_name] = header_value

    async def call(self, request: Request[T], options: Mapping[str, Any]) -> Any:
        """Make a call of this API.

        Args:
            request: what to ask for.
            options: settings of this call, see `CallOptions`.

        Raises:
            ApiTypeError: there is no such setting.
            ApiValueError: a value cannot be used; nothing was sent.
            ApiException: the call failed.
        """
        chosen = choice(request.method, options, self.configuration.timeout)
        work = partial(self._make, request, chosen)
        if chosen.in_background:
            return self._background.start(work)
        return await work()

    async def close(self) -> None:
        """Wait for calls in the background and close the connections; a later call opens new ones."""
        await self._background.close()
        driver, self._driver = self._driver, self._open()
        await driver.close()

    async def _make(self, request: Request[T], chosen: Choice) -> Any:
        service = configured(self._unconfigured, self.configuration, self.default_headers)
        reply = await AsyncSession(service, self._driver).run(answered(request.call), {"timeout": chosen.time_limits})
        result = without_credentials(reply.response) if chosen.unread else request.read(reply)
        return (result, reply.status_code, Headers(reply.headers)) if chosen.with_http_info else result

    def _open(self) -> AsyncDriver:
        return AsyncDriver(self._httpx_client, self._connecting)

    async def __aenter__(self) -> Self:
        """Give the client itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()

    def __repr__(self) -> str:
        """Show where requests go, and no credential."""
        return f"<{type(self).__name__} {self.configuration.host}>"
