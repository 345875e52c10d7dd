"""The site map of the Vectara user operations (contract 3), as a table."""

from litestar import Router
from litestar.types import Method

from gatepost.server.dialects.vectara.errors import Wording
from gatepost.server.dialects.vectara.handlers import Users
from gatepost.server.dialects.vectara.tokens import TokenEndpoint
from gatepost.server.web.routing import Operation, operation, with_options

TOKEN_PATHS = ["/oauth2/token", "/oauth/token"]
"""Clients use the first; the API's description says the second."""

USER = "/v2/users/{username:str}"


def routes(users: Users, tokens: TokenEndpoint, wording: Wording, mount: str) -> Router:
    """Give the routes of this API under `mount`."""
    table: list[tuple[Method, str, Operation]] = [
        ("POST", "/v2/users", users.post_user),
        ("GET", USER, users.get_user),
        ("PATCH", USER, users.patch_user),
        ("DELETE", USER, users.delete_user),
        ("POST", f"{USER}/reset_password", users.post_reset),
    ]
    handlers = [operation(method, path, wording.explaining(call)) for method, path, call in table]
    listing = operation("GET", "/v2/users", wording.explaining(users.get_users, "corpus_key"))
    granting = operation("POST", TOKEN_PATHS, tokens.post)
    return Router(mount, route_handlers=with_options([*handlers, listing, granting]))
