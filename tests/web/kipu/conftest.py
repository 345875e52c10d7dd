"""The application in this process, and somebody whose belongings no refused request may touch."""

from collections.abc import Callable, Iterator

import pytest

from tests.kit.backstage import Member
from tests.kit.engines import Install
from tests.kit.kipu import check_refusal
from tests.kit.pictures import picture
from tests.kit.site import Site, open_site
from tests.kit.wire import Target

Watch = Callable[[], int]


@pytest.fixture(scope="session")
def site(install: Install) -> Iterator[Site]:
    with open_site(install("site")) as opened:
        yield opened


@pytest.fixture(scope="session")
def ada(site: Site) -> Member:
    """Make a member who has everything that could be lost: a profile, a picture, two tokens and a default one."""
    stage = site.stage
    member = stage.member(first_name="Ada", last_name="Lovelace", roles=("owner",))
    own = stage.principal(member)
    stage.call(stage.parts.profiles.change, own, {"current_position": "Countess", "homepage": "http://h", "about": "a"})
    stage.call(stage.parts.profiles.put_image, own, picture())
    stage.call(stage.parts.tokens.create, own, "second", None)
    stage.call(stage.parts.tokens.list_own, own)
    return member


class Refusals:
    """Sends requests that must be refused without a trace."""

    def __init__(self, site: Site, watch: Watch) -> None:
        self._site = site
        self._watch = watch

    def __call__(self, request: Target, status: int, pieces: int = 1) -> str:
        """Assert the status, the shape of the body and that nothing was written; give the message."""
        before = self._watch()
        message = check_refusal(self._site.ask(request, pieces), status, request.target)
        assert self._watch() == before
        return message


@pytest.fixture(scope="session")
def watch(site: Site) -> Iterator[Watch]:
    """Give a number that moves with every commit of anybody else that wrote something."""
    with site.stage.storage.watched() as watch:
        yield watch


@pytest.fixture(scope="session")
def refused(site: Site, ada: Member, watch: Watch) -> Refusals:
    return Refusals(site, watch)
