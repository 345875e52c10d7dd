"""Files to upload, in every form httpx takes, as parts that can be sent more than once."""

from collections.abc import Mapping
from typing import IO, Any, TypeAlias

Content: TypeAlias = IO[bytes] | bytes | str
File: TypeAlias = (
    Content
    | tuple[str | None, Content]
    | tuple[str | None, Content, str | None]
    | tuple[str | None, Content, str | None, Mapping[str, str]]
)
"""Content, or a tuple of file name, content, media type and headers of the part; the last two may be left out."""

Part: TypeAlias = tuple[str | None, bytes, *tuple[Any, ...]]


def part(file: File) -> Part:
    """Read a file, so that the same bytes go out again when a request must be repeated.

    A bare file object is sent under its own base name, anything else bare under `upload`.

    Raises:
        TypeError: it is none of the forms of `File`.
    """
    if isinstance(file, tuple):
        name, content, *rest = file
        return (name, _bytes(content), *rest)
    name = getattr(file, "name", None)
    return (name.replace("\\", "/").rpartition("/")[2] if isinstance(name, str) else "upload", _bytes(file))


def _bytes(content: Any) -> bytes:
    read = getattr(content, "read", None)
    content = read() if callable(read) else content
    if isinstance(content, str):
        return content.encode()
    if not isinstance(content, bytes | bytearray):
        raise TypeError(f"a file must be bytes, a text or an open file, not {type(content).__name__}")
    return bytes(content)
