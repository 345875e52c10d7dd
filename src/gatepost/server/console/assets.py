"""The static files of the console, each under an address that changes with its content."""

import hashlib
from functools import cached_property
from pathlib import Path

from gatepost.server.domain.errors import NotFound
from gatepost.server.web.answers import Answer
from gatepost.server.web.requests import Request, path_text

FOLDER = Path(__file__).with_name("static")

_TYPES = {".css": b"text/css; charset=utf-8", ".svg": b"image/svg+xml"}
# What an address names never changes, so a browser need not ask again.
_FOREVER = [(b"cache-control", b"public, max-age=31536000, immutable")]


class Assets:
    """Serves the files of a folder; they are read once, when the first page needs them."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    def address(self, name: str) -> str:
        """Give the path under which a file is served; raises KeyError when there is no such file."""
        return f"/static/{self._addressed[name]}"

    async def serve(self, request: Request) -> Answer:
        """Answer with the file at an address; raises NotFound."""
        found = self._served.get(path_text(request, "file"))
        if found is None:
            raise NotFound("There is nothing at this address.")
        content, kind = found
        return Answer(content, content_type=kind, headers=_FOREVER)

    @cached_property
    def _files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self._folder.iterdir() if path.suffix in _TYPES}

    @cached_property
    def _addressed(self) -> dict[str, str]:
        return {name: _with_digest(name, content) for name, content in self._files.items()}

    @cached_property
    def _served(self) -> dict[str, tuple[bytes, bytes]]:
        return {self._addressed[name]: (content, _TYPES[Path(name).suffix]) for name, content in self._files.items()}


def _with_digest(name: str, content: bytes) -> str:
    path = Path(name)
    return f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
