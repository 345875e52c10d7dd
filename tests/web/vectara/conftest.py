"""The application in this process, who may ask it, and requests to it that must leave no trace."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.kit.backstage import Member
from tests.kit.engines import Install
from tests.kit.site import Site, open_site
from tests.kit.vectara import bearer, check_refusal, oauth_client
from tests.kit.wire import Target

Refused = Callable[[Target, int], dict[str, Any]]


@pytest.fixture(scope="session")
def site(install: Install) -> Iterator[Site]:
    with open_site(install("site")) as opened:
        yield opened


@pytest.fixture(scope="session")
def owner(site: Site) -> Member:
    """Give an owner, so that there always is one."""
    return site.stage.member("owner@example.org", roles=("owner",))


@pytest.fixture(scope="session")
def token(site: Site, owner: Member) -> str:
    """Give the access token of a program that may do everything."""
    return bearer(site.stage, oauth_client(site.stage, "owner"))


@pytest.fixture(scope="session")
def refused(site: Site) -> Iterator[Refused]:
    """Give a function that asserts the refusal of a request, and that nothing was written; it gives the body."""
    with site.stage.storage.watched() as watch:

        def refuse(request: Target, status: int) -> dict[str, Any]:
            before = watch()
            body = check_refusal(site.ask(request), status)
            assert watch() == before
            return body

        yield refuse
