"""The whole application in this process, on a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gatepost.server.app import build
from tests.kit.backstage import Backstage, backstage
from tests.kit.wire import Answer, App, Target, ask


class Site:
    """An application to send requests to, and the services behind it."""

    def __init__(self, app: App, stage: Backstage) -> None:
        self._app = app
        self.stage = stage

    def ask(self, request: Target, pieces: int = 1) -> Answer:
        """Send a request, its body in so many pieces, and wait for the answer."""
        return self.stage.call(ask, self._app, request, pieces)


@contextmanager
def open_site(data: Path, **settings: str) -> Iterator[Site]:
    """Build the application on `data`; `settings` are environment variables."""
    with backstage(data, **settings) as stage:
        yield Site(build(stage.parts), stage)
