from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.service.mail.authority import Authority
from tests.service.mail.servers import PostOffice, running


@pytest.fixture(
    scope="session",
    params=[False, True],
    ids=["asyncio", "uvloop"],
)
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Run on both event loops: connections and TLS fail in different words on each."""
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def open_office() -> Iterator[Callable[..., PostOffice]]:
    """Start post offices that close with the test."""
    with ExitStack() as opened:

        def open_(office: PostOffice | None = None, **parameters: Any) -> PostOffice:
            return opened.enter_context(running(office or PostOffice(), **parameters))

        yield open_
