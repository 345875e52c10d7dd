import json
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from gatepost.cli.output import Columns, iso, readable, visible, write_card, write_json, write_json_list

pytestmark = pytest.mark.anyio


@pytest.fixture
def somewhere_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "EAST-05:30")
        time.tzset()
        yield
    time.tzset()


def test_columns_fit_their_cells_and_grow_from_page_to_page(capsys: pytest.CaptureFixture[str]) -> None:
    columns = Columns("NAME", "ID")
    columns.write([("ada", "1"), ("x", "2")])
    columns.write([("grace hopper", "3")])
    columns.write([])
    assert capsys.readouterr().out.splitlines() == ["NAME  ID", "ada   1", "x     2", "grace hopper  3"]


def test_an_overlong_cell_moves_only_its_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    Columns("NAME", "ID").write([("x" * 100, "1"), ("ada", "2")])
    _, longest, other = capsys.readouterr().out.splitlines()
    assert longest == "x" * 100 + "  1"
    assert other.index("2") < 60


def test_no_rows_have_no_title(capsys: pytest.CaptureFixture[str]) -> None:
    Columns("NAME").write([])
    assert capsys.readouterr().out == ""


def test_a_card_leaves_out_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    write_card([("Name", "Ada"), ("Homepage", None), ("Position", "")])
    assert capsys.readouterr().out == "Name  Ada\n"


COMMANDING = "\x1b]0;title\x07\x1b[2J\nState  fine\u009b1m\u202eback\x7f"
"""Text that a terminal would obey, that begins a line of its own, and that is read backwards."""


def test_what_people_call_themselves_gives_the_terminal_no_commands(capsys: pytest.CaptureFixture[str]) -> None:
    Columns("NAME").write([(COMMANDING,)])
    write_card([("Name", COMMANDING)])
    for line in capsys.readouterr().out.splitlines():
        assert line.isprintable()
        assert line in {"NAME", visible(COMMANDING), f"Name  {visible(COMMANDING)}"}
    assert visible("Zoë ☃ 李") == "Zoë ☃ 李"
    assert visible("a\n\x1b") == "a\\n\\x1b"


async def test_nor_does_it_in_what_is_written_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    async def page() -> AsyncIterator[list[str]]:
        yield [COMMANDING]

    write_json(COMMANDING)
    await write_json_list(page())
    one, many = capsys.readouterr().out.splitlines()
    assert (json.loads(one), json.loads(many)) == (COMMANDING, [COMMANDING])
    assert not {character for character in one + many if ord(character) in {0x7F, *range(0x80, 0xA0), *range(0x20)}}


@pytest.mark.parametrize(
    ("pages", "text"),
    [([], "[]\n"), ([[1, 2], [3]], "[1,\n 2,\n 3]\n")],
)
async def test_pages_become_one_array(pages: list[list[int]], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    async def coming() -> AsyncIterator[list[int]]:
        for page in pages:
            yield page

    await write_json_list(coming())
    assert capsys.readouterr().out == text


def test_programs_get_instants_in_utc_to_the_millisecond() -> None:
    assert iso(1_709_208_000_007) == "2024-02-29T12:00:00.007Z"
    assert iso(None) is None


@pytest.mark.usefixtures("somewhere_east")
def test_people_get_instants_in_their_own_time_zone() -> None:
    assert readable(1_709_208_000_007) == "2024-02-29 17:30"
    assert readable(None) == ""
