"""The application in this process, and requests to it that must leave no trace."""

from collections.abc import Callable, Iterator

import pytest

from tests.kit.backstage import Member
from tests.kit.engines import Install
from tests.kit.site import Site, open_site
from tests.kit.ubiops import check_refusal
from tests.kit.wire import Target

Refused = Callable[[Target, int], str]


@pytest.fixture(scope="session")
def site(install: Install) -> Iterator[Site]:
    with open_site(install("site")) as opened:
        yield opened


@pytest.fixture(scope="session")
def ada(site: Site) -> Member:
    return site.stage.member(first_name="Ada", last_name="Lovelace", roles=("owner",))


@pytest.fixture(scope="session")
def refused(site: Site) -> Iterator[Refused]:
    """Give a function that asserts the refusal of a request, and that nothing was written; it gives the message."""
    with site.stage.storage.watched() as watch:

        def refuse(request: Target, status: int) -> str:
            before = watch()
            message = check_refusal(site.ask(request), status)
            assert watch() == before
            return message

        yield refuse
