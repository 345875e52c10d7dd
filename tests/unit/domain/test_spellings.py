"""The forms of credentials that clients of the Homebox API know."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.domain import tokens
from gatepost.server.domain.clock import random_below
from gatepost.server.domain.spellings import Form, Spelling
from gatepost.server.domain.tokens import Kind

SHAPES = {
    Kind.ACCESS: r"hb_[A-Za-z0-9_-]{43}",
    Kind.SESSION: r"[A-Z2-7]{26}",
    Kind.ATTACHMENT: r"[A-Z2-7]{26}",
    Kind.INVITATION: r"[A-Z2-7]{26}",
}
SPELT = st.sampled_from(list(SHAPES))


@given(SPELT)
def test_a_credential_has_the_shape_its_clients_know(kind: Kind) -> None:
    assert re.fullmatch(SHAPES[kind], tokens.mint(kind, random_below, Spelling.HOMEBOX))


@pytest.mark.parametrize("kind", SHAPES)
def test_a_credential_passes_as_its_own_kind_and_as_no_other(kind: Kind) -> None:
    raw = tokens.mint(kind, lambda bound: bound - 1, Spelling.HOMEBOX).encode()
    assert [other for other in Kind if tokens.well_formed(raw, other)] == [kind]


@given(SPELT, st.data())
def test_a_mistyped_character_is_noticed(kind: Kind, data: st.DataObject) -> None:
    raw = bytearray(tokens.mint(kind, random_below, Spelling.HOMEBOX).encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.sampled_from([1, 2, 4, 8, 16, 32, 64]))
    assert not tokens.well_formed(bytes(raw), kind)


@given(st.binary(max_size=100), st.sampled_from(Kind))
def test_no_bytes_make_the_check_fail(raw: bytes, kind: Kind) -> None:
    assert tokens.well_formed(raw, kind) in {True, False}


def test_the_forms_are_stable() -> None:
    """Credentials in the field must stay valid."""
    assert tokens.mint(Kind.SESSION, lambda bound: 1, Spelling.HOMEBOX) == "B" * 22 + "LUSQ"
    assert tokens.mint(Kind.ACCESS, lambda bound: 1, Spelling.HOMEBOX) == "hb_" + "B" * 38 + "I6Ssl"


def test_a_form_says_how_long_it_is() -> None:
    assert len(Form("x", "ab", 3, 2).mint(lambda bound: 0)) == Form("x", "ab", 3, 2).length == 6
