"""What the calls of this API raise; all extend `ApiError`."""

from gatepost._core.errors import (
    ApiError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    ParsingError,
    UnauthorizedError,
)

__all__ = ["ApiError", "BadRequestError", "ForbiddenError", "NotFoundError", "ParsingError", "UnauthorizedError"]
