"""The facades that are generated from the awaiting ones."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import unasync
from tools.gen import run

SOURCE = '''"""People."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any

from gatepost._core._async import AsyncNamespace
from gatepost.kipu import ops
from gatepost.kipu._async_people_raw import AsyncRawPeopleClient
from gatepost.kipu.models import Person


class AsyncPeopleClient(AsyncNamespace):
    """People; `async with` ends them."""

    @property
    def with_raw_response(self) -> AsyncRawPeopleClient:
        """The same calls, giving the HTTP response beside the result."""
        return AsyncRawPeopleClient(self._session)

    async def get(self, id: str) -> Person:
        """Get one."""
        return await self._session.run(ops.get(id), None)

    async def find(
        self,
        *,
        names: list[str] | None = None,
    ) -> list[Person]:
        """Find some."""
        return await self._session.run(ops.find(names), None)
'''

BLOCKING = '''# Written from _async_people.py by make gen: change that file.
"""People."""

from gatepost._core._sync import Namespace
from gatepost.kipu import ops
from gatepost.kipu._sync_people_raw import RawPeopleClient
from gatepost.kipu.models import Person


class PeopleClient(Namespace):
    """People; `with` ends them."""

    @property
    def with_raw_response(self) -> RawPeopleClient:
        """The same calls, giving the HTTP response beside the result."""
        return RawPeopleClient(self._session)

    def get(self, id: str) -> Person:
        """Get one."""
        return self._session.run(ops.get(id), None)

    def find(
        self,
        *,
        names: list[str] | None = None,
    ) -> list[Person]:
        """Find some."""
        return self._session.run(ops.find(names), None)
'''

BLOCKING_RAW = '''# Written from _async_people.py by make gen: change that file.
"""People."""

from gatepost._core._sync import HttpResponse, Namespace
from gatepost.kipu import ops
from gatepost.kipu.models import Person


class RawPeopleClient(Namespace):
    """People; `with` ends them."""

    def get(self, id: str) -> HttpResponse[Person]:
        """Get one."""
        return self._session.run_raw(ops.get(id), None)

    def find(
        self,
        *,
        names: list[str] | None = None,
    ) -> HttpResponse[list[Person]]:
        """Find some."""
        return self._session.run_raw(ops.find(names), None)
'''

PLACE = Path("src/gatepost/kipu/_async_people.py")


def made(source: str = SOURCE) -> dict[str, str]:
    return {Path(place).name: text for place, text in unasync.facades(PLACE, source)}


def test_an_awaiting_facade_makes_a_blocking_one_and_two_with_raw_responses() -> None:
    assert list(made()) == ["_sync_people.py", "_async_people_raw.py", "_sync_people_raw.py"]


def test_one_that_leads_to_no_raw_responses_makes_only_a_blocking_one() -> None:
    assert list(made(unasync.without_raw(SOURCE))) == ["_sync_people.py"]


def test_the_blocking_facade_has_the_same_words_without_awaiting() -> None:
    assert made()["_sync_people.py"] == BLOCKING


def test_the_raw_facade_gives_responses_and_leads_no_further() -> None:
    assert made()["_sync_people_raw.py"] == BLOCKING_RAW
    awaiting = made()["_async_people_raw.py"]
    assert "async def get(self, id: str) -> AsyncHttpResponse[Person]:" in awaiting
    assert "    ) -> AsyncHttpResponse[list[Person]]:" in awaiting
    assert "class AsyncRawPeopleClient(AsyncNamespace):" in awaiting


@pytest.mark.parametrize(
    ("awaiting", "blocking"),
    [
        ("async for item in self.pages():", "for item in self.pages():"),
        ("async with client as entered:", "with client as entered:"),
        ("return [item async for item in await pages]", "return [item for item in pages]"),
        ("def __aiter__(self) -> AsyncIterator[T]:", "def __iter__(self) -> Iterator[T]:"),
        ("async def __anext__(self) -> T:", "def __next__(self) -> T:"),
        ("driver: httpx.AsyncClient", "driver: httpx.Client"),
        ("read: Callable[[], Awaitable[list[T] | None]]", "read: Callable[[], list[T] | None]"),
        ("from gatepost.kipu._async_client import AsyncApi", "from gatepost.kipu._sync_client import Api"),
        ("Asynchronous words and awaited ones stay", "Asynchronous words and awaited ones stay"),
    ],
)
def test_words_of_awaiting_have_blocking_ones(awaiting: str, blocking: str) -> None:
    assert unasync.rewritten(awaiting, unasync.SYNC) == blocking


def test_a_changed_source_or_an_edited_facade_is_not_current(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = SOURCE

    def pages() -> Iterator[tuple[str, str]]:
        yield from unasync.facades(PLACE, source)

    assert run([pages], tmp_path, check=False) == 0
    assert run([pages], tmp_path, check=True) == 0
    edited = tmp_path / PLACE.with_name("_sync_people_raw.py")
    edited.write_text(edited.read_text() + "\n# by hand\n")
    assert run([pages], tmp_path, check=True) == 1
    assert capsys.readouterr().out.count("not current") == 1
    source = SOURCE.replace("Find some.", "Find several.")
    assert run([pages], tmp_path, check=True) == 1
    assert capsys.readouterr().out.count("not current") == 3


def awaits(node: ast.AST) -> bool:
    kinds = ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await
    return isinstance(node, kinds) or bool(getattr(node, "is_async", 0))


BLOCKING_FACADES = {path.relative_to(unasync.PACKAGE).as_posix(): path for path in unasync.PACKAGE.glob("*/_sync*.py")}


@pytest.mark.parametrize("path", BLOCKING_FACADES.values(), ids=BLOCKING_FACADES)
def test_no_blocking_facade_of_ours_awaits(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not any(awaits(node) for node in ast.walk(ast.parse(text)))
    assert not {"Async", "await"} & set(re.findall("Async|await", text))


def test_every_awaiting_facade_has_a_blocking_one() -> None:
    awaiting = {path.relative_to(unasync.PACKAGE).as_posix() for path in unasync.PACKAGE.glob("*/_async*.py")}
    assert {name.replace("_async", "_sync") for name in awaiting} == set(BLOCKING_FACADES)
