"""What the calls of this API raise, by the names of its official client; what a server answered is an `ApiError` too.

Source: UbiOps API reference, "User", and the official client 4.15.0.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import httpx
import msgspec

from gatepost._core.bodies import decoded
from gatepost._core.checks import is_object
from gatepost._core.errors import (
    SHOWN,
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    ParsingError,
    TooManyRequestsError,
    UnauthorizedError,
)
from gatepost._core.models import REDACTED
from gatepost.ubiops.headers import Headers

__all__ = [
    "ApiConnectionError",
    "ApiException",
    "ApiKeyError",
    "ApiParsingError",
    "ApiRequestError",
    "ApiTimeoutError",
    "ApiTypeError",
    "ApiValueError",
    "OpenApiException",
    "UbiOpsException",
]


class UbiOpsException(Exception):
    """Whatever this package raises on purpose."""


class OpenApiException(UbiOpsException):
    """The same; the official client has two names for it."""


class ApiTypeError(OpenApiException, TypeError):
    """A call got an argument it does not take, or one of the wrong type; nothing was sent."""

    path_to_item: ClassVar[None] = None
    valid_classes: ClassVar[None] = None
    key_type: ClassVar[None] = None


class ApiValueError(OpenApiException, ValueError):
    """A value breaks a rule of the API or cannot be used; nothing was sent."""

    path_to_item: ClassVar[None] = None


class ApiKeyError(OpenApiException, KeyError):
    """Never raised; it is here for code that catches it."""

    path_to_item: ClassVar[None] = None


class ApiException(OpenApiException, ApiError):
    """A call that failed after it went out.

    Attributes:
        status: the HTTP status; 0 when there was no answer.
        reason: the phrase beside the status, or what failed instead of an answer.
        body: the text of the answer; None when there was none.
        headers: the headers of the answer, in any case of their names; None when there was none.
        status_code: the same as `status`, but None when there was no answer.
    """

    def __init__(
        self,
        status: int | None = None,
        reason: str | None = None,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        asked: str = "",
    ) -> None:
        super().__init__(body, None if headers is None else Headers(headers), status_code=status or None, asked=asked)
        self.status = status
        self.reason = reason

    @classmethod
    def of(cls, response: httpx.Response, body: Any = None) -> Self:
        """Make the error of an answer, with its text whatever `body` says."""
        asked = f"{response.request.method} {response.request.url.path}"
        return cls(response.status_code, response.reason_phrase, response.text, response.headers, asked=asked)

    def get_body_message(self) -> Any:
        """Give `error` or `error_message` of a JSON body, which need not be a text, else the body itself."""
        try:
            fields = decoded((self.body or "").encode())
        except (msgspec.DecodeError, UnicodeError):
            return self.body
        named = [fields[name] for name in ("error", "error_message") if name in fields] if is_object(fields) else []
        return named[0] if named else self.body

    def __str__(self) -> str:
        """Give reason and status, then what the server says, or else its headers and body."""
        said = f"{self.reason} ({self.status})"
        if message := self.get_body_message():
            return f"{said}\nError: {str(message)[:SHOWN]}"
        if self.headers:
            said += f"\nHTTP response headers: {_shown(self.headers)}"
        return f"{said}\nHTTP response body: {self.body}" if self.body else said


class ApiConnectionError(ApiException):
    """No connection came about, or it broke."""


class ApiTimeoutError(ApiException):
    """The server was connected and took too long."""


class ApiRequestError(ApiException):
    """The server answered with another status than 200 to 299, or the request could not be made."""


class ApiParsingError(ApiException, ParsingError, ValueError):
    """The server answered with success and something that is not in the document of the API."""

    def __str__(self) -> str:
        """Leave out the body: one that came with a success may hold secrets."""
        return f"{self.reason} ({self.status})"


class ApiBadRequestError(ApiRequestError, BadRequestError):
    """400: the request is malformed or breaks a rule."""


class ApiUnauthorizedError(ApiRequestError, UnauthorizedError):
    """401: the token is missing, wrong or expired."""


class ApiForbiddenError(ApiRequestError, ForbiddenError):
    """403: who asks is known and not permitted."""


class ApiNotFoundError(ApiRequestError, NotFoundError):
    """404: there is nothing at this path; is the host right?"""


class ApiConflictError(ApiRequestError, ConflictError):
    """409: what is to be made exists already."""


class ApiTooManyRequestsError(ApiRequestError, TooManyRequestsError):
    """429: the service asks for patience, also after the last retry."""


_BY_STATUS = {kind.default_status: kind for kind in ApiRequestError.__subclasses__()}


def refusal(response: httpx.Response) -> ApiRequestError:
    """Give the error of an answer that is not a success; it is also the one that all APIs share for its status."""
    return _BY_STATUS.get(response.status_code, ApiRequestError).of(response)


def unreadable(response: httpx.Response, reason: str) -> ApiParsingError:
    """Give the error of a success that is not as documented."""
    error = ApiParsingError.of(response)
    error.reason = reason
    return error


def unanswered(error: httpx.RequestError) -> ApiException:
    """Give the error of a request that got no answer."""
    kind: type[ApiException] = ApiRequestError
    if isinstance(error, httpx.NetworkError | httpx.ConnectTimeout | httpx.ProxyError | httpx.RemoteProtocolError):
        kind = ApiConnectionError
    elif isinstance(error, httpx.TimeoutException):
        kind = ApiTimeoutError
    return kind(0, f"{type(error).__name__}\n{error}")


def _shown(headers: Mapping[str, str]) -> dict[str, str]:
    """Leave out what may let somebody in: cookies, and the query of an address to go to."""
    hidden = {"set-cookie": REDACTED, "location": headers.get("location", "").partition("?")[0]}
    return {name: hidden.get(name, value) for name, value in headers.items()}
