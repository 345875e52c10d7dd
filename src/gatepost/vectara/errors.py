"""What the calls of this API raise; all extend `ApiError`."""

from typing import Any, Self

import httpx
import msgspec

from gatepost._core import errors
from gatepost._core.bodies import readable_body
from gatepost._core.checks import is_object
from gatepost._core.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    ParsingError,
    TooManyRequestsError,
    UnauthorizedError,
)
from gatepost._core.models import convert
from gatepost.vectara.models import Error

__all__ = [
    "ApiError",
    "BadRequestError",
    "ConflictError",
    "ForbiddenError",
    "NotFoundError",
    "PagingError",
    "ParsingError",
    "TooManyRequestsError",
    "UnauthorizedError",
]

_CLIENT_REFUSED = frozenset({400, 401, 403})


class ForbiddenError(errors.ForbiddenError):
    """403: who asks is known and not permitted.

    Attributes:
        body: an `Error`; of a server that answers in another form what it sent.
    """

    @classmethod
    def of(cls, response: httpx.Response, body: Any) -> Self:
        """Make the error of an answer whose body has been read."""
        return super().of(response, _typed(body))

    def _reason(self) -> str:
        return "; ".join(self.body.messages or ()) if isinstance(self.body, Error) else super()._reason()


class PagingError(ApiError):
    """A list that leads back to a page it has already given, and would never end.

    Attributes:
        page_key: the key that came twice.
    """

    def __init__(self, page_key: str) -> None:
        super().__init__()
        self.page_key = page_key

    def __str__(self) -> str:
        """Say why the list ends here."""
        return "the list leads back to a page it has already given; the server repeats a page_key"


def refusal(response: httpx.Response) -> ApiError:
    """Give the error of an answer of the API that is not a success."""
    if response.status_code == ForbiddenError.default_status:
        return ForbiddenError.of(response, readable_body(response))
    return errors.refusal(response)


def token_refusal(response: httpx.Response) -> ApiError:
    """Give the error of an answer of the token endpoint that is not a success.

    A client that is refused there (RFC 6749, section 5.2, says 400 or 401) is not authorised, whatever it wanted
    from the API. The other statuses must not look like the API's own: a missing endpoint is no missing user.
    """
    kind = UnauthorizedError if response.status_code in _CLIENT_REFUSED else ApiError
    return kind.of(response, readable_body(response))


def _typed(body: Any) -> Any:
    try:
        return convert(body, Error) if is_object(body) and "messages" in body else body
    except msgspec.ValidationError:
        return body
