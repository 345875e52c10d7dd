"""Ids in paths."""

from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatepost._core.calls import segment

texts = st.text(min_size=1) | st.text("./\\%2eEfF?#;:@&=+ \0\r\n", min_size=1)


@given(texts.filter(lambda text: text not in {".", ".."}))
@example("../me")
@example("..%2f..")
@example("%2e%2e")
@example("a/b//c")
@example("a?b#c;d=1&e")
@example("...")
@example("ü ☃ \U0001f3f4")
@example("http://evil.example/")
@example("\\..\\")
def test_any_id_is_exactly_one_segment_and_comes_out_as_it_went_in(text: str) -> None:
    written = segment(text)
    address = f"https://api.example/v1/users/{written}/image"
    url = httpx.URL(address)
    assert url.raw_path == f"/v1/users/{written}/image".encode()
    for path in (url.raw_path.decode(), urlsplit(address).path):
        assert [unquote(part, errors="strict") for part in path.split("/")] == ["", "v1", "users", text, "image"]
    assert (url.host, url.query, url.fragment, str(url)) == ("api.example", b"", "", address)
    assert httpx.Request("GET", address).url.raw_path == url.raw_path


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_what_addresses_something_else_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"^name must not be empty, '\.' or '\.\.'$"):
        segment(value, "name")


@pytest.mark.parametrize("value", [None, 7, True, b"u1", ["u1"], object()])
def test_what_is_not_a_text_is_refused_before_it_becomes_one(value: Any) -> None:
    with pytest.raises(TypeError, match=f"^id must be a str, not {type(value).__name__}$"):
        segment(value)


def test_a_text_that_no_encoding_has_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        segment("\ud800")
