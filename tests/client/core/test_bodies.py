"""Answers in every shape servers and what stands before them give them."""

import gzip
import zlib
from contextlib import suppress

import httpx
import pytest

from gatepost.kipu import ApiError, ParsingError
from tests.client.kipu.conftest import Play
from tests.kit.scripted import Step, answer, raw, truncated
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

JSON = '{"id":"u1","firstname":"Adä"}'.encode()
HTML = "<!doctype html><title>Welcome</title>"


def bare(content: bytes, *headers: str, status: str = "200 OK") -> Step:
    """Answer exactly this, and close the connection."""
    lines = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *headers))
    return raw(lines.encode() + b"\r\n" + content)


def chunks(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + end


WHOLE: dict[str, Step] = {
    "plain": answer(body=JSON, content_type="application/json"),
    "called html": answer(body=JSON, content_type="text/html"),
    "called an image": answer(body=JSON, content_type="image/png"),
    "called by another charset": answer(body=JSON, content_type="application/json; charset=iso-8859-1"),
    "called nothing": answer(body=JSON, content_type=""),
    "called nonsense": answer(body=JSON, content_type=";;charset=\x80=,"),
    "created": answer(201, body=JSON),
    "not authoritative": answer(203, body=JSON),
    "with a byte order mark": answer(body=b"\xef\xbb\xbf" + JSON),
    "with blanks around": answer(body=b"\r\n\t " + JSON + b"\n\n"),
    "gzip unasked": answer(body=gzip.compress(JSON), headers={"Content-Encoding": "gzip"}),
    "deflate unasked": answer(body=zlib.compress(JSON), headers={"Content-Encoding": "deflate"}),
    "an encoding nobody knows": answer(body=JSON, headers={"Content-Encoding": "aws-chunked"}),
    "chunked": bare(chunks(JSON[:3], JSON[3:7], JSON[7:]), "Transfer-Encoding: chunked"),
    "chunked with a trailer": bare(chunks(JSON, end=b"0\r\nX-Sum: 1\r\n\r\n"), "Transfer-Encoding: chunked"),
    "ended by closing": bare(JSON),
    "http 1.0": raw(b"HTTP/1.0 200 OK\r\n\r\n" + JSON),
    "without a reason": raw(b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n" % len(JSON) + JSON),
    "line feeds only": raw(b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(JSON) + JSON),
    "after 100": raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + JSON),
    "after hints": raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + b"HTTP/1.1 200 OK\r\n\r\n" + JSON),
    "with many headers": answer(body=JSON, headers=[(f"X-{number}", "v" * 100) for number in range(200)]),
    "with a header of 60 kB": answer(body=JSON, headers={"X-Long": "v" * 60_000}),
    "with a header in Latin-1": answer(body=JSON, headers={"X-Name": "Müller"}),
    "with more behind": bare(JSON + b"garbage", f"Content-Length: {len(JSON)}"),
}


@pytest.mark.parametrize("step", WHOLE.values(), ids=WHOLE)
async def test_an_answer_that_can_be_understood_is(play: Play, step: Step) -> None:
    async with play(step) as (hub, _):
        user = await finished(hub.user_settings.get_current_user())
    assert (user.id, user.firstname) == ("u1", "Adä")


NOT_JSON: dict[str, tuple[Step, str]] = {
    "html": (answer(text=HTML, content_type="text/html"), "a web page instead of JSON; is the base URL right?"),
    "html called json": (answer(text=HTML, content_type="application/json"), "a web page instead of JSON"),
    "half a document": (answer(body=JSON[:9], content_type="application/json"), "the body is not JSON"),
    "two documents": (answer(body=JSON + JSON), "the body is not JSON"),
    "invalid utf-8": (answer(body=b'{"id":"\xff\xfe"}'), "the body is not JSON"),
    "another encoding": (answer(body=JSON.decode().encode("utf-16")), "the body is not JSON"),
    "nested without end": (answer(body=b"[" * 200_000), "the body is not JSON"),
    "zeros": (answer(body=bytes(1000)), "the body is not JSON"),
    "nothing": (answer(), "the body is empty"),
    "no content": (answer(204), "the body is empty"),
}


@pytest.mark.parametrize(("step", "problem"), NOT_JSON.values(), ids=NOT_JSON)
async def test_an_answer_that_is_not_json_is_told_and_not_repeated(play: Play, step: Step, problem: str) -> None:
    async with play(step) as (hub, server):
        with pytest.raises(ApiError) as failed:
            await finished(hub.user_settings.get_current_user())
    assert type(failed.value) is ApiError
    assert f": {problem}" in str(failed.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", [b"[]", b"null", b'"u1"', b'{"id":7}', b'{"id":["u1"]}'])
async def test_an_answer_of_another_shape_is_told(play: Play, body: bytes) -> None:
    async with play(answer(body=body)) as (hub, _):
        with pytest.raises(ParsingError, match="unexpected JSON: Expected"):
            await finished(hub.user_settings.get_current_user())


BROKEN: dict[str, Step] = {
    "less than promised": truncated(answer(body=JSON)),
    "a chunk cut": bare(chunks(JSON, end=b"ff\r\nhalf"), "Transfer-Encoding: chunked"),
    "chunks without an end": bare(chunks(JSON, end=b""), "Transfer-Encoding: chunked"),
    "a chunk of no size": bare(b"zz\r\n" + JSON, "Transfer-Encoding: chunked"),
    "two lengths": bare(JSON, "Content-Length: 3", f"Content-Length: {len(JSON)}"),
    "a length that is none": bare(JSON, "Content-Length: -1"),
    "headers without end": bare(b"", "X-Long: " + "v" * 200_000),
    "half a head": raw(b"HTTP/1.1 200 OK\r\nContent-"),
    "no http": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "http 2": raw(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" * 4),
    "nothing": raw(b""),
}


@pytest.mark.parametrize("step", BROKEN.values(), ids=BROKEN)
async def test_an_answer_that_breaks_off_is_asked_for_again(play: Play, step: Step, waits: list[float]) -> None:
    async with play(step, answer(body=JSON)) as (hub, _):
        assert (await finished(hub.user_settings.get_current_user())).id == "u1"
    assert len(waits) == 1


@pytest.mark.parametrize("step", BROKEN.values(), ids=BROKEN)
async def test_an_answer_that_breaks_off_does_not_make_a_second_token(play: Play, step: Step) -> None:
    async with play(step) as (hub, server):
        with pytest.raises(httpx.TransportError):
            await finished(hub.user_settings_personal_access_tokens.create_personal_access_token(name="n"))
    assert len(server.requests) == 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_an_answer_that_cannot_be_unpacked_is_an_error_of_http(play: Play, encoding: str) -> None:
    async with play(answer(body=JSON, headers={"Content-Encoding": encoding})) as (hub, _):
        with pytest.raises(httpx.HTTPError):
            await finished(hub.user_settings.get_current_user())


@pytest.mark.parametrize("step", [answer(200, text=HTML), answer(200, body=b"\xff"), answer(204)])
async def test_a_call_without_a_result_does_not_look_at_the_body(play: Play, step: Step) -> None:
    async with play(step) as (hub, _):
        assert await finished(hub.user_settings.delete_current_user_profile_image()) is None


async def test_the_connection_is_used_again_after_every_kind_of_answer(play: Play) -> None:
    steps = [answer(404, text=HTML), answer(body=b"\xff"), answer(204), answer(json=[]), answer(json={})]
    async with play(*steps) as (hub, server):
        for _ in steps:
            with suppress(ApiError):
                await finished(hub.user_settings.get_current_user())
        assert server.connections == 1
