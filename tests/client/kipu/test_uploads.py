"""Uploads in every form a file can have, section 2.3 of the contract."""

import io
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.client.kipu.conftest import Play
from tests.kit.scripted import Seen, answer
from tests.kit.twins import finished

pytestmark = pytest.mark.anyio

OCTETS = b"Content-Type: application/octet-stream\r\n"
PNG = b"Content-Type: image/png\r\n"


def parts(seen: Seen) -> bytes:
    """Give the body with a boundary that is known."""
    kind, _, boundary = seen.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    return seen.body.replace(boundary.encode(), b"B")


def one_part(disposition: bytes, headers: bytes, content: bytes = b"abc") -> bytes:
    head = b"--B\r\nContent-Disposition: form-data; name=" + disposition + b"\r\n" + headers
    return head + b"\r\n" + content + b"\r\n--B--\r\n"


@pytest.mark.parametrize(
    ("file", "disposition", "headers"),
    [
        (b"abc", b'"file"; filename="upload"', OCTETS),
        (bytearray(b"abc"), b'"file"; filename="upload"', OCTETS),
        ("abc", b'"file"; filename="upload"', OCTETS),
        (io.BytesIO(b"abc"), b'"file"; filename="upload"', OCTETS),
        (("a.png", b"abc"), b'"file"; filename="a.png"', PNG),
        (("a.png", io.BytesIO(b"abc")), b'"file"; filename="a.png"', PNG),
        (("a", b"abc", "image/png"), b'"file"; filename="a"', PNG),
        (("a.png", "abc", "image/png", {"X-Part": "1"}), b'"file"; filename="a.png"', b"X-Part: 1\r\n" + PNG),
        ((None, b"abc"), b'"file"', b""),
        (('ü".png', b"abc"), '"file"; filename="ü%22.png"'.encode(), PNG),
    ],
    ids=["bytes", "bytearray", "text", "in memory", "named", "named file", "typed", "headers", "nameless", "quoted"],
)
async def test_a_file_goes_out_as_one_part(play: Play, file: Any, disposition: bytes, headers: bytes) -> None:
    async with play(answer(204)) as (hub, server):
        await finished(hub.user_settings.update_current_user_profile_image(file=deepcopy(file)))
    assert parts(server.requests[0]) == one_part(disposition, headers)


async def test_an_open_file_goes_out_under_its_base_name(play: Play, tmp_path: Path) -> None:
    path = tmp_path / "avatar.png"
    path.write_bytes(b"abc")
    async with play(answer(204)) as (hub, server):
        with path.open("rb") as file:
            await finished(hub.user_settings.update_current_user_profile_image(file=file))
    assert parts(server.requests[0]) == one_part(b'"file"; filename="avatar.png"', PNG)


async def test_a_file_is_sent_whole_when_it_must_be_sent_again(play: Play, waits: list[float]) -> None:
    async with play(answer(503, headers={"Retry-After": "3"}), answer(204)) as (hub, server):
        await finished(hub.user_settings.update_current_user_profile_image(file=io.BytesIO(b"abc")))
    assert waits == [3.0]
    assert parts(server.requests[0]) == parts(server.requests[1]) == one_part(b'"file"; filename="upload"', OCTETS)


async def test_fields_may_be_added_before_the_file(play: Play) -> None:
    options = {"additional_body_parameters": {"crop": "square"}}
    async with play(answer(204)) as (hub, server):
        await finished(hub.user_settings.update_current_user_profile_image(file=b"abc", request_options=options))
    field = b'--B\r\nContent-Disposition: form-data; name="crop"\r\n\r\nsquare\r\n'
    assert parts(server.requests[0]) == field + one_part(b'"file"; filename="upload"', OCTETS)


@pytest.mark.parametrize("file", [None, 5, [b"one", b"two"], ("a.png", None)], ids=str)
async def test_what_is_no_file_is_refused_before_anything_is_sent(play: Play, file: Any) -> None:
    async with play() as (hub, _):
        with pytest.raises(TypeError, match="a file must be"):
            await finished(hub.user_settings.update_current_user_profile_image(file=file))
