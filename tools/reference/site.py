"""The built application, as the pages about HTTP look at it."""

import asyncio
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, cast

from litestar import Litestar
from litestar.routes import HTTPRoute

from gatepost.server.app import build
from gatepost.server.config import Settings
from gatepost.server.parts import open_parts
from gatepost.server.web.front import Front
from gatepost.server.web.surfaces import Surface

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
"""In the order of the pages; the framework answers OPTIONS by itself."""


class Route(NamedTuple):
    """One operation: its surface, its method, and its path as the public sees it."""

    surface: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Site(NamedTuple):
    """What is served with the default settings."""

    surfaces: list[Surface]
    routes: list[Route]


@cache
def site() -> Site:
    """Build the application on a database of its own, and read its tables."""
    return asyncio.run(_site())


async def _site() -> Site:
    with TemporaryDirectory() as folder:
        async with open_parts(Settings(data=Path(folder))) as parts:
            front = cast("Front", build(parts))
    # The tables are private, as nothing but this page reads them.
    surfaces, app = list(front._surfaces), cast("Litestar", front._app)  # noqa: SLF001  see above
    return Site(surfaces, list(_routes(surfaces, app)))


def _routes(surfaces: list[Surface], app: Litestar) -> Iterator[Route]:
    for route in app.routes:
        surface = next(surface for surface in surfaces if f"{route.path_format}/".startswith(f"{surface.mount}/"))
        public = surface.prefix + route.path_format.removeprefix(surface.mount)
        methods = cast("HTTPRoute", route).route_handler_map.keys() - {"OPTIONS"}
        yield from (Route(surface.name, method, public or "/") for method in sorted(methods, key=METHODS.index))
