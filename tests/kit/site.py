"""The whole application in this process, on a database of its own."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gatepost.server.app import build
from gatepost.server.telemetry import configure_logging
from tests.kit.backstage import Backstage, services
from tests.kit.wire import Answer, App, Meanwhile, Target, ask


class Site:
    """An application to send requests to, and the services behind it."""

    def __init__(self, app: App, stage: Backstage) -> None:
        self._app = app
        self.stage = stage

    def ask(self, request: Target, pieces: int = 1, meanwhile: Meanwhile | None = None) -> Answer:
        """Send a request, its body in so many pieces, and wait for the answer; see `wire.ask`."""
        return self.stage.call(ask, self._app, request, pieces, meanwhile)

    def ask_together(self, requests: Sequence[Target]) -> list[Answer]:
        """Send requests at the same time and give their answers in the order of the requests."""

        async def together() -> list[Answer]:
            return await asyncio.gather(*(ask(self._app, request) for request in requests))

        return self.stage.call(together)


@contextmanager
def open_site(data: Path, **settings: str) -> Iterator[Site]:
    """Build the application on `data`; `settings` are environment variables."""
    configure_logging("error", "json")
    with services(data, **settings) as stage:
        yield Site(build(stage.parts), stage)
