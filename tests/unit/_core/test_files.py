"""Files to upload."""

import io
from pathlib import Path
from typing import IO, Any, cast

import pytest

from gatepost._core.files import part


@pytest.mark.parametrize("content", [b"abc", bytearray(b"abc"), "abc", io.BytesIO(b"abc"), io.StringIO("abc")])
def test_bare_content_is_sent_under_a_name_of_ours(content: Any) -> None:
    assert part(content) == ("upload", b"abc")


def test_an_open_file_is_sent_under_its_own_name_without_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "pörtrait.png"
    path.write_bytes(b"abc")
    with path.open("rb") as file:
        assert part(file) == ("pörtrait.png", b"abc")
    with path.open() as text:
        assert part(cast("IO[bytes]", text)) == ("pörtrait.png", b"abc")


@pytest.mark.parametrize("name", [r"C:\Users\ann\a.png", "/home/somebody/a.png", "a.png", r"C:\Users/ann\a.png"])
def test_no_folder_of_the_caller_is_sent_wherever_it_runs(name: str) -> None:
    file = io.BytesIO(b"abc")
    file.name = name
    assert part(file)[0] == "a.png"


def test_a_file_without_a_name_is_sent_under_one_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"abc")
    with path.open("rb") as file, open(file.fileno(), "rb", closefd=False) as unnamed:
        assert part(unnamed) == ("upload", b"abc")


@pytest.mark.parametrize(
    ("file", "sent"),
    [
        (("a.png", b"abc"), ("a.png", b"abc")),
        (("a.png", io.BytesIO(b"abc")), ("a.png", b"abc")),
        (("a.png", "abc", "image/png"), ("a.png", b"abc", "image/png")),
        (("a.png", b"abc", None), ("a.png", b"abc", None)),
        (("a.png", b"abc", "image/png", {"X-A": "1"}), ("a.png", b"abc", "image/png", {"X-A": "1"})),
        ((None, b"abc"), (None, b"abc")),
        (("/home/somebody/a.png", b"abc"), ("/home/somebody/a.png", b"abc")),
    ],
)
def test_a_name_and_a_type_that_are_given_are_sent_as_given(file: Any, sent: Any) -> None:
    assert part(file) == sent


@pytest.mark.parametrize("file", [None, 7, [b"abc"], {"file": b"abc"}, Path("a.png"), ("a.png", None), ("a.png", 7)])
def test_what_is_no_file_is_refused(file: Any) -> None:
    with pytest.raises(TypeError, match=r"^a file must be bytes, a text or an open file, not "):
        part(file)


def test_a_file_is_read_from_where_it_stands() -> None:
    file = io.BytesIO(b"xabc")
    file.read(1)
    assert part(file) == ("upload", b"abc")
