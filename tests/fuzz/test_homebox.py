import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.server.domain.principal import CredentialKind, Principal
from gatepost.server.domain.sessions import HOMEBOX
from tests.fuzz.homebox import carrying, targets
from tests.fuzz.strategies import steady
from tests.kit.backstage import Member
from tests.kit.site import Site
from tests.kit.wire import Answer, Target


@pytest.fixture(scope="module")
def principal(ada: Member) -> Principal:
    """Act as somebody who cannot leave."""
    return Principal(ada.id, CredentialKind.BEARER)


@settings(steady, max_examples=1_000)
@given(request=targets, pieces=st.integers(1, 3))
def test_no_request_makes_the_homebox_api_fail(site: Site, principal: Principal, request: Target, pieces: int) -> None:
    # Among the requests are those that end all sessions.
    session = site.stage.call(site.stage.parts.sessions.begin, principal, HOMEBOX, "")
    check(site.ask(carrying(request, session.raw), pieces), request)


def check(answer: Answer, request: Target) -> None:
    """Assert that an answer is lawful, and a refusal one in the shape of this API."""
    assert answer.status < 500, (request, answer)
    if answer.status in {204, 302, 405}:
        assert answer.body == b""
    elif answer.headers["content-type"].startswith("text/plain"):
        assert (answer.status, answer.body) == (404, b"404 page not found\n")
    elif answer.status >= 400:
        assert isinstance(answer.json()["error"], str)
        assert answer.json()["error"].strip()
    else:
        answer.json()
