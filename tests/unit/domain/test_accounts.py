"""What people may call themselves, and when two names are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.domain.accounts import person, valid_homepage, valid_name, valid_phone
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.text import fold


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(codec="utf-8")))
def test_case_and_blanks_around_make_no_difference(text: str) -> None:
    assert fold(f" {text.upper().lower()}\t") == fold(text.upper().lower())


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße@x.org", "STRASSE@x.org"), ("ﬁ@x.org", "FI@x.org"), ("\uff21da@x.org", "ada@x.org"), ("é", "e\u0301")],
)
def test_spellings_that_look_the_same_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(), st.none() | st.text(), st.none() | st.text(), st.none() | st.text())
def test_whatever_is_typed_gives_a_person_or_a_reason(
    email: str, username: str | None, first_name: str | None, last_name: str | None
) -> None:
    someone, field = None, None
    try:
        someone = person(email, username, first_name, last_name)
    except Invalid as refusal:
        field = refusal.field
    assert someone is None or someone.email_key == fold(someone.email)
    assert someone is not None or field in {"email", "username", "first_name", "last_name"}


def test_the_username_defaults_to_the_email_and_blank_names_to_none() -> None:
    someone = person(" Ada@Example.org ", "  ", " ", "")
    assert (someone.email, someone.username) == ("Ada@example.org", "Ada@example.org")
    assert (someone.first_name, someone.last_name) == (None, None)


@given(st.text())
def test_no_text_breaks_the_homepage_rule(text: str) -> None:
    kept, reason = None, ""
    try:
        kept = valid_homepage(text)
    except Invalid as refusal:
        reason = refusal.message
    assert kept == text or "homepage" in reason


@pytest.mark.parametrize(
    ("text", "kept"), [(None, None), ("", None), ("  ", None), (" +31 20 ", "+31 20"), ("1" * 17, "1" * 17)]
)
def test_a_phone_is_printable_text_or_nothing(text: str | None, kept: str | None) -> None:
    assert valid_phone(text) == kept


@pytest.mark.parametrize("text", ["1" * 18, "+31\n20", "\x00", "\ud800"])
def test_what_is_no_phone_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        valid_phone(text)
    assert refused.value.field == "phone"


def test_a_name_may_have_256_characters() -> None:
    assert valid_name("é" * 256, "first_name") == "é" * 256
    with pytest.raises(Invalid, match="surname is longer than 256"):
        valid_name("é" * 257, "surname")
