from collections.abc import Iterator

import pytest

from tests.kit.engines import Install
from tests.kit.site import Site, open_site
from tests.kit.vectara import bearer, oauth_client


@pytest.fixture(scope="session")
def site(install: Install) -> Iterator[Site]:
    with open_site(install("site")) as opened:
        yield opened


@pytest.fixture(scope="session")
def token(site: Site) -> str:
    """Give the token of a program that may do everything, beside an owner who stays."""
    site.stage.member(roles=("owner",))
    return bearer(site.stage, oauth_client(site.stage, "owner"))
