"""The format of credentials."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.domain import tokens
from gatepost.server.domain.clock import day_before, end_of_day, random_below
from gatepost.server.domain.tokens import Kind

KINDS = st.sampled_from(Kind)


@given(KINDS)
def test_a_minted_token_is_well_formed_for_its_kind_only(kind: Kind) -> None:
    raw = tokens.mint(kind, random_below).encode()
    assert len(raw) == tokens.RAW_LENGTH == 43
    assert [other for other in Kind if tokens.well_formed(raw, other)] == [kind]


@given(KINDS, st.integers(0, tokens.RAW_LENGTH - 1), st.integers(1, 255))
def test_any_single_changed_byte_is_noticed(kind: Kind, place: int, change: int) -> None:
    raw = bytearray(tokens.mint(kind, random_below).encode())
    raw[place] ^= change
    assert not tokens.well_formed(bytes(raw), kind)


@given(st.binary(max_size=100))
def test_no_bytes_make_the_check_fail(raw: bytes) -> None:
    assert tokens.well_formed(raw, Kind.ACCESS) in {True, False}


def test_the_format_is_stable() -> None:
    """Tokens in the field must stay valid: these are the exact texts of version 0.1."""
    assert tokens.mint(Kind.ACCESS, lambda bound: 7) == "gp_pat_" + "7" * 30 + tokens.checksum(b"gp_pat_" + b"7" * 30)
    assert tokens.checksum(b"gp_pat_" + b"7" * 30) == "2njIBB"
    assert tokens.digest(b"x").hex() == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


@given(st.dates(date(1970, 1, 2), date(9998, 12, 31)))
def test_a_day_survives_becoming_an_instant(day: date) -> None:
    assert day_before(end_of_day(day)) == day
    assert end_of_day(day) - end_of_day(day - timedelta(days=1)) == 86_400_000


@pytest.mark.parametrize("kind", Kind)
def test_two_tokens_differ(kind: Kind) -> None:
    assert tokens.mint(kind, random_below) != tokens.mint(kind, random_below)
