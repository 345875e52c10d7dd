"""What an operation asks for and what it gets: calls and replies, both free of I/O."""

from collections.abc import Generator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from gatepost._core.bodies import decoded, readable_body
from gatepost._core.checks import require_text
from gatepost._core.errors import ApiError, ParsingError
from gatepost._core.files import Part
from gatepost._core.models import convert

T = TypeVar("T")

IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods whose effect is the same when a request arrives twice (RFC 9110, section 9.2.2)."""


class Call(msgspec.Struct, frozen=True):
    """One HTTP exchange an operation asks for, without address, credentials and everything else a client adds.

    `path` begins with a slash and is percent-encoded already, see `segment`; `origin` is the base URL when it is not
    the client's own; of `json`, `form` and `files` at most one is given. `idempotent` overrides what RFC 9110 says of
    the method; `anonymous` keeps credentials out; with `redirect` a redirect is the answer. With `alone` the operation
    that begins with this call waits until no other such operation of the client runs, and its 401 is final: it may
    change the credential. `shown_path` is what logs and errors show of an address that carries a secret.
    """

    method: str
    path: str
    query: Mapping[str, Any] = {}
    json: Any = msgspec.UNSET
    form: Mapping[str, str] | None = None
    files: Mapping[str, Part] | None = None
    headers: Mapping[str, str] = {}
    origin: str | None = None
    idempotent: bool | None = None
    anonymous: bool = False
    redirect: bool = False
    alone: bool = False
    shown_path: str | None = None

    def repeatable(self) -> bool:
        """Tell whether sending it twice does no more than sending it once."""
        return self.method in IDEMPOTENT_METHODS if self.idempotent is None else self.idempotent

    def __repr__(self) -> str:
        """Leave out bodies and queries: they carry passwords and codes."""
        return f"<Call {self.method} {self.shown_path or self.path}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Give rich what `repr` shows."""
        return [("method", self.method), ("path", self.shown_path or self.path)]


class Reply:
    """The answer to a call, read to its end."""

    __slots__ = ("response",)

    def __init__(self, response: httpx.Response) -> None:
        self.response = response

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The headers, names without regard to case."""
        return self.response.headers

    @property
    def content(self) -> bytes:
        """The body."""
        return self.response.content

    @property
    def media_type(self) -> str:
        """The type of the body in lower case, without parameters."""
        declared: str = self.headers.get("content-type", "")
        return declared.partition(";")[0].strip().lower()

    def json(self) -> Any:
        """Decode the body.

        Raises:
            ApiError: it is not JSON, with the text as `body`.
        """
        try:
            return decoded(self.content)
        except msgspec.DecodeError as cause:
            raise ApiError.of(self.response, readable_body(self.response)) from cause

    def decode(self, kind: type[T]) -> T:
        """Decode the body into a model.

        Raises:
            ApiError: it is not JSON.
            ParsingError: it is JSON of another shape.
        """
        return self.shape(self.json(), kind)

    def shape(self, part: Any, kind: type[T]) -> T:
        """Make a model of a part of the decoded body.

        Raises:
            ParsingError: it has another shape.
        """
        try:
            return convert(part, kind)
        except msgspec.ValidationError as cause:
            raise ParsingError.of(self.response, part) from cause

    def __repr__(self) -> str:
        """Leave out headers and body: they carry tokens."""
        return f"<Reply {self.status_code}>"


Operation = Generator[Call, Reply, T]
"""What one method of a client does: it yields calls and receives replies; a refusal is raised inside it."""


def segment(value: str, name: str = "id") -> str:
    """Percent-encode a value as one segment of a path.

    Servers and proxies resolve `.` and `..`, and an empty segment addresses the collection, so that
    `delete("..")` would delete something else: they are refused before anything is sent.

    Raises:
        TypeError: the value is not a text.
        ValueError: the value is empty, `.` or `..`.
    """
    require_text(value, name)
    if value in {"", ".", ".."}:
        raise ValueError(f"{name} must not be empty, '.' or '..'")
    return quote(value, safe="")


def result(call: Call, kind: type[T]) -> Operation[T]:
    """Make one call, and decode the answer into a model."""
    reply = yield call
    return reply.decode(kind)


def given(**fields: Any) -> dict[str, Any]:
    """Give the fields that were passed; None counts as passed, `msgspec.UNSET` does not."""
    return {name: value for name, value in fields.items() if value is not msgspec.UNSET}
