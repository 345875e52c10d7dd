"""One family of errors for all APIs: what was asked, what came back, and never a credential in the text."""

from typing import Any, ClassVar, Self

import httpx

from gatepost._core.bodies import readable_body
from gatepost._core.checks import is_list, is_object
from gatepost._core.redaction import loggable

REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-correlation-id")
MESSAGE_FIELDS = ("message", "detail", "error_description", "error", "messages", "error_message", "title")
SHOWN = 300
"""Characters of a server's message in the text of an error."""

DEPTH = 5
"""How deep in a body a message is looked for."""


class ApiError(Exception):
    """An answer that is not a success, or is one that cannot be understood.

    Attributes:
        status_code: the HTTP status; None when there was no answer.
        headers: the headers of the answer, names in lower case.
        body: the decoded JSON, or the text of anything else; None when there was none.
        request_id: what the server calls this exchange, for its logs.
    """

    default_status: ClassVar[int | None] = None

    def __init__(
        self,
        body: Any = None,
        headers: dict[str, str] | None = None,
        *,
        status_code: int | None = None,
        asked: str = "",
    ) -> None:
        super().__init__()
        self.body = body
        self.headers = headers
        self.status_code = self.default_status if status_code is None else status_code
        self.asked = asked

    @classmethod
    def of(cls, response: httpx.Response, body: Any) -> Self:
        """Make the error of an answer whose body has been read."""
        asked = f"{response.request.method} {loggable(response.request.url).path}"
        return cls(body, dict(response.headers), status_code=response.status_code, asked=asked)

    @property
    def request_id(self) -> str | None:
        """What the server calls this exchange, for its logs."""
        headers = self.headers or {}
        named = next((headers[name] for name in REQUEST_ID_HEADERS if name in headers), None)
        return named or _request_id(self.body)

    def __str__(self) -> str:
        """Say what was asked and why it failed; a body that came with a success may hold secrets and is left out."""
        where = f"{self.asked} answered {self.status_code}: " if self.asked else ""
        named = f" (request id {self.request_id})" if self.request_id else ""
        return _in_one_line(f"{where}{self._reason()}{named}")

    def __repr__(self) -> str:
        """Give the class and the text."""
        return f"<{type(self).__name__} {self}>"

    def _reason(self) -> str:
        if _is_page(self.body):
            return "a web page instead of JSON; is the base URL right?"
        if self.status_code is not None and self.status_code < httpx.codes.MULTIPLE_CHOICES:
            return "the body is not JSON" if self.body else "the body is empty"
        if self.status_code is not None and self.status_code < httpx.codes.BAD_REQUEST:
            return f"redirected to {_address((self.headers or {}).get('location', 'nowhere'))}; is the base URL right?"
        return _message(self.body)[:SHOWN] or "no reason given"


class BadRequestError(ApiError):
    """400: the request is malformed or breaks a rule."""

    default_status = 400


class UnauthorizedError(ApiError):
    """401: credentials are missing, wrong or expired."""

    default_status = 401


class ForbiddenError(ApiError):
    """403: who asks is known and not permitted."""

    default_status = 403


class NotFoundError(ApiError):
    """404: there is no such resource."""

    default_status = 404


class ConflictError(ApiError):
    """409: the resource exists already, or is in another state."""

    default_status = 409


class UnprocessableEntityError(ApiError):
    """422: the fields of the request break a rule."""

    default_status = 422


class TooManyRequestsError(ApiError):
    """429: the server asks for patience, also after the last retry."""

    default_status = 429


class ParsingError(ApiError):
    """A success whose JSON has another shape than the API documents; the reason is its `__cause__`."""

    def _reason(self) -> str:
        return f"unexpected JSON: {self.__cause__}" if self.__cause__ else "unexpected JSON"


for _kind in (ApiError, *ApiError.__subclasses__()):
    _kind.__module__ = "gatepost"  # where they are imported from, as tracebacks say

BY_STATUS: dict[int, type[ApiError]] = {
    kind.default_status: kind for kind in ApiError.__subclasses__() if kind.default_status is not None
}


def refusal(response: httpx.Response) -> ApiError:
    """Give the error of an answer that is not a success."""
    return BY_STATUS.get(response.status_code, ApiError).of(response, readable_body(response))


def _is_page(body: Any) -> bool:
    return isinstance(body, str) and body.lstrip()[:9].lower().startswith(("<!doctype", "<html"))


def _request_id(body: Any) -> str | None:
    named: object = body.get("request_id") if is_object(body) else getattr(body, "request_id", None)
    return named if isinstance(named, str) else None


def _address(location: str) -> str:
    return location.partition("#")[0].partition("?")[0]


def _message(body: Any, depth: int = DEPTH) -> str:
    """Find the sentence meant for people in the error shapes servers use."""
    if not depth or body is None:
        return ""
    if is_object(body):
        return next(filter(None, (_message(body.get(name), depth - 1) for name in MESSAGE_FIELDS)), "")
    if is_list(body):
        return "; ".join(filter(None, (_message(item, depth - 1) for item in body)))
    return str(body)


def _in_one_line(text: str) -> str:
    """Replace what could start a new line in a log, or steer a terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
