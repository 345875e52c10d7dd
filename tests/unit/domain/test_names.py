"""Display names, split and joined."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.domain import names
from gatepost.server.domain.errors import Invalid


@dataclass
class Named:
    username: str = "ada"
    first_name: str | None = None
    last_name: str | None = None


@given(st.text("ab é'", min_size=1, max_size=20).filter(str.strip))
def test_a_name_comes_back_exactly_as_it_was_given(name: str) -> None:
    first, last = names.split(name)
    assert names.display_name(Named("ada", first, last)) == name


def test_a_name_is_split_at_its_last_blank() -> None:
    assert names.split("Ada King Lovelace") == ("Ada King", "Lovelace")
    assert names.split("Ada") == ("Ada", None)


def test_names_that_were_never_joined_are_shown() -> None:
    assert names.display_name(Named("ada", "Ada", "Lovelace")) == "Ada Lovelace"
    assert names.display_name(Named("ada", None, "Lovelace")) == "Lovelace"
    assert names.display_name(Named("ada")) == "ada"


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 256, "\ud800", "a\x00b"])
def test_a_name_is_printable_text(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        names.split(name)
    assert refusal.value.field == "name"
