"""Credentials in memory."""

import copy
import pickle
from typing import Any

import pytest
from rich.pretty import pretty_repr

from gatepost._core.secrets import Secret, header_secret


@pytest.mark.parametrize(
    "shown", [repr, str, "{}".format, "{!s:>20}".format, pretty_repr, lambda secret: repr({"a": [secret]}), ascii]
)
def test_no_view_of_a_secret_shows_it(shown: Any) -> None:
    assert "t0ken" not in shown(Secret("t0ken"))
    assert "[REDACTED]" in shown(Secret("t0ken"))


@pytest.mark.parametrize("away", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_not_written_down(away: Any) -> None:
    with pytest.raises(TypeError, match=r"^a secret cannot be pickled$"):
        away(Secret("t0ken"))


def test_a_secret_has_no_attributes_to_list() -> None:
    with pytest.raises(TypeError):
        vars(Secret("t0ken"))


@pytest.mark.parametrize("value", ["t0ken", "a b", "!#$%&'*+-.^_`|~", "a" * 10_000])
def test_what_can_travel_is_kept_as_it_is(value: str) -> None:
    assert header_secret(value, "api_key").reveal() == value


@pytest.mark.parametrize(
    "value", [" t0ken", "t0ken ", "t0ken\n", "t0\rken", "t0\x00ken", "t0ken\x7f", "t0kén", "t0\tken"]
)
def test_what_cannot_travel_is_refused_by_name(value: str) -> None:
    with pytest.raises(
        ValueError, match=r"^api_key has blanks around it, or characters that cannot travel in a header$"
    ):
        header_secret(value, "api_key")


def test_an_empty_credential_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^api_key is empty$"):
        header_secret("", "api_key")


@pytest.mark.parametrize("value", [None, 7, b"t0ken", Secret("t0ken")])
def test_what_is_not_a_text_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match=f"^api_key must be a str, not {type(value).__name__}$"):
        header_secret(value, "api_key")
