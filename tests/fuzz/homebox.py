"""Requests to the Homebox API out of pieces that mean something there and pieces that mean nothing anywhere."""

import json

from hypothesis import strategies as st

from tests.kit.wire import Target

BASE = b"/homebox/api/v1"
GOOD = "the session of the survivor"
"""Stands for a token that works, wherever a request carries one."""

_OPERATIONS = """
    GET /status, POST /users/register, POST /users/login, GET /users/login/oidc, GET /users/login/oidc/callback,
    POST /users/logout, POST /users/logout/all, GET /users/refresh, GET /users/self, PUT /users/self,
    GET /users/self/settings, PUT /users/self/settings, PUT /users/self/change-password, PUT /users/change-password,
    POST /users/forgot-password, POST /users/reset-password, GET /users/self/api-keys, POST /users/self/api-keys,
    DELETE /users/self/api-keys/*, GET /groups, POST /groups, PUT /groups, DELETE /groups, GET /groups/all,
    GET /groups/members, POST /groups/members, DELETE /groups/members/*, GET /groups/invitations,
    POST /groups/invitations, POST /groups/invitations/*, DELETE /groups/invitations/*, GET /*, PATCH /users/self
"""
_NOBODY = "0198c0de-0000-7000-8000-000000000000"
_ids = st.sampled_from([_NOBODY, _NOBODY.upper(), "abc", "%00", "%ff", "%ED%A0%80", "..", "", "A" * 26, "%C3%A9"])
_addresses = st.builds(
    lambda operation, id: (operation[0], BASE + operation[1].replace("*", id).encode()),
    st.sampled_from([operation.split() for operation in _OPERATIONS.split(",")]),
    _ids,
)
_values = st.sampled_from(["a", "", "%00", "%ff", "local", "oidc", _NOBODY, "%ED%A0%80", "x" * 300, "=", "%"])
_names = st.sampled_from(["provider", "access_token", "tenant", "code", "state", "error", "iss", "x", "%71"])
_queries = st.lists(st.tuples(_names, _values), max_size=3).map(
    lambda pairs: ("?" * bool(pairs) + "&".join(f"{name}={value}" for name, value in pairs)).encode()
)

_text = st.text(max_size=12) | st.sampled_from(["ann@example.com", "\ud800", "\x00", "x" * 300, " ", "EUR", "a secret"])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_times = st.datetimes().map(lambda moment: moment.isoformat() + "Z") | st.sampled_from(
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2027-01-01", "", "x"]
)
_MEMBERS = "name email password token username current new currency stayLoggedIn"
_objects = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(_MEMBERS.split(), _text | _json),
        "EMAIL": _text,
        "uses": st.integers(-2, 200) | _json,
        "expiresAt": _times | _json,
    },
)
_bodies = (_objects | _objects | _json).map(lambda value: json.dumps(value).encode()) | st.sampled_from(
    [b"", b"{", b"null", b'{"name":' * 3_000, b"username=a&password=b", b"username=%ff", b"\xff", b'{"uses":1e999}']
)

_odd = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=20).map(
    lambda text: text.encode("latin-1")
)
_kinds = st.sampled_from(
    [b"application/json", b"application/json; charset=utf-8", b"application/x-www-form-urlencoded"]
)
_cookies = st.sampled_from(
    [
        b"hb.auth.token=x; hb.auth.remember=true",
        b"oidc_state=a; oidc_nonce=b",
        b"hb.auth.token=\xff; hb.auth.remember=",
        b";=",
    ]
)
_more = st.one_of(
    st.tuples(st.just(b"content-type"), _kinds | _odd),
    st.tuples(st.just(b"cookie"), _cookies | _odd),
    st.tuples(st.just(b"x-tenant"), st.just(_NOBODY.encode()) | _odd),
    st.tuples(st.sampled_from([b"origin", b"sec-fetch-site", b"sec-websocket-protocol", b"user-agent", b"host"]), _odd),
)
_credentials = st.sampled_from([[b"Bearer " + GOOD.encode()]] * 12 + [[], [b"x"], [b"Bearer "], [b"\xff"]])
_headers = st.builds(
    lambda credentials, more: [*((b"authorization", credential) for credential in credentials), *more],
    _credentials,
    st.lists(_more, max_size=3),
)

targets = st.builds(
    lambda address, query, sent, body: Target(
        address[0], address[1] + b"?" + query if query else address[1], sent, body
    ),
    _addresses,
    _queries,
    _headers,
    _bodies,
)


def carrying(request: Target, token: str) -> Target:
    """Put a real token where `GOOD` stands for one."""
    sent = [(name, value.replace(GOOD.encode(), token.encode())) for name, value in request.headers]
    return Target(request.method, request.target, sent, request.body)
