import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.conftest import survivor
from tests.fuzz.strategies import GOOD, carrying, steady, targets
from tests.kit.backstage import Backstage, Member
from tests.kit.engines import on_sqlite
from tests.kit.kipu import BASE
from tests.kit.server import Server
from tests.kit.wire import Target, exchange, written

pytestmark = on_sqlite  # this is about bytes on connections; `test_application` is about what they ask for


@pytest.fixture(scope="module")
def ada(stage: Backstage) -> Member:
    return survivor(stage)


@settings(steady, max_examples=300)
@given(request=targets)
def test_no_request_makes_the_server_fail(server: Server, ada: Member, request: Target) -> None:
    answer = exchange(server.port, written(carrying(request, ada.token), server.port), then_close=True)
    assert answer is None or answer.status < 500
    assert alive(server, ada)


_good_lines = [
    b"Host: h",
    b"Content-Length: 5",
    b"Transfer-Encoding: chunked",
    b"Expect: 100-continue",
    b"Connection: close",
    b"Connection: Upgrade, HTTP2-Settings",
    b"Upgrade: h2c",
    b"X-Auth-Token: " + GOOD.encode(),
    b"X-Auth-Token: " + GOOD.encode(),
    b"Content-Type: multipart/form-data; boundary=B",
]
_bad_lines = [
    b"Content-Length: 0",
    b"Content-Length: -1",
    b"Transfer-Encoding: gzip",
    b": no name",
    b"no colon",
    b" folded",
    b"X: \x00",
]
_lines = st.sampled_from(_good_lines * 3 + _bad_lines)
_targets = [BASE + b"/me"] * 4 + [BASE + b"/authorize", BASE + b"/me/profile-image"] * 2
_starts = st.builds(
    lambda method, target, version: method + b" " + target + version,
    st.sampled_from([b"GET", b"POST", b"PUT", b"PUT", b"POST", b"DELETE", b"HEAD", b"PRI", b"", b"\xff"]),
    st.sampled_from([*_targets, b"*", b"", b"http://h/", b"\x00", b"h:1"]),
    st.sampled_from([b" HTTP/1.1"] * 8 + [b" HTTP/1.0", b" HTTP/2.0", b" HTTP/0.9", b"", b" HTTP/1.1 x"]),
)
_chunks = st.sampled_from(
    [b"", b"hello", b"5\r\nhello\r\n0\r\n\r\n", b"5\r\nhel", b"x\r\n", b"ffffffffffffffffff\r\n", b'{"a":']
)
_ends = st.sampled_from([b"\r\n"] * 8 + [b"\n", b"\r", b""])


@st.composite
def bytes_like_http(draw: st.DrawFn) -> bytes:
    """Write something that begins like HTTP, and now and then nothing but noise."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    end = draw(_ends)
    return end.join([draw(_starts), *draw(st.lists(_lines, max_size=6)), b"", b""]) + draw(
        _chunks | st.binary(max_size=40)
    )


@settings(steady, max_examples=400)
@given(raw=bytes_like_http())
def test_no_bytes_make_the_server_fail_or_hang(server: Server, ada: Member, raw: bytes) -> None:
    answer = exchange(server.port, raw.replace(GOOD.encode(), ada.token.encode()), then_close=True)
    assert answer is None or answer.status < 500
    assert alive(server, ada)


def alive(server: Server, ada: Member) -> bool:
    """Tell whether the server still answers as it should."""
    token = (b"x-auth-token", ada.token.encode())
    answer = exchange(server.port, written(Target("POST", BASE + b"/authorize", [token]), server.port))
    return answer is not None and answer.status == 200
