"""The JSON object that people keep for their own programs."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.domain.errors import GatepostError, Invalid, TooLarge
from gatepost.server.domain.preferences import MOST_BYTES, MOST_NESTING, valid_preferences

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text('a"\\{}[]é'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_any_object_is_kept_as_it_is(document: dict[str, object]) -> None:
    assert json.loads(valid_preferences(json.dumps(document).encode())) == document


def test_null_counts_as_nothing_kept() -> None:
    assert valid_preferences(b" null ") == valid_preferences(b"{ }") == "{}"


@pytest.mark.parametrize(
    "body", [b"", b"[1]", b'"a"', b"1", b"true", b"{", b"nope", b'{"a":1} x', b'{"a":"\xff"}', b'{"a":1e400}', b"\xff"]
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        valid_preferences(body)


def nested(levels: int) -> bytes:
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def test_nesting_is_bounded() -> None:
    assert valid_preferences(nested(MOST_NESTING)).encode() == nested(MOST_NESTING)
    for levels in (MOST_NESTING + 1, 5_000, 30_000):
        with pytest.raises(Invalid):
            valid_preferences(nested(levels))


def test_brackets_in_text_are_no_nesting() -> None:
    assert valid_preferences(b'{"a":"' + b"[" * 1_000 + b'"}')


def test_64_kib_are_kept_and_not_one_byte_more() -> None:
    body = b'{"a":"' + b"x" * (MOST_BYTES - 8) + b'"}'
    assert valid_preferences(body).encode() == body
    with pytest.raises(TooLarge):
        valid_preferences(body + b" ")


@given(st.binary(max_size=200))
def test_no_bytes_make_the_check_fail_otherwise(body: bytes) -> None:
    with suppress(GatepostError):
        assert valid_preferences(body).startswith("{")
