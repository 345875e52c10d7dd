"""Requests to the Homebox API out of pieces that mean something there and pieces that mean nothing anywhere."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.conftest import survivor
from tests.fuzz.strategies import GOOD, carrying, steady
from tests.kit.backstage import Member
from tests.kit.site import Site
from tests.kit.wire import Target

MOUNT = b"/homebox/api/v1"

_OPERATIONS = """
    GET /status, POST /users/register, POST /users/login, GET /users/login/oidc, GET /users/login/oidc/callback,
    POST /users/logout, POST /users/logout/all, GET /users/refresh, GET /users/self, PUT /users/self,
    DELETE /users/self, GET /users/self/settings, PUT /users/self/settings, PUT /users/change-password,
    POST /users/forgot-password, POST /users/reset-password, GET /users/self/api-keys, POST /users/self/api-keys,
    DELETE /users/self/api-keys/*, GET /groups, POST /groups, PUT /groups, DELETE /groups, GET /groups/all,
    GET /groups/members, DELETE /groups/members/*, GET /groups/invitations, POST /groups/invitations,
    POST /groups/invitations/*, DELETE /groups/invitations/*
"""
_UUID = "0198c0de-0000-7000-8000-000000000000"
_ids = st.sampled_from([_UUID, _UUID.upper(), "%ff", "%00", "%ED%A0%80", "%2e%2e", "..", "%2F", "", "a;b", "x" * 300])
_operations = st.builds(
    lambda operation, id: (operation[0], MOUNT + operation[1].replace("*", id).encode("latin-1")),
    st.sampled_from([operation.split() for operation in _OPERATIONS.split(",")]),
    _ids,
)
_queries = st.sampled_from(
    [b""] * 8
    + [b"?tenant=" + _UUID.encode(), b"?tenant=x", b"?tenant=x&tenant=y", b"?provider=local", b"?provider=%ff"]
    + [b"?access_token=x", b"?state=x&code=y", b"?state=%00", b"?" + b"&".join([b"a=b"] * 30)]
)
_CALENDAR = """
    9999-12-31T23:59:59.999999Z 9999-12-31T23:59:59-23:59 0001-01-01T00:00:00Z 0001-01-01T00:00:00+23:59
    1969-12-31T23:59:59Z 2999-01-01T00:00:00Z 2999-01-01 2999-02-30T00:00:00Z
"""
_moments = st.sampled_from(["", *_CALENDAR.split()])
_texts = st.text(max_size=20) | st.sampled_from(["a@x.io", "ä@x.io", "a@", "password", "x" * 300, "\ud800", "\x00"])
_numbers = st.integers() | st.sampled_from([2**63, 2**64, 10**30, -1, 0, 1, 101]) | st.floats()
_values = _texts | _moments | _numbers | st.none() | st.booleans() | st.lists(st.integers(), max_size=2)
_fields = {
    "name": _texts | _values,
    "email": st.sampled_from(["a@x.io", "b@x.io"]) | _values,
    "password": st.just("correct horse battery") | _values,
    "username": st.just("a@x.io") | _values,
    "stayLoggedIn": st.booleans() | _values,
    "token": _values,
    "current": _values,
    "new": _values,
    "currency": st.sampled_from(["EUR", "usd", "XXZ"]) | _values,
    "uses": st.integers(-1, 101) | _numbers | _values,
    "expiresAt": _moments | _values,
}
_cased = st.sampled_from([str, str, str.upper, str.lower])
_objects = st.builds(
    lambda fields, cased: {cased(name): value for name, value in fields.items()},
    st.fixed_dictionaries({}, optional=_fields),
    _cased,
)
_bodies = st.one_of(
    _objects.map(lambda value: json.dumps(value).encode()),
    _objects.map(lambda value: json.dumps(value).encode()),
    st.sampled_from([b"", b"null", b"[]", b"username=a&password=b", b"username=%ff", b"{" * 5_000, b'{"a":' * 5_000]),
    st.binary(max_size=60),
)
_odd = st.binary(max_size=20).filter(lambda raw: not set(raw) & set(b"\r\n\0"))
_kinds = st.sampled_from([b"application/json", b"application/x-www-form-urlencoded", b"text/plain", b""]) | _odd
_cookies = st.sampled_from([b"hb.auth.token=x; hb.auth.remember=", b"hb.auth.token=", b"oidc_state=x", b";;=;"]) | _odd
_headers = st.one_of(
    st.tuples(st.just(b"content-type"), _kinds),
    st.tuples(st.just(b"cookie"), _cookies),
    st.tuples(st.just(b"x-tenant"), st.sampled_from([_UUID.encode(), b"x", b""]) | _odd),
    st.tuples(st.sampled_from([b"sec-websocket-protocol", b"authorization", b"x-forwarded-for", b"host"]), _odd),
)
_signed = st.sampled_from([[(b"authorization", GOOD.encode())]] * 4 + [[]])
_requests = st.builds(
    lambda operation, query, signed, more, body: Target(operation[0], operation[1] + query, [*signed, *more], body),
    _operations,
    _queries,
    _signed,
    st.lists(_headers, max_size=3),
    _bodies,
)


@pytest.fixture(scope="module")
def ada(site: Site) -> Member:
    return survivor(site.stage)


@settings(steady, max_examples=1_000)
@given(request=_requests, pieces=st.integers(1, 3))
def test_no_request_makes_this_api_fail(site: Site, ada: Member, request: Target, pieces: int) -> None:
    answer = site.ask(carrying(request, ada.token), pieces)
    assert answer.status < 500, (request, answer)
    assert site.ask(_own("GET", b"/users/self", ada)).status == 200


@pytest.mark.parametrize("path", [b"/users/self/api-keys", b"/groups/invitations"])
@settings(steady, max_examples=60)
@given(moment=_moments | st.datetimes().map(lambda moment: moment.isoformat() + "Z"))
def test_whatever_end_is_kept_can_be_listed(site: Site, ada: Member, path: bytes, moment: str) -> None:
    body = json.dumps({"name": "n", "uses": 1, "expiresAt": moment}).encode()
    assert site.ask(_own("POST", path, ada, body)).status < 500, moment
    assert site.ask(_own("GET", path, ada)).status == 200, moment


def _own(method: str, path: bytes, member: Member, body: bytes = b"") -> Target:
    return Target(method, MOUNT + path, [(b"authorization", member.token.encode())], body)
