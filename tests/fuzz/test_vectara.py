import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.strategies import steady
from tests.fuzz.vectara import BASE, carrying, targets
from tests.kit.backstage import Member
from tests.kit.site import Site
from tests.kit.vectara import CODES, FIELDS, bearer, check_refusal, check_token_refusal, oauth_client
from tests.kit.wire import Answer, Target


@pytest.fixture(scope="module")
def token(site: Site) -> str:
    return bearer(site.stage, oauth_client(site.stage, "owner"))


@settings(steady, max_examples=800)
@given(request=targets, pieces=st.integers(1, 3))
def test_no_request_makes_the_vectara_api_fail(
    site: Site, ada: Member, token: str, request: Target, pieces: int
) -> None:
    check(site.ask(carrying(request, token, ada.token), pieces), request)


def check(answer: Answer, request: Target) -> None:
    """Assert that an answer is lawful, and in the shape of this API wherever the request was for it."""
    assert answer.status < 500, (request, answer)
    path = request.target.partition(b"?")[0]
    if request.method == "HEAD" or not (path + b"/").startswith(BASE + b"/"):
        return
    if answer.status >= 400:
        refusal = check_token_refusal if b"/oauth" in path and "error" in answer.json() else check_refusal
        refusal(answer, answer.status)
    elif answer.status == 204:
        assert answer.body == b""
    elif request.method == "GET" and path == BASE + b"/v2/users":
        assert list(answer.json()) == ["users", "metadata"]
    else:
        assert set(answer.json()) <= {*FIELDS, *CODES, "access_token", "token_type", "expires_in"}
