"""What the calls of this API raise; all extend `ApiError`."""

from gatepost._core.checks import is_object
from gatepost._core.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    ParsingError,
    TooManyRequestsError,
    UnauthorizedError,
    UnprocessableEntityError,
)

__all__ = [
    "ApiError",
    "BadRequestError",
    "ConflictError",
    "ForbiddenError",
    "NotFoundError",
    "ParsingError",
    "RejectedInputError",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnprocessableEntityError",
]

SERVER_ERROR = 500


class RejectedInputError(BadRequestError):
    """500 by which Homebox says that the input breaks a rule: at registration, a changed profile or password."""

    def _reason(self) -> str:
        return f"the input was rejected: {super()._reason()}"


def understood(error: ApiError) -> ApiError:
    """Give what an error of those calls means: a rejection for a 500 with a reason, otherwise the error itself."""
    if error.status_code != SERVER_ERROR or not is_object(error.body) or not error.body.get("error"):
        return error
    return RejectedInputError(error.body, error.headers, status_code=error.status_code, asked=error.asked)
