"""The Kipu client of either kind, for a server at a URL."""

from collections.abc import Callable
from typing import Any

import pytest

from gatepost.kipu import AsyncHubUserClient, HubUserClient

Connect = Callable[..., Any]


@pytest.fixture
def connect(twin: str) -> Connect:
    """Give the constructor of the client under test, with a token and the server's URL filled in."""

    def make(url: str, **settings: Any) -> Any:
        kind = HubUserClient if twin == "blocking" else AsyncHubUserClient
        return kind(**{"base_url": f"{url}/user-service", "api_key": "pat1", **settings})

    return make
