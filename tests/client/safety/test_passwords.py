"""Passwords that a caller gives to a method are in no variable on the way of the error that it raises."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from gatepost.directory import HomeboxDirectory, UbiOpsDirectory
from gatepost.homebox import ChangePassword, HomeboxClient, UserRegistration
from gatepost.ubiops import ApiClient, Configuration, CoreApi, UserPendingCreate
from gatepost.ubiops.errors import ApiConnectionError
from tests.kit.leaks import chain, kept, traces
from tests.kit.scripted import refused

PASSWORD = "s3cr3t-password"


def homebox() -> HomeboxClient:
    return HomeboxClient(f"{refused()}/api", "t0ken", max_retries=0)


def ubiops() -> CoreApi:
    configuration = Configuration(host=f"{refused()}/v2.1")
    configuration.api_key["Authorization"] = "Token t0ken"
    return CoreApi(ApiClient(configuration))


CALLS: dict[str, Callable[[], Any]] = {
    "homebox log in": lambda: homebox().login("ann@x.io", PASSWORD),
    "homebox register": lambda: homebox().users.register_new_user(
        UserRegistration(email="ann@x.io", name="Ann", password=PASSWORD)
    ),
    "homebox change": lambda: homebox().users.change_password(ChangePassword(current=PASSWORD, new=PASSWORD)),
    "ubiops create": lambda: ubiops().user_create(UserPendingCreate(email="ann@x.io", password=PASSWORD)),
    "ubiops create from a dictionary": lambda: ubiops().user_create({"email": "ann@x.io", "password": PASSWORD}),
    "directory of homebox": lambda: HomeboxDirectory(homebox()).create("ann@x.io", password=PASSWORD),
    "directory of ubiops": lambda: UbiOpsDirectory(ubiops()).create("ann@x.io", password=PASSWORD),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_no_error_shows_a_password(call: Callable[[], Any]) -> None:
    with pytest.raises((httpx.ConnectError, ApiConnectionError)) as failed:
        call()
    texts = [*traces(failed.value), *(text for one in chain(failed.value) for text in kept(one))]
    assert [text for text in texts if PASSWORD in text] == []
