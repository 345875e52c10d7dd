"""Requests to the UbiOps API out of pieces that mean something there and pieces that mean nothing anywhere."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.strategies import steady
from tests.kit.backstage import Member
from tests.kit.kipu import FOREIGN
from tests.kit.site import Site
from tests.kit.ubiops import PASSWORD, USER, check_limits, check_refusal, target
from tests.kit.wire import Answer, Target

GOOD = "the token of the survivor"
"""Stands for a token that works, wherever a request carries one."""

_texts = st.text(max_size=20) | st.sampled_from(["a@x.io", "ä@x.io", "a@", PASSWORD, "password", "x" * 300, "\ud800"])
_values = _texts | st.none() | st.booleans() | st.integers() | st.floats() | st.lists(st.integers(), max_size=2)
_members = dict.fromkeys(("name", "surname", "phone", "terms_conditions", "id"), _values)
_objects = st.fixed_dictionaries(
    {"email": st.sampled_from(["a@x.io", "b@x.io"]) | _values, "password": st.just(PASSWORD) | _values},
    optional=_members,
)
_bodies = st.one_of(
    _objects.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.text(max_size=8), _values, max_size=3).map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=60),
)
_odd = st.binary(max_size=20).filter(lambda raw: not set(raw) & set(b"\r\n\0"))
_schemes = st.sampled_from([b"Token ", b"Bearer ", b"token ", b"", b"Token  ", b"Token\t"]) | _odd
_tokens = st.sampled_from([GOOD.encode()] * 3 + [FOREIGN.encode(), b"", b"\xff"]) | _odd
_headers = st.lists(
    st.one_of(
        st.builds(lambda scheme, token: (b"authorization", scheme + token), _schemes, _tokens),
        st.tuples(st.just(b"content-type"), st.sampled_from([b"application/json", b"text/plain", b""]) | _odd),
        st.tuples(st.sampled_from([b"x-forwarded-for", b"cookie", b"accept", b"x-ratelimit-reset"]), _odd),
    ),
    max_size=4,
)
_methods = st.sampled_from(["POST"] * 6 + ["GET", "GET", "DELETE", "DELETE", "PUT", "HEAD", "OPTIONS", "FOO"])
_tails = st.sampled_from([b""] * 8 + [b"/", b"?x=%ff", b"?", b"/x", b"%20", b"/..", b"/%2e%2e", b"%00"]) | _odd
_paths = st.builds(
    lambda path, tail: path + tail,
    st.sampled_from([USER, USER, b"/ubiops/v2/user", b"/ubiops/v2.1", b"/ubiops"]),
    _tails,
)
_requests = st.builds(Target, _methods, _paths, _headers, _bodies)


@settings(steady, max_examples=600)
@given(request=_requests, pieces=st.integers(1, 3))
def test_no_request_makes_this_api_fail(site: Site, ada: Member, request: Target, pieces: int) -> None:
    sent = [(name, value.replace(GOOD.encode(), ada.token.encode())) for name, value in request.headers]
    check(site.ask(Target(request.method, request.target, sent, request.body), pieces), request)
    assert site.ask(target("GET", ada.token)).status == 200


def check(answer: Answer, request: Target) -> None:
    """Assert that an answer is lawful, and in the shape of this API wherever the request was for it."""
    assert answer.status < 500, (request, answer)
    path = request.target.partition(b"?")[0]
    if not (path + b"/").startswith(b"/ubiops/"):
        return
    if answer.status >= 400:
        check_refusal(answer, answer.status)
        return
    assert answer.status in {200, 201, 204}
    check_limits(answer)
