"""Requests out of pieces that mean something here and pieces that mean nothing anywhere.

The examples are the same in every run, so that a failure is found again and a success is no luck.
"""

import json

from hypothesis import settings
from hypothesis import strategies as st

from tests.kit.kipu import BASE, FOREIGN
from tests.kit.pictures import picture, png_claiming
from tests.kit.wire import Target

GOOD = "the token of the survivor"
"""Stands for a token that works, wherever a request carries one."""

steady = settings(derandomize=True, database=None, deadline=None)

methods = st.sampled_from(
    ["GET", "GET", "GET", "POST", "POST", "PUT", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "FOO"]
)

_words = ["me", "users", "batch", "search", "authorize", "access-tokens", "default", "profile-image", "~kipu"]
_words += [
    "user-registration-status",
    "u1",
    "t1",
    "",
    ".",
    "..",
    "%2e%2e",
    "%2F",
    "%00",
    "%ff",
    "%",
    "%zz",
    "%ED%A0%80",
]
_segments = st.sampled_from(_words) | st.text(st.characters(codec="latin-1"), max_size=8)
_routes = [
    "/me",
    "/me/access-tokens",
    "/me/access-tokens/default",
    "/me/access-tokens/t",
    "/me/profile-image",
    "/search",
]
_routes += ["/users/u", "/users/batch", "/users/u/profile-image", "/user-registration-status", "/authorize"]
_prefixes = st.sampled_from([BASE.decode()] * 8 + ["", "/kipu", "/KIPU/user-service", "//kipu/user-service", "/~kipu"])
paths = st.builds(
    lambda prefix, route, rest: (prefix + route + "".join(f"/{segment}" for segment in rest)).encode("latin-1"),
    _prefixes,
    st.sampled_from(_routes) | st.just(""),
    st.lists(_segments, max_size=4) | st.just([]),
)

_values = st.sampled_from(
    ["a", "", "+", "%00", "%ff", "a%20b", "ada", "%ED%A0%80", "x" * 300, "a@b.example", "&&", "=", "%"]
)
queries = st.none() | st.builds(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs).encode(),
    st.lists(st.tuples(st.sampled_from(["q", "email", "x", "", "%71"]), _values), max_size=3),
)

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_days = st.dates().map(str) | st.sampled_from(["2999-01-01", "2027-02-30", "", "x"])
_objects = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(max_size=10) | _json,
        "expiresAt": _days | _json,
        "about": st.text(max_size=10) | _json,
        "homepage": st.sampled_from(["https://h/", "http://[", "x"]) | _json,
        "currentPosition": _json,
        "ids": st.lists(st.text(max_size=4), max_size=4) | _json,
    },
)
_files = st.sampled_from([picture(), picture("GIF"), picture()[:60], png_claiming(60_000, 60_000)]) | st.binary(
    max_size=60
)
_forms = st.builds(
    lambda name, file, end: b'--B\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + file + end,
    st.sampled_from([b"file", b"x", b"", b'"', b"\xff"]),
    _files,
    st.sampled_from([b"\r\n--B--\r\n", b"\r\n--B\r\n", b"--B--", b""]),
)
bodies = (
    st.just(b"") | (_objects | _json).map(lambda value: json.dumps(value).encode()) | _forms | st.binary(max_size=60)
)

_odd = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=20).map(
    lambda text: text.encode("latin-1")
)
_kinds = [
    b"application/json",
    b"multipart/form-data; boundary=B",
    b"multipart/form-data",
    b"multipart/form-data; boundary=\xff",
]
_headers = st.one_of(
    st.tuples(st.just(b"content-type"), st.sampled_from(_kinds) | _odd),
    st.tuples(st.just(b"accept"), st.sampled_from([b"image/*", b"*/*", b",;,", b"image/png;q=x"]) | _odd),
    st.tuples(
        st.sampled_from([b"if-none-match", b"authorization", b"x-forwarded-for", b"host", b"cookie", b"x"]), _odd
    ),
)
_tokens = st.sampled_from([[GOOD]] * 12 + [[], [FOREIGN], [""], ["garbage"], [FOREIGN, GOOD]])
headers = st.builds(
    lambda tokens, more: [*((b"x-auth-token", token.encode()) for token in tokens), *more],
    _tokens,
    st.lists(_headers, max_size=4),
)

_OPERATIONS = """
    GET /me, PUT /me, PUT /me, DELETE /me, POST /me/profile-image, POST /me/profile-image, DELETE /me/profile-image,
    GET /me/access-tokens, POST /me/access-tokens, POST /me/access-tokens, PUT /me/access-tokens/default,
    DELETE /me/access-tokens/*, DELETE /me/access-tokens/*, POST /authorize, GET /users/*, GET /users/*,
    HEAD /users/*, HEAD /users/*, GET /users/*/profile-image, GET /users/*/profile-image, POST /users/batch,
    POST /users/batch, GET /user-registration-status, GET /search
"""
_ids = st.sampled_from(["%ff", "%00", "%ED%A0%80", "%2e%2e", "..", "", "u1", "%75", "batch"]) | _segments
_operations = st.builds(
    lambda operation, id: (operation[0], BASE + operation[1].replace("*", id).encode("latin-1")),
    st.sampled_from([operation.split() for operation in _OPERATIONS.split(",")]),
    _ids,
)
_addresses = st.integers(0, 3).flatmap(lambda kind: _operations if kind else st.tuples(methods, paths))

targets = st.builds(
    lambda address, query, sent, body: Target(
        address[0], address[1] if query is None else address[1] + b"?" + query, sent, body
    ),
    _addresses,
    queries,
    headers,
    bodies,
)


def carrying(request: Target, token: str) -> Target:
    """Put a real token where `GOOD` stands for one."""
    sent = [(name, token.encode() if value == GOOD.encode() else value) for name, value in request.headers]
    return Target(request.method, request.target, sent, request.body)
