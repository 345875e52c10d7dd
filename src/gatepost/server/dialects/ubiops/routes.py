"""The site map of the UbiOps user operations (contract 4), as a table."""

from litestar import Router
from litestar.types import Method

from gatepost.server.dialects.ubiops.handlers import Ubiops
from gatepost.server.web.routing import Operation, operation, with_options

VERSIONS = ("v2.1", "v2")
"""The document and clients up to 4.14 say the first, later clients the second."""


def routes(ubiops: Ubiops, mount: str) -> Router:
    """Give the routes of this API under `mount`."""
    table: list[tuple[Method, Operation]] = [
        ("POST", ubiops.post_user),
        ("GET", ubiops.get_user),
        ("DELETE", ubiops.delete_user),
    ]
    paths = [f"/{version}/user" for version in VERSIONS]
    return Router(mount, route_handlers=with_options([operation(method, paths, call) for method, call in table]))
