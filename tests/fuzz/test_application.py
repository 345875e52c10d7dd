from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.strategies import carrying, steady, targets
from tests.kit.backstage import Member
from tests.kit.kipu import BASE, check_refusal, target
from tests.kit.site import Site
from tests.kit.wire import Answer, Target


@settings(steady, max_examples=800)
@given(request=targets, pieces=st.integers(1, 3))
def test_no_request_makes_the_application_fail(site: Site, ada: Member, request: Target, pieces: int) -> None:
    answer = site.ask(carrying(request, ada.token), pieces)
    check(answer, request)
    assert site.ask(target("POST", "/authorize", ada.token)).status == 200


def check(answer: Answer, request: Target) -> None:
    """Assert that an answer is lawful, and a refusal one in the shape of the API that was asked."""
    assert answer.status < 500, (request, answer)
    path = request.target.partition(b"?")[0]
    if request.method == "HEAD" or not (path + b"/").startswith(BASE + b"/"):
        return
    if answer.status >= 400:
        check_refusal(answer, answer.status, request.target)
    elif answer.headers.get("content-type") == "application/json":
        answer.json()
    else:
        assert answer.status in {204, 304} or answer.headers["content-type"].startswith("image/")
