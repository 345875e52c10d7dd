"""Records, of shapes that no single API has."""

import copy
import io
import pickle
from enum import StrEnum
from typing import Any, ClassVar, Self

import msgspec
import pytest
import rich.console
import rich.pretty
from hypothesis import given
from hypothesis import strategies as st

from gatepost._core.models import REDACTED, Model, convert, unknown_member


class Colour(StrEnum):
    RED = "red"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return unknown_member(cls, value)


class Pen(Model, frozen=True, kw_only=True, rename="camel"):
    secret_fields: ClassVar[frozenset[str]] = frozenset({"engraved_text"})

    colour: Colour | None = None
    engraved_text: str | None = None


class Case(Model, frozen=True, kw_only=True, rename="camel"):
    owner_name: str
    best: Pen | None = None
    pens: list[Pen] | None = None
    by_name: dict[str, Pen | None] | None = None
    rows: list[list[Pen]] | None = None
    note: str | msgspec.UnsetType | None = msgspec.UNSET


PEN = {"colour": "red", "engravedText": "s3cret", "ink": {"left": 0.5}}
CASE = {
    "ownerName": "Ada",
    "best": PEN,
    "pens": [PEN, {"colour": "mauve", "engravedText": None}],
    "byName": {"a": PEN, "b": None},
    "rows": [[PEN], []],
    "madeIn": ["Turin"],
}


def case() -> Any:
    return Case.from_dict(CASE)


def unpickled(record: Any) -> Any:
    return pickle.loads(pickle.dumps(record))  # noqa: S301  what was pickled in this line


def test_fields_nobody_knows_are_kept_at_every_depth() -> None:
    record = case()
    assert record.madeIn == ["Turin"]
    pens = (record.best, record.pens[0], record.by_name["a"], record.rows[0][0])
    assert [pen.ink for pen in pens] == [{"left": 0.5}] * 4
    assert record.to_dict() == CASE


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, unpickled])
def test_a_copy_is_equal_and_keeps_what_nobody_knows(again: Any) -> None:
    other = again(case())
    assert other == case()
    assert other.to_dict() == CASE


def test_what_nobody_knows_takes_no_part_in_equality() -> None:
    assert Pen.from_dict({**PEN, "cap": True}) == Pen.from_dict(PEN)
    assert len({Pen.from_dict({**PEN, "cap": True}), Pen.from_dict(PEN)}) == 1


def test_a_field_that_was_not_set_is_not_on_the_wire_and_one_that_is_none_is() -> None:
    assert "note" not in Case(owner_name="Ada").to_dict()
    assert Case(owner_name="Ada", note=None).to_dict()["note"] is None
    assert case().note is msgspec.UNSET


def test_a_server_replaces_nothing_a_record_has() -> None:
    taken = set(dir(Case)) - {"best", "pens", "rows", "note"}
    assert taken > {"to_dict", "secret_fields", "owner_name", "__class__", "__dict__", "__reduce__"}
    record = Case.from_dict({"ownerName": "Ada", **dict.fromkeys(taken, "mine")})
    assert record.__dict__ == {}
    assert record == Case(owner_name="Ada")


@pytest.mark.parametrize("name", ["owner_name", "best", "madeIn", "anything"])
def test_a_record_does_not_change(name: str) -> None:
    record = case()
    with pytest.raises(AttributeError):
        setattr(record, name, "x")
    with pytest.raises(AttributeError):
        delattr(record, name)
    assert record.to_dict() == CASE


def on_screen(record: Any) -> str:
    screen = io.StringIO()
    rich.console.Console(file=screen, width=200).print(rich.pretty.Pretty(record, expand_all=True))
    return screen.getvalue()


@pytest.mark.parametrize("shown", [repr, str, on_screen, "{!r:>200}".format, lambda record: repr([record])])
def test_no_view_of_a_record_shows_its_secrets_however_deep(shown: Any) -> None:
    text = shown(case())
    assert "s3cret" not in text
    assert text.count(REDACTED) == 4
    assert "engraved_text=None" in text


def test_a_member_that_an_enumeration_does_not_list_is_one_of_its_kind() -> None:
    colour = case().pens[1].colour
    assert isinstance(colour, Colour)
    assert (colour, colour.value, colour.name, str(colour)) == ("mauve", "mauve", "mauve", "mauve")
    assert list(Colour) == [Colour.RED]
    assert case().best.colour is Colour.RED


def test_a_member_must_be_a_text() -> None:
    with pytest.raises(msgspec.ValidationError):
        Pen.from_dict({"colour": 7})


def test_a_record_of_another_shape_is_refused_by_the_name_of_the_field() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"at `\$\.pens\[0\]\.engravedText`$"):
        Case.from_dict({"ownerName": "Ada", "pens": [{"engravedText": 5}]})


def test_a_list_at_the_top_is_a_list_of_records() -> None:
    pens = convert([PEN, {}], list[Pen])
    assert [pen.to_dict() for pen in pens] == [PEN, {"colour": None, "engravedText": None}]


names = st.sampled_from(["colour", "engravedText", "ink", "to_dict", "__class__", "", "é"]) | st.text(max_size=5)
values = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())


@given(st.dictionaries(names, values))
def test_whatever_is_taken_is_given_back(fields: dict[str, Any]) -> None:
    wire = fields | {"colour": None, "engravedText": "s3cret"}
    record = Pen.from_dict(wire)
    assert record.to_dict() == {name: value for name, value in wire.items() if name in PEN or not hasattr(Pen, name)}
    assert unpickled(record).to_dict() == record.to_dict()
    assert repr(record) == f"Pen(colour=None, engraved_text='{REDACTED}')"
