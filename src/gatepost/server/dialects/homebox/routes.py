"""The site map of the Homebox user API (contract 3), as a table."""

from litestar import Router
from litestar.types import Method

from gatepost.server.dialects.homebox.dialect import Homebox
from gatepost.server.dialects.homebox.oidc import CALLBACK, START
from gatepost.server.dialects.homebox.patience import slowing
from gatepost.server.web.routing import Operation, operation, with_options

PASSWORD_PATHS = ["/v1/users/self/change-password", "/v1/users/change-password"]
"""Where the original has it, and where its document and its client look for it."""


def routes(homebox: Homebox, mount: str) -> Router:
    """Give the routes of this API under `mount`."""
    accounts, sessions, passwords, keys = homebox.accounts, homebox.sessions, homebox.passwords, homebox.keys
    groups, invitations, oidc, limiter = homebox.groups, homebox.invitations, homebox.oidc, homebox.limiter
    table: list[tuple[Method, str | list[str], Operation]] = [
        ("GET", "/v1/status", accounts.get_status),
        ("POST", "/v1/users/register", accounts.register),
        ("POST", "/v1/users/login", slowing(limiter, "login", sessions.login)),
        ("GET", START, oidc.start),
        ("GET", CALLBACK, oidc.callback),
        ("POST", "/v1/users/logout", sessions.logout),
        ("POST", "/v1/users/logout/all", sessions.logout_all),
        ("GET", "/v1/users/refresh", sessions.refresh),
        ("GET", "/v1/users/self", accounts.get_self),
        ("PUT", "/v1/users/self", accounts.put_self),
        ("DELETE", "/v1/users/self", accounts.delete_self),
        ("GET", "/v1/users/self/settings", accounts.get_settings),
        ("PUT", "/v1/users/self/settings", accounts.put_settings),
        ("PUT", PASSWORD_PATHS, passwords.change),
        ("POST", "/v1/users/forgot-password", slowing(limiter, "forgot-password", passwords.forgot)),
        ("POST", "/v1/users/reset-password", slowing(limiter, "reset-password", passwords.set_forgotten)),
        ("GET", "/v1/users/self/api-keys", keys.list_own),
        ("POST", "/v1/users/self/api-keys", keys.create),
        ("DELETE", "/v1/users/self/api-keys/{id:str}", keys.delete),
        ("GET", "/v1/groups", groups.show),
        ("POST", "/v1/groups", groups.create),
        ("PUT", "/v1/groups", groups.change),
        ("DELETE", "/v1/groups", groups.delete),
        ("GET", "/v1/groups/all", groups.list_own),
        ("GET", "/v1/groups/members", groups.members),
        ("DELETE", "/v1/groups/members/{user_id:str}", groups.remove_member),
        ("GET", "/v1/groups/invitations", invitations.list_of_group),
        ("POST", "/v1/groups/invitations", invitations.create),
        ("POST", "/v1/groups/invitations/{id:str}", invitations.accept),
        ("DELETE", "/v1/groups/invitations/{id:str}", invitations.withdraw),
    ]
    return Router(mount, route_handlers=with_options([operation(method, path, call) for method, path, call in table]))
