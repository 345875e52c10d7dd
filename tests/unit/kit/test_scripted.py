import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

from tests.kit.scripted import (
    Answer,
    Scripted,
    Seen,
    Step,
    answer,
    drip,
    hang_up,
    raw,
    redirect,
    refused,
    repeat,
    reset,
    route,
    scripted,
    silent,
    truncated,
)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=20) as client:
        yield client


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def test_requests_take_the_steps_in_order(client: httpx.Client) -> None:
    with scripted(answer(503, text="later"), answer(201, json={"id": "ä"}, headers={"X-One": "1"})) as server:
        first, second = client.get(server.url), client.get(server.url)
    assert (first.status_code, first.text, first.headers["content-type"]) == (503, "later", "text/plain; charset=utf-8")
    assert (second.status_code, second.json(), second.headers["x-one"]) == (201, {"id": "ä"}, "1")
    assert second.headers["content-type"] == "application/json"


def test_a_request_is_seen_as_it_was_on_the_wire() -> None:
    with scripted(hang_up()) as server:
        send(server, b'PUT /a%2Fb/../?q=%41 HTTP/1.1\r\nX-A:1\r\nx-a: 2 \r\ncontent-length: 7\r\n\r\n{"x":1}')
    (seen,) = server.requests
    assert (seen.method, seen.target) == ("PUT", "/a%2Fb/../?q=%41")
    assert (seen.json(), seen.headers["x-a"], seen.query) == ({"x": 1}, "1, 2", {"q": "A"})
    assert seen.pairs == (("X-A", "1"), ("x-a", "2"), ("content-length", "7"))


def test_a_form_and_a_chunked_body_are_read_whole(client: httpx.Client) -> None:
    with scripted(answer(), answer()) as server:
        client.post(server.url, data={"grant_type": "a b"})
        client.post(server.url, content=iter([b"one", b"two"]))
    form, chunked = server.requests
    assert form.form() == {"grant_type": "a b"}
    assert chunked.body == b"onetwo"


def test_a_connection_is_kept_until_one_side_closes_it(client: httpx.Client) -> None:
    with scripted(answer(), answer(headers={"connection": "close"}), answer()) as server:
        client.get(server.url)
        assert server.connections == 1
        client.get(server.url)
        assert server.connections == 1
        client.get(server.url)
        assert server.connections == 2


@pytest.mark.parametrize(("asked", "told"), [("close", {}), ("keep-alive", {"connection": "Close"})])
def test_the_server_closes_when_either_side_says_so(asked: str, told: dict[str, str]) -> None:
    with (
        scripted(answer(text="x", headers=told)) as server,
        socket.create_connection(("127.0.0.1", server.port), 20) as connection,
    ):
        connection.sendall(f"GET / HTTP/1.1\r\nConnection: {asked}\r\n\r\n".encode())
        with connection.makefile("rb") as whole:
            assert whole.read().endswith(b"\r\n\r\nx")


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_sends_none(client: httpx.Client, status: int) -> None:
    with scripted(answer(status, text="not sent"), answer(text="next")) as server:
        assert client.get(server.url).headers.get("content-length") is None
        assert client.get(server.url).text == "next"
    assert server.connections == 1


def test_head_is_told_the_length_only(client: httpx.Client) -> None:
    with scripted(answer(text="four"), answer(text="next")) as server:
        assert client.head(server.url).headers["content-length"] == "4"
        assert client.get(server.url).text == "next"
    assert server.connections == 1


def test_headers_repeat_and_content_type_yields() -> None:
    twice = answer(json=None, headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], content_type="text/html")
    assert twice.head().count(b"Set-Cookie: ") == 2
    assert b"Content-Type: text/html\r\n" in twice.head()
    assert twice.body == b"null"
    assert b"Content-Type" not in answer(text="x", content_type="").head()


def test_a_redirect_points_elsewhere(client: httpx.Client) -> None:
    with scripted(redirect(307, "/there"), answer(text="here")) as server:
        assert client.get(server.url, follow_redirects=True).text == "here"
    assert [seen.target for seen in server.requests] == ["/", "/there"]


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (reset(), httpx.ReadError),
        (hang_up(), httpx.RemoteProtocolError),
        (raw(b"SSH-2.0-OpenSSH_9.9\r\n"), httpx.RemoteProtocolError),
        (truncated(answer(json=[1, 2, 3])), httpx.RemoteProtocolError),
        (truncated(answer(text="x"), keep=0), httpx.RemoteProtocolError),
    ],
    ids=["reset", "hang up", "raw", "truncated", "truncated to nothing"],
)
def test_a_fault_meets_the_client(client: httpx.Client, step: Step, error: type[Exception]) -> None:
    with scripted(step, answer(text="alive")) as server:
        with pytest.raises(error):
            client.get(server.url)
        assert client.get(server.url).text == "alive"


def test_a_truncated_answer_begins_like_the_whole(client: httpx.Client) -> None:
    with scripted(truncated(answer(text="whole"), keep=3)) as server, client.stream("GET", server.url) as response:
        pieces = response.iter_raw()
        assert (response.headers["content-length"], next(pieces)) == ("5", b"who")


def test_nothing_listens_where_connections_are_refused(client: httpx.Client) -> None:
    with pytest.raises(httpx.ConnectError):
        client.get(refused())


def test_a_silent_server_is_left_by_its_client(client: httpx.Client) -> None:
    with scripted(silent()) as server:
        with pytest.raises(httpx.ReadTimeout):
            client.get(server.url, timeout=httpx.Timeout(20, read=0.01))
        server.await_disconnection()
    assert len(server.requests) == 1


def test_silence_ends_with_the_block(client: httpx.Client, background: ThreadPoolExecutor) -> None:
    with scripted(silent()) as server:
        asked = background.submit(client.get, server.url)
        server.await_requests(1)
        assert not asked.done()
    assert isinstance(asked.exception(20), httpx.RemoteProtocolError)


def test_a_dripping_body_waits_for_its_release(client: httpx.Client) -> None:
    with scripted(drip(answer(text="abc"))) as server, client.stream("GET", server.url) as response:
        pieces = response.iter_raw()
        for expected in (b"a", b"b", b"c"):
            server.release()
            assert next(pieces) == expected


def test_drops_are_released_once_each_for_all_connections(client: httpx.Client, background: ThreadPoolExecutor) -> None:
    with scripted(drip(answer(text="abc")), drip(answer(text="abc"))) as server:
        asked = [background.submit(client.get, server.url) for _ in range(2)]
        server.await_requests(2)
        server.release(6)
        assert [future.result(20).text for future in asked] == ["abc", "abc"]


def test_a_body_may_drip_at_an_interval(client: httpx.Client) -> None:
    with scripted(drip(answer(text="abc"), every=0.001), answer()) as server:
        assert client.get(server.url).text == "abc"
        client.get(server.url)
    assert server.connections == 1


@pytest.mark.parametrize("every", [None, 60.0], ids=["released", "at an interval"])
def test_dripping_ends_when_the_client_leaves(client: httpx.Client, every: float | None) -> None:
    with scripted(drip(answer(text="abc"), every=every)) as server:
        with client.stream("GET", server.url) as response:
            assert response.status_code == 200
        server.await_disconnection()


def test_dripping_ends_with_the_block(client: httpx.Client, background: ThreadPoolExecutor) -> None:
    with scripted(drip(answer(text="abc"))) as server:
        asked = background.submit(client.get, server.url)
        server.await_requests(1)
    assert isinstance(asked.exception(20), httpx.RemoteProtocolError | httpx.ReadError)


def test_a_route_chooses_by_the_request(client: httpx.Client) -> None:
    def page(seen: Seen) -> Answer:
        return answer(json=[seen.query["page"]])

    with scripted(repeat(route(page))) as server:
        assert [client.get(server.url, params={"page": n}).json() for n in range(3)] == [["0"], ["1"], ["2"]]


def test_requests_are_served_at_once(client: httpx.Client, background: ThreadPoolExecutor) -> None:
    both = threading.Barrier(2, timeout=20)

    def meet(_: Seen) -> Answer:
        both.wait()
        return answer(text="met")

    with scripted(repeat(route(meet))) as server:
        asked = [background.submit(client.get, server.url) for _ in range(2)]
        assert [future.result(20).text for future in asked] == ["met", "met"]


def test_a_request_without_a_step_fails_the_block(client: httpx.Client) -> None:
    told: list[httpx.Response] = []

    def ask_too_often() -> None:
        with scripted(answer()) as server:
            told.extend(client.get(f"{server.url}/{number}") for number in range(2))

    with pytest.raises(AssertionError, match=r"no step was left for GET /1$"):
        ask_too_often()
    assert [(one.status_code, one.text) for one in told] == [(200, ""), (500, "The script has no step left for GET /1")]


@pytest.mark.parametrize("left", [answer(), repeat(answer())], ids=["once", "repeated"])
def test_a_step_left_over_fails_the_block_unless_allowed(left: Step) -> None:
    with scripted(left, all_used=False):
        pass
    with pytest.raises(AssertionError, match="no request left over"), scripted(left):
        pass


def test_nothing_can_follow_what_is_repeated() -> None:
    with pytest.raises(ValueError, match="never be taken"), scripted(repeat(answer()), answer()):
        pass


def test_a_route_that_raises_fails_the_block_and_explains_its_failure(client: httpx.Client) -> None:
    def broken(_: Seen) -> Answer:
        raise LookupError("no such page")

    def ask() -> None:
        with scripted(route(broken)) as server:
            client.get(server.url)

    with pytest.raises(LookupError, match="no such page") as raised:
        ask()
    assert isinstance(raised.value.__context__, httpx.RemoteProtocolError)


@pytest.mark.parametrize("line", [b"GET / HTTP/1.0\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/1.1\r\nHost\r\n\r\n"])
def test_a_request_that_is_no_http_fails_the_block(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"HTTP/1\.1|unpack|header"), scripted() as server:
        send(server, line)


@pytest.mark.parametrize("part", [b"", b"GET / HT", b"PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\n1"])
def test_half_a_request_is_none(part: bytes) -> None:
    with scripted() as server:
        send(server, part)
        server.await_disconnection()
    assert server.requests == []


def send(server: Scripted, content: bytes) -> None:
    """Send bytes over a connection of their own and wait until the server closes it."""
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""


@pytest.mark.parametrize("problem", [None, LookupError("in the block")], ids=["passed", "failed"])
def test_no_thread_outlives_the_block(background: ThreadPoolExecutor, problem: Exception | None) -> None:
    with suppress(LookupError), scripted(silent()) as server:
        asked = background.submit(httpx.get, server.url)
        server.await_requests(1)
        assert any(thread.name == server.url for thread in threading.enumerate())
        if problem:
            raise problem
    assert not any(thread.name == server.url for thread in threading.enumerate())
    assert isinstance(asked.exception(20), httpx.RemoteProtocolError)
