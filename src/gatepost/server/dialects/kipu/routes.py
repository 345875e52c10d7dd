"""The site map of the Kipu user-service (contract 2), as a table."""

from litestar import Router
from litestar.types import Method

from gatepost.server.dialects.kipu.handlers import Kipu
from gatepost.server.web.routing import Operation, operation, with_options


def routes(kipu: Kipu, mount: str, max_image_bytes: int) -> Router:
    """Give the routes of this API under `mount`; `max_image_bytes` bounds the body of an image upload."""
    table: list[tuple[Method, str | list[str], Operation]] = [
        ("GET", "/me", kipu.get_me),
        ("PUT", "/me", kipu.put_me),
        ("DELETE", "/me", kipu.delete_me),
        ("DELETE", "/me/profile-image", kipu.delete_image),
        ("GET", "/me/access-tokens", kipu.get_tokens),
        ("POST", "/me/access-tokens", kipu.post_token),
        ("PUT", "/me/access-tokens/default", kipu.put_default_token),
        ("DELETE", ["/me/access-tokens/{id:str}", "/me/access-tokens/default"], kipu.delete_token),
        ("POST", "/authorize", kipu.post_authorize),
        ("POST", "/users/batch", kipu.post_batch),
        ("GET", ["/users/{id:str}", "/users/batch"], kipu.get_user),
        ("HEAD", ["/users/{id:str}", "/users/batch"], kipu.head_user),
        ("GET", "/users/{id:str}/profile-image", kipu.get_user_image),
        ("GET", "/user-registration-status", kipu.get_status),
        ("GET", "/search", kipu.get_search),
    ]
    handlers = [operation(method, path, call) for method, path, call in table]
    upload = operation("POST", "/me/profile-image", kipu.post_image, max_body_bytes=max_image_bytes)
    return Router(mount, route_handlers=with_options([*handlers, upload]))
