"""Where the reference document says that `ApiError` is."""

from gatepost._core.errors import ApiError

__all__ = ["ApiError"]
