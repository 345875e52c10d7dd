"""The names that the reference document has under `core`."""

from gatepost._core._async import AsyncHttpResponse
from gatepost._core._sync import HttpResponse
from gatepost._core.errors import ApiError, ParsingError
from gatepost._core.files import File
from gatepost._core.options import RequestOptions

__all__ = ["ApiError", "AsyncHttpResponse", "File", "HttpResponse", "ParsingError", "RequestOptions"]
