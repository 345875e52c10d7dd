import asyncio
from typing import Any

import pytest

from gatepost.server.domain.errors import Unavailable
from gatepost.server.web import incoming
from gatepost.server.web.incoming import FREE_BYTES, Incoming, Room, has_body

pytestmark = pytest.mark.anyio

Message = dict[str, Any]


class Sender:
    """A client that sends pieces and then falls silent."""

    def __init__(self, *pieces: Message) -> None:
        self.pieces = list(pieces)
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if self.pieces:
            return self.pieces.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("nothing sets the event")

    async def send(self, message: Message) -> None:
        self.sent.append(message)


START: Message = {"type": "http.response.start", "status": 401, "headers": []}


def piece(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def between(client: Sender, *headers: tuple[bytes, bytes], room: Room | None = None) -> Incoming:
    return Incoming({"headers": headers}, client.receive, client.send, room or Room(1_000))


async def test_what_nobody_read_is_read_before_the_answer() -> None:
    client = Sender(piece(b"a", more=True), piece(b"b", more=True), piece(b"", more=False))
    await between(client).send(START)
    assert (client.pieces, client.sent) == ([], [START])


async def test_what_was_read_is_not_asked_for_again() -> None:
    client = Sender(piece(b"a", more=False))
    body = between(client)
    assert await body.receive() == piece(b"a", more=False)
    await body.send(START)
    assert client.sent == [START]


async def test_who_waits_to_be_asked_is_answered_at_once() -> None:
    client = Sender(piece(b"a", more=False))
    await between(client, (b"expect", b"100-continue")).send(START)
    assert len(client.pieces) == 1


async def test_only_so_much_is_read_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "MOST_DRAINED_BYTES", 3)
    client = Sender(*[piece(b"xx", more=True)] * 5)
    await between(client).send(START)
    assert (len(client.pieces), client.sent) == (3, [START])


@pytest.mark.parametrize("bound", ["LONGEST_PAUSE_SECONDS", "LONGEST_BODY_SECONDS"])
async def test_a_sender_that_falls_silent_counts_as_gone(monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(incoming, bound, 0.01)
    client = Sender()
    body = between(client)
    assert await body.receive() == {"type": "http.disconnect"}
    await body.send(START)
    assert client.sent == [START]


async def test_silence_delays_a_refusal_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "LONGEST_DRAIN_SECONDS", 0.01)
    client = Sender(piece(b"a", more=True))
    await between(client).send(START)
    assert client.sent == [START]


async def test_large_bodies_share_a_bounded_memory_until_they_are_answered() -> None:
    room = Room(100)
    first, second = (between(Sender(piece(bytes(FREE_BYTES + 60), more=True)), room=room) for _ in range(2))
    await first.receive()
    with pytest.raises(Unavailable):
        await second.receive()
    second.release()
    assert room.left == 40
    first.release()
    assert room.left == 100


async def test_a_small_body_needs_no_room() -> None:
    body = between(Sender(*[piece(bytes(FREE_BYTES // 4), more=True)] * 4, piece(b"x", more=False)), room=Room(0))
    for _ in range(4):
        await body.receive()
    with pytest.raises(Unavailable):
        await body.receive()


async def test_a_body_that_had_no_room_is_refused_by_an_answer() -> None:
    client = Sender(piece(bytes(FREE_BYTES + 1), more=True), piece(bytes(FREE_BYTES), more=False))
    body = between(client, room=Room(0))
    with pytest.raises(Unavailable):
        await body.receive()
    await body.send(START)
    assert (client.pieces, client.sent) == ([], [START])


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], False),
        ([(b"content-length", b"0")], False),
        ([(b"x", b"1"), (b"content-length", b"1")], True),
        ([(b"transfer-encoding", b"chunked")], True),
    ],
)
async def test_a_body_is_announced_by_its_length_or_its_encoding(
    headers: list[tuple[bytes, bytes]], expected: bool
) -> None:
    assert has_body({"headers": headers}) is expected
