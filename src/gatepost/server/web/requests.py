"""Reading requests strictly: headers, parameters and bodies."""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote_to_bytes

import litestar
import msgspec
from litestar.exceptions import HTTPException, InternalServerException

from gatepost.server.domain.errors import Invalid, NotFound
from gatepost.server.domain.flows import ProviderAnswer
from gatepost.server.web.asgi import Scope
from gatepost.server.web.incoming import has_body

_FIELD = re.compile(r"`\$\.(\w+)|required field `(\w+)`$")

T = TypeVar("T")

Request = litestar.Request[Any, Any, Any]
"""The framework's request, without a user, an authentication or a state of its own."""

JSON = "application/json"
MOST_PARAMETERS = 20


def header(scope: Scope, name: bytes) -> bytes | None:
    """Give the value of a header (lower-case name); the last one when it is sent twice."""
    found = None
    for key, value in scope["headers"]:
        if key == name:
            found = value
    return found


def path_text(request: Request, name: str) -> str:
    """Give a path parameter, decoded once from its raw segment; raises NotFound when it is not UTF-8.

    Where a fixed path shadows the parameter (`/users/batch` beside `/users/{id}`) it is that path's last segment.
    """
    raw = request.path_params.get(name)
    return _decoded(raw) if raw else last_segment(request.scope)


def last_segment(scope: Scope) -> str:
    """Give the last segment of a path that is still raw, decoded once; raises NotFound when it is not UTF-8."""
    return _decoded(scope["path"].rpartition("/")[2])


def _decoded(segment: str) -> str:
    # Paths are bytes that the front door has made characters of, one by one.
    try:
        return unquote_to_bytes(segment.encode("latin-1")).decode()
    except UnicodeDecodeError:
        raise NotFound("There is nothing at this address.") from None


def device_of(request: Request) -> str:
    """Give what the client calls itself."""
    return request.headers.get("user-agent", "")


def provider_answer(request: Request) -> ProviderAnswer:
    """Read what an OIDC provider sent the browser back with; raises Invalid for a query that says it twice."""
    state, code, error, issuer = (query_parameter(request, name) for name in ("state", "code", "error", "iss"))
    return ProviderAnswer(state, code, error, issuer)


def query_parameter(request: Request, name: str) -> str | None:
    """Give a query parameter, form-decoded; raises Invalid when the query is not UTF-8 or the name is repeated."""
    raw: bytes = request.scope["query_string"]
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise Invalid("The query string is not valid UTF-8 form encoding.") from None
    values = [value for key, value in pairs if key == name]
    if len(values) > 1:
        raise Invalid(f"{name} is given more than once.", name)
    return values[0] if values else None


async def whole_body(request: Request) -> bytes:
    """Give the body; raises Invalid when it ends before it should, as when the client hangs up."""
    try:
        return await request.body()
    except InternalServerException:
        raise Invalid("The body ends too early.") from None


async def judged(request: Request, judge: Callable[[Request], Awaitable[T]]) -> T:
    """Give what `judge` finds out about the caller of a request once all of it is there.

    It is asked before the body is read, so that strangers need not send theirs, and again afterwards: a body may take
    minutes to come, and a credential that ended meanwhile must not act.
    """
    found = await judge(request)
    if found is None or not has_body(request.scope):
        return found
    await whole_body(request)
    return await judge(request)


def require_json(request: Request) -> None:
    """Raise the framework's 415 for a body that claims to be something else than JSON; it may claim nothing."""
    kind = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    if kind != JSON:
        raise HTTPException(status_code=HTTPStatus.UNSUPPORTED_MEDIA_TYPE.value)


async def json_body(request: Request, shape: type[T]) -> T:
    """Decode the JSON body into `shape`; raises Invalid with the place of the first mistake."""
    body = await whole_body(request)
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise Invalid(f"The body does not fit: {error}.", _field_in(str(error))) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Invalid("The body is not valid JSON.") from None


def _field_in(mistake: str) -> str | None:
    """Find the field of the body that a mistake is in, None when it is the body itself."""
    found = _FIELD.search(mistake)
    return found and (found[1] or found[2])
