"""A real server over raw sockets: what a client library would never send, and what it sends in its own ways."""

import asyncio
import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.kit.backstage import Backstage, Member, backstage
from tests.kit.engines import Install
from tests.kit.kipu import BASE, FOREIGN, check_refusal, target
from tests.kit.server import Server, serving
from tests.kit.wire import SECONDS, Answer, exchange, read_answer, send, written

ME = BASE + b"/me"
HELLO = b'{"about":"hello"}'


@pytest.fixture(scope="module")
def server(install: Install) -> Iterator[Server]:
    with serving(install("wire")) as running:
        yield running


@pytest.fixture(scope="module")
def stage(server: Server) -> Iterator[Backstage]:
    with backstage(server.data) as opened:
        yield opened


@pytest.fixture(scope="module")
def member(stage: Backstage) -> Member:
    return stage.member()


def lines(member: Member, start: bytes, *more: bytes, body: bytes = b"") -> bytes:
    """Write a request with the member's token."""
    head = [start, b"Host: h", b"X-Auth-Token: " + member.token.encode(), *more, b"", b""]
    return b"\r\n".join(head) + body


def answered(answer: Answer | None) -> Answer:
    assert answer is not None, "the server hung up without an answer"
    return answer


# Bodies that come in other ways than announced


def test_a_chunked_body_is_read(server: Server, member: Member) -> None:
    chunks = b"7\r\n" + HELLO[:7] + b"\r\na\r\n" + HELLO[7:] + b"\r\n0\r\nTrailer: x\r\n\r\n"
    raw = lines(member, b"PUT " + ME + b" HTTP/1.1", b"Transfer-Encoding: chunked", body=chunks)
    assert answered(exchange(server.port, raw)).json()["about"] == "hello"


@pytest.mark.parametrize("path", [b"/me", b"/me/access-tokens", b"/users/batch", b"/me/profile-image"])
@pytest.mark.parametrize(
    "framing",
    [
        (b"Content-Length: 100", b'{"about":'),
        (b"Transfer-Encoding: chunked", b'9\r\n{"about":\r\n'),
        (b"Transfer-Encoding: chunked", b'9\r\n{"ab'),
        (b"Transfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked", b"ffffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
    ],
    ids=["cut", "cut between chunks", "cut in a chunk", "no length", "absurd length"],
)
def test_a_body_that_ends_too_early_is_refused_and_changes_nothing(
    server: Server, stage: Backstage, member: Member, path: bytes, framing: tuple[bytes, bytes]
) -> None:
    method = b"PUT" if path == b"/me" else b"POST"
    kind = b"Content-Type: multipart/form-data; boundary=B"
    raw = lines(member, method + b" " + BASE + path + b" HTTP/1.1", kind, framing[0], body=framing[1])
    before = stage.contents()
    answer = exchange(server.port, raw, then_close=True)
    if answer is not None:
        assert check_refusal(answer, 400, BASE + path) == "The body ends too early."
    assert stage.contents() == before


@pytest.mark.parametrize(
    "length", [b"-1", b"abc", b"1e3", b"99999999999999999999999", b"17, 3", b"17\r\nContent-Length: 3"]
)
def test_a_length_that_is_none_is_refused(server: Server, stage: Backstage, member: Member, length: bytes) -> None:
    before = stage.contents()
    raw = lines(member, b"PUT " + ME + b" HTTP/1.1", b"Content-Length: " + length, body=HELLO)
    assert answered(exchange(server.port, raw)).status == 400
    assert stage.contents() == before


def test_two_framings_at_once_cannot_smuggle_a_second_request(server: Server, stage: Backstage) -> None:
    victim = stage.member()
    inner = lines(victim, b"DELETE " + ME + b" HTTP/1.1")
    framings = (b"Content-Length: %d" % (5 + len(inner)), b"Transfer-Encoding: chunked")
    raw = lines(victim, b"PUT " + ME + b" HTTP/1.1", *framings, body=b"2\r\n{}\r\n0\r\n\r\n" + inner)
    assert answered(exchange(server.port, raw)).headers["connection"] == "close"
    assert stage.rows("SELECT 1 FROM accounts WHERE id = ?", victim.id)


# Refusals that go out before the body was read


@pytest.mark.parametrize("size", [1, 100_000, 2 * 2**20, 6 * 2**20])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/me/profile-image", 401), ("POST", "/nowhere", 404), ("PATCH", "/me", 405), ("POST", "/authorize", 401)],
)
def test_a_refusal_arrives_however_much_was_still_on_its_way(
    server: Server, method: str, path: str, status: int, size: int
) -> None:
    request = target(method, path, FOREIGN, bytes(size)).without("content-length")
    for _ in range(5):
        check_refusal(answered(exchange(server.port, written(request, server.port))), status, request.target)


@pytest.mark.parametrize("size", [2**20 + 1, 2 * 2**20, 12 * 2**20])
@pytest.mark.parametrize("path", ["/me", "/me/profile-image"])
def test_a_body_that_is_too_large_is_refused_by_an_answer(server: Server, member: Member, path: str, size: int) -> None:
    size += 5 * 2**20 if path.endswith("image") else 0
    request = target(
        "PUT" if path == "/me" else "POST",
        path,
        member.token,
        bytes(size),
        content_type="multipart/form-data; boundary=B",
    )
    raw = written(request.without("content-length"), server.port)
    check_refusal(answered(exchange(server.port, raw)), 400, request.target)


def test_a_refusal_reaches_clients_that_lose_what_precedes_a_reset(server: Server) -> None:
    async def refuse_many(count: int) -> list[int]:
        async with httpx.AsyncClient(base_url=f"{server.url}{BASE.decode()}") as client:
            answers = [await client.post("/me/profile-image", content=bytes(100_000)) for _ in range(count)]
        return [answer.status_code for answer in answers]

    assert asyncio.run(refuse_many(40)) == [401] * 40


def test_a_refusal_leaves_the_connection_usable(server: Server, member: Member) -> None:
    with httpx.Client(base_url=f"{server.url}{BASE.decode()}") as client:
        streams = set()
        for _ in range(3):
            refusal = client.post("/me/profile-image", content=bytes(500_000))
            served = client.get("/me", headers={"X-Auth-Token": member.token})
            assert (refusal.status_code, served.status_code) == (401, 200)
            streams |= {id(answer.extensions["network_stream"]) for answer in (refusal, served)}
    assert len(streams) == 1


def test_who_waits_to_be_asked_for_the_body_is_refused_without_sending_it(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), SECONDS) as connection:
        send(
            connection,
            b"PUT " + ME + b" HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n",
        )
        check_refusal(answered(read_answer(connection)), 401, ME)


# Heads


HEADS = {
    "a thousand headers": b"X: y\r\n" * 1_000,
    "a huge header": b"X: " + b"y" * 2_000_000 + b"\r\n",
    "a NUL": b"X: a\x00b\r\n",
    "a folded header": b"X: a\r\n b\r\n",
    "no colon": b"nonsense\r\n",
    "a blank before the colon": b"X : y\r\n",
    "no name": b": y\r\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_head_that_breaks_http_is_refused(server: Server, stage: Backstage, member: Member, head: bytes) -> None:
    before = stage.contents()
    answer = exchange(server.port, lines(member, b"DELETE " + ME + b" HTTP/1.1", head.removesuffix(b"\r\n")))
    assert answer is None or answer.status in {400, 431}
    assert stage.contents() == before


@pytest.mark.parametrize(
    "head", [b"X: " + b"y" * 60_000, b"\r\n".join([b"X: y"] * 80), b"X: \xff\xfe", b"Cookie: " + b"a=b; " * 9_000]
)
def test_a_head_that_is_only_odd_does_no_harm(server: Server, member: Member, head: bytes) -> None:
    assert answered(exchange(server.port, lines(member, b"GET " + ME + b" HTTP/1.1", head))).status == 200


STARTS = {
    "words": b"hello",
    "nothing": b"",
    "unknown version": b"GET " + ME + b" HTTP/9.9",
    "no target": b"GET  HTTP/1.1",
    "blank in the target": b"GET " + ME + b" x HTTP/1.1",
    "control character": b"GET " + ME + b"\x01 HTTP/1.1",
    "bytes that are not UTF-8": b"GET " + BASE + b"/users/\xff\xfe HTTP/1.1",
    "long target": b"GET " + BASE + b"/" + b"x" * 300_000 + b" HTTP/1.1",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_what_is_no_http_is_refused_or_dropped(server: Server, member: Member, start: bytes) -> None:
    answer = exchange(server.port, lines(member, start), then_close=True)
    assert answer is None or answer.status in {400, 414, 431}
    assert server.ready()


@pytest.mark.parametrize("origin", [b"http://other.example", b"https://h:1", b"HTTP://h"])
def test_an_absolute_target_counts_by_its_path(server: Server, member: Member, origin: bytes) -> None:
    answer = answered(exchange(server.port, lines(member, b"GET " + origin + ME + b"?x=1 HTTP/1.1")))
    assert (answer.status, answer.json()["id"]) == (200, member.id)
    stray = origin + BASE + b"/me/access-tokens/../../me"
    assert answered(exchange(server.port, lines(member, b"DELETE " + stray + b" HTTP/1.1"))).status == 404


@pytest.mark.parametrize(
    "path", ["/users/" + "x" * 10_000, "/" + "x" * 30_000, "/users/%zz%", "/users/ü☃", "/users/a#b"]
)
def test_a_path_that_names_nothing_is_404(server: Server, member: Member, path: str) -> None:
    raw = lines(member, b"GET " + BASE + path.encode() + b" HTTP/1.1")
    check_refusal(answered(exchange(server.port, raw)), 404, BASE + path.partition("#")[0].encode())


@pytest.mark.parametrize("start", [b"CONNECT h:80 HTTP/1.1", b"OPTIONS * HTTP/1.1", b"GET kipu HTTP/1.1"])
def test_targets_that_are_no_paths_do_no_harm(server: Server, member: Member, start: bytes) -> None:
    assert answered(exchange(server.port, lines(member, start))).status < 500


# Versions and answers without a body


def test_http_2_with_prior_knowledge_is_refused(server: Server) -> None:
    assert exchange(server.port, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") is None


def test_http_1_0_is_spoken(server: Server, member: Member) -> None:
    assert answered(exchange(server.port, lines(member, b"GET " + ME + b" HTTP/1.0"))).status == 200


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket", b"TLS/1.0"])
def test_an_offer_to_change_protocols_is_passed_over(server: Server, member: Member, upgrade: bytes) -> None:
    offer = (b"Upgrade: " + upgrade, b"Connection: Upgrade", b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: x")
    assert answered(exchange(server.port, lines(member, b"GET " + ME + b" HTTP/1.1", *offer))).status == 200


def test_an_answer_without_a_body_is_followed_by_the_next(server: Server, member: Member) -> None:
    with socket.create_connection(("127.0.0.1", server.port), SECONDS) as connection:
        for start, status in [
            (b"DELETE " + ME + b"/profile-image", 204),
            (b"HEAD " + BASE + b"/users/" + member.id.encode(), 204),
            (b"HEAD " + BASE + b"/users/nobody", 404),
            (b"HEAD " + ME, 405),
            (b"GET " + ME, 200),
        ]:
            send(connection, lines(member, start + b" HTTP/1.1"))
            answer = answered(read_answer(connection, head=start.startswith(b"HEAD")))
            assert (answer.status, bool(answer.body)) == (status, status == 200)
            assert status != 204 or "content-length" not in answer.headers


def test_the_token_never_reaches_the_log(server: Server, member: Member) -> None:
    exchange(server.port, lines(member, b"GET " + BASE + b"/users/" + member.token.encode() + b" HTTP/1.1"))
    assert member.token not in server.log.read_text()
