"""A service to make calls of, without anything behind it."""

from collections.abc import Callable
from typing import Any

import pytest

from gatepost._core.secrets import Secret
from gatepost._core.service import Service, Static, service

Remote = Callable[..., Service]


@pytest.fixture
def remote() -> Remote:
    """Give a function that describes a service, entered with a token; settings as `service` takes them."""

    def make(base_url: str = "https://api.example/v1", **settings: Any) -> Service:
        return service(base_url, Static({"X-Auth-Token": Secret("pat1")}), **settings)

    return make
