"""Answers as an operation sees them."""

from contextlib import suppress

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost._core.bodies import decoded
from gatepost._core.calls import Reply
from gatepost._core.errors import ApiError, ParsingError
from gatepost._core.models import Model
from tests.kit.flows import answered


class Token(Model, frozen=True, kw_only=True):
    name: str
    value: str | None = None


def reply(content: bytes | str = b"", **headers: str) -> Reply:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    response = answered(200, headers=pairs, content=content)
    response.request = httpx.Request("POST", "https://api.example/tokens")
    return Reply(response)


def chain(error: BaseException | None) -> list[BaseException]:
    return [] if error is None else [error, *chain(error.__cause__), *chain(error.__context__)]


@pytest.mark.parametrize("content", [b'{"name": "n"}', b'\xef\xbb\xbf{"name": "n"}', b'\n {"name":"n"}\r\n'])
@pytest.mark.parametrize("content_type", ["application/json", "text/html", "application/problem+json", "", ";"])
def test_json_is_json_whatever_it_is_called(content: bytes, content_type: str) -> None:
    assert reply(content, content_type=content_type).decode(Token) == Token(name="n")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the body is empty"),
        (b"<html>", "a web page instead of JSON; is the base URL right?"),
        (b'{"name": "t0ken', "the body is not JSON"),
        (b'{"name": "t0ken\xff"}', "the body is not JSON"),
        (b"\xff\xfe{\x00}\x00t0ken", "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),
        (b"NaN", "the body is not JSON"),
        (b"{} t0ken", "the body is not JSON"),
    ],
)
def test_what_is_not_json_is_an_error_that_quotes_nothing(content: bytes, problem: str) -> None:
    with pytest.raises(ApiError) as failed:
        reply(content).json()
    assert type(failed.value) is ApiError
    assert str(failed.value) == f"POST /tokens answered 200: {problem}"
    assert not any("t0ken" in f"{one!r} {one}" for one in chain(failed.value))


def test_the_text_of_what_is_not_json_is_kept_as_the_body() -> None:
    with pytest.raises(ApiError) as failed:
        reply("still starting").json()
    assert (failed.value.status_code, failed.value.body) == (200, "still starting")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"value": "t0ken"}', "Object missing required field `name`"),
        (b'{"name": 7, "value": "t0ken"}', "Expected `str`, got `int` - at `$.name`"),
        (b'["t0ken"]', "Expected `object`, got `array`"),
        (b"null", "Expected `object`, got `null`"),
    ],
)
def test_json_of_another_shape_is_told_by_the_field_and_not_by_its_value(content: bytes, problem: str) -> None:
    with pytest.raises(ParsingError) as failed:
        reply(content).decode(Token)
    assert str(failed.value) == f"POST /tokens answered 200: unexpected JSON: {problem}"
    assert not any("t0ken" in f"{one!r} {one}" for one in chain(failed.value))


def test_a_reply_shows_neither_headers_nor_body() -> None:
    shown = repr(reply('{"value": "t0ken"}', set_cookie="session=t0ken"))
    assert shown == "<Reply 200>"


@pytest.mark.parametrize(
    ("declared", "media_type"),
    [("Image/PNG", "image/png"), ("text/html; charset=utf-8", "text/html"), (" a/b ;q", "a/b"), ("", "")],
)
def test_the_media_type_is_what_stands_before_the_parameters(declared: str, media_type: str) -> None:
    assert reply(content_type=declared).media_type == media_type


@given(st.binary() | st.text().map(lambda text: f'{{"value": "{text}"'.encode()))
def test_whatever_is_decoded_fails_in_one_way_if_it_does(content: bytes) -> None:
    with suppress(msgspec.DecodeError):
        decoded(content)
