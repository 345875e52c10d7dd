"""What the clients of all APIs have in common."""

from collections.abc import Mapping
from types import TracebackType
from typing import Generic, Self, TypeVar

import httpx

from gatepost._core.calls import Operation
from gatepost._core.drive import AsyncDriver
from gatepost._core.exchange import perform
from gatepost._core.options import RequestOptions
from gatepost._core.redaction import without_credentials
from gatepost._core.service import Service, adjusted

T_co = TypeVar("T_co", covariant=True)


class AsyncHttpResponse(Generic[T_co]):
    """A result together with the HTTP response it came in.

    Attributes:
        data: what the plain call returns.
        response: the response, read to its end.
    """

    def __init__(self, data: T_co, response: httpx.Response) -> None:
        self.data = data
        self.response = response

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def headers(self) -> dict[str, str]:
        """The headers, names in lower case."""
        return dict(self.response.headers)

    async def close(self) -> None:
        """Do nothing: the response has been read and its connection given back."""

    def __repr__(self) -> str:
        """Show what the result shows; headers may carry secrets."""
        return f"{type(self).__name__}(status_code={self.status_code}, data={self.data!r})"


class AsyncSession:
    """A service, and the driver that performs operations on it."""

    def __init__(self, service: Service, driver: AsyncDriver) -> None:
        self.service = service
        self.driver = driver

    async def run(self, operation: Operation[T_co], options: RequestOptions | None) -> T_co:
        """Perform an operation and give its result."""
        result, _ = await self.driver.run(perform(operation, self.service, options or {}))
        return result

    async def run_raw(self, operation: Operation[T_co], options: RequestOptions | None) -> AsyncHttpResponse[T_co]:
        """Perform an operation and give its result with the response it came in."""
        result, reply = await self.driver.run(perform(operation, self.service, options or {}))
        return AsyncHttpResponse(result, without_credentials(reply.response))


class AsyncOwner:
    """What has a session: a client, and each group of its calls."""

    _session: AsyncSession

    def __repr__(self) -> str:
        """Show where requests go, and no credential."""
        return f"<{type(self).__name__} {self._session.service.base_url}>"


class AsyncNamespace(AsyncOwner):
    """A group of calls of one client."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session


class AsyncApiClient(AsyncOwner):
    """A client for one API; `async with` closes its connections at the end."""

    def with_options(
        self,
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Self:
        """Give a client that shares the connections and the credential of this one, with other settings.

        Args:
            timeout: seconds, see the constructor; None leaves it.
            max_retries: how often to try again, at least 0; None leaves it.
            headers: added to those of this client; a header set to None is left out.
        """
        client = object.__new__(type(self))
        service = adjusted(self._session.service, timeout, max_retries, headers)
        client._session = AsyncSession(service, self._session.driver)
        return client

    async def close(self) -> None:
        """Close the connections; an HTTP client that was passed in stays open."""
        await self._session.driver.close()

    async def __aenter__(self) -> Self:
        """Give the client itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()
