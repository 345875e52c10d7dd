"""Requests to the Vectara API out of pieces that mean something there and pieces that mean nothing anywhere."""

import json
from urllib.parse import urlencode

from hypothesis import strategies as st

from tests.kit.wire import Target

BASE = b"/vectara"
GOOD = "the token of the program"
KEY = "the key of the survivor"
"""They stand for credentials that work, wherever a request carries one."""

_OPERATIONS = """
    GET /v2/users, GET /v2/users, GET /v2/users, POST /v2/users, POST /v2/users, POST /v2/users, GET /v2/users/*,
    PATCH /v2/users/*, PATCH /v2/users/*, PATCH /v2/users/*, DELETE /v2/users/*, POST /v2/users/*/reset_password,
    POST /oauth2/token, POST /oauth/token, GET /oauth2/token, PUT /v2/users, PATCH /v2/users, GET /v2/*, POST /*,
    GET /v2/users/*/reset_password, HEAD /v2/users, OPTIONS /v2/users, FOO /v2/users/*
"""
_names = st.sampled_from(
    ["ann", "ben", "a%2Fb", "a/b", "%2e%2e", "..", "", "%00", "%ff", "%ED%A0%80", "%", "%zz", "+", "%40", "%C3%A9"]
) | st.text(st.characters(codec="latin-1", exclude_characters="?# \r\n"), max_size=8)
_addresses = st.builds(
    lambda operation, name: (operation[0], BASE + operation[1].replace("*", name).encode("latin-1")),
    st.sampled_from([operation.split() for operation in _OPERATIONS.split(",")]),
    _names,
)
_values = st.sampled_from(
    [
        "1",
        "0",
        "101",
        "-1",
        "10",
        "abc",
        "1e2",
        "٣",
        "",
        "%00",
        "%ff",
        "k",
        "my+docs",
        "c" * 60,
        "eyJ+/=",
        "%",
        "=",
        "&&",
    ]
)
_queries = st.lists(
    st.tuples(st.sampled_from(["limit", "page_key", "corpus_key", "x", "", "%71"]), _values), max_size=3
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs).encode())

_text = st.text(max_size=12) | st.sampled_from(
    ["ann@example.com", "ann", "ben", "\ud800", "\x00", "x" * 300, " ", "owner", "viewer", "corpus_admin", "k", "🙂"]
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_roles = st.lists(
    st.fixed_dictionaries({"corpus_key": _text, "agent_key": _text, "role": _text | _json}) | _json, max_size=3
)
_users = st.fixed_dictionaries(
    {},
    optional={
        "email": st.sampled_from(["ann@example.com", "ben@example.com"]) | _json,
        "username": st.sampled_from(["ann", "ben"]) | _json,
        "description": _json,
        "enabled": st.booleans() | _json,
        "api_roles": st.lists(_text, max_size=3) | _json,
        "corpus_roles": _roles | _json,
        "agent_roles": _roles | _json,
        "id": _json,
    },
)
_grants = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("client_id", "client_secret", "grant_type", "scope"), _text | _json)
)
_bodies = st.one_of(
    (_users | _users | _json | _grants).map(lambda value: json.dumps(value).encode()),
    st.dictionaries(
        st.sampled_from(["client_id", "client_secret", "grant_type", "x"]), st.text("aé+%&", max_size=6)
    ).map(lambda pairs: urlencode(pairs).encode()),
    st.sampled_from(
        [b"", b"{", b"null", b'{"email":' * 3_000, b"client_id=%ff", b"\xff", b'{"enabled":1e999}', b"&=&"]
    ),
)

_odd = st.binary(max_size=20).filter(lambda raw: not set(raw) & set(b"\r\n\0"))
_kinds = st.sampled_from(
    [b"application/json", b"application/json; charset=utf-8", b"application/x-www-form-urlencoded", b"text/plain", b""]
)
_more = st.one_of(
    st.tuples(st.just(b"content-type"), _kinds | _odd),
    st.tuples(st.sampled_from([b"request-timeout", b"request-timeout-millis"]), st.sampled_from([b"5", b"0", b"x"])),
    st.tuples(st.just(b"x-api-key"), st.just(KEY.encode()) | _odd),
    st.tuples(st.just(b"authorization"), st.sampled_from([b"Bearer ", b"Basic Og==", b"Basic x", b"x"]) | _odd),
    st.tuples(st.sampled_from([b"x-forwarded-for", b"cookie", b"accept", b"origin", b"host"]), _odd),
)
_credentials = st.sampled_from(
    [[(b"authorization", b"Bearer " + GOOD.encode())]] * 8 + [[(b"x-api-key", KEY.encode())]] * 4 + [[]]
)
_headers = st.builds(lambda credentials, more: [*credentials, *more], _credentials, st.lists(_more, max_size=3))

targets = st.builds(
    lambda address, query, sent, body: Target(
        address[0], address[1] + b"?" + query if query else address[1], sent, body
    ),
    _addresses,
    _queries,
    _headers,
    _bodies,
)


def carrying(request: Target, token: str, key: str) -> Target:
    """Put real credentials where `GOOD` and `KEY` stand for them."""
    sent = [
        (name, value.replace(GOOD.encode(), token.encode()).replace(KEY.encode(), key.encode()))
        for name, value in request.headers
    ]
    return Target(request.method, request.target, sent, request.body)
