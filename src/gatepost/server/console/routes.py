"""The site map of the console, as a table."""

from collections.abc import Awaitable, Callable

from litestar import Router

from gatepost.server.console.pages import see_other
from gatepost.server.console.site import Console
from gatepost.server.console.visitors import Visitors
from gatepost.server.domain.principal import Principal
from gatepost.server.web.answers import Answer
from gatepost.server.web.requests import Request
from gatepost.server.web.routing import Operation, operation
from gatepost.server.web.same_origin import require_same_origin

MembersOperation = Callable[[Request, Principal], Awaitable[Answer]]


def routes(console: Console, mount: str) -> Router:
    """Give the routes of the console under `mount`."""
    tokens, visitors = console.tokens, console.visitors
    pages: list[tuple[str, Operation]] = [
        ("/", console.sign_in.home),
        ("/home", console.sign_in.home),  # where the Homebox API sends browsers that come from a provider
        ("/sign-up", console.sign_up.show),
        ("/confirm/{raw:str}", console.confirm.show),
        ("/sign-in", console.sign_in.show),
        ("/forgot-password", console.forgotten.show),
        ("/reset-password", console.forgotten.choose),
        ("/tokens", members_only(visitors, tokens.show)),
        ("/setup/{raw:str}", console.setup.show),
        ("/static/{file:str}", console.assets.serve),
    ]
    # Whoever looks ahead by HEAD must not use up a sign-in.
    ways: list[tuple[str, Operation]] = [
        ("/sign-in/oidc/{provider:str}", console.oidc.start),
        ("/sign-in/oidc/{provider:str}/callback", console.oidc.callback),
    ]
    actions: list[tuple[str, Operation]] = [
        ("/sign-up", console.sign_up.submit),
        ("/confirm/{raw:str}", console.confirm.submit),
        ("/sign-in", console.sign_in.submit),
        ("/sign-out", console.sign_in.sign_out),
        ("/forgot-password", console.forgotten.ask),
        ("/reset-password", console.forgotten.submit),
        ("/tokens", members_only(visitors, tokens.create)),
        ("/tokens/{id:str}/revoke", members_only(visitors, tokens.revoke)),
        ("/tokens/default/rotate", members_only(visitors, tokens.replace_default)),
        ("/setup/{raw:str}", console.setup.submit),
    ]
    return Router(
        mount,
        route_handlers=[
            *(operation("GET", path, call) for path, call in (*pages, *ways)),
            *(operation("HEAD", path, call) for path, call in pages),
            *(operation("POST", path, own_pages_only(console.public_url, call)) for path, call in actions),
        ],
    )


def members_only(visitors: Visitors, call: MembersOperation) -> Operation:
    """Make an operation that lets nobody in who is not signed in, but shows where to."""

    async def guarded(request: Request) -> Answer:
        member = await visitors.member(request)
        return see_other("/sign-in?next=/tokens") if member is None else await call(request, member)

    return guarded


def own_pages_only(public_url: str, call: Operation) -> Operation:
    """Make an operation that refuses what the page of another site sends."""

    async def guarded(request: Request) -> Answer:
        require_same_origin(request.scope, public_url)
        return await call(request)

    return guarded
