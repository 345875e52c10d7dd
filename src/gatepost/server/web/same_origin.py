"""Refuses a change that a page of another site made the browser ask for (cross-site request forgery).

The browser itself says where a request was started, so no token has to be carried in every form:

1. `Sec-Fetch-Site` decides when it is there: pages cannot set it and proxies leave it alone. `none` means that a
   person, not a page, started the request. Browsers send it on https and on loopback addresses only.
2. Else `Origin` decides. Its host is compared with the one the request came to, since people may reach the service
   by a name it does not know of, such as `localhost` for `127.0.0.1`. Where the service is public by https, a plain
   http page does not count as its own.
3. With neither header this is no browser of the last years. Such a caller may do what needs no cookie: there is
   nothing to ride on. With a cookie it may be an old browser that another site is using, and is refused.
"""

from gatepost.server.domain.errors import Forbidden
from gatepost.server.web.asgi import Scope
from gatepost.server.web.requests import header


def require_same_origin(scope: Scope, public_url: str) -> None:
    """Raise Forbidden unless one of our own pages, or no page at all, started this request."""
    site = header(scope, b"sec-fetch-site")
    origin = header(scope, b"origin")
    if site is not None:
        own = site in {b"same-origin", b"none"}
    elif origin is not None:
        own = origin.decode("latin-1").lower() in _own_origins(scope, public_url)
    else:
        own = header(scope, b"cookie") is None
    if not own:
        raise Forbidden("This request was started by another site, so nothing was done.")


def _own_origins(scope: Scope, public_url: str) -> set[str]:
    host = (header(scope, b"host") or b"").decode("latin-1").lower()
    reached = {f"https://{host}"} if public_url.startswith("https:") else {f"https://{host}", f"http://{host}"}
    return reached | {public_url}
