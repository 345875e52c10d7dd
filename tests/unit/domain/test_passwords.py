import pytest

from gatepost.server.domain import passwords
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.passwords import MAX_BYTES, prepare


def test_a_password_is_hashed_in_one_spelling() -> None:
    assert prepare("\uff21e\u0301") == prepare("A\u00e9") == b"A\xc3\xa9"


@pytest.mark.parametrize("password", ["x" * (MAX_BYTES + 1), "\ufdfa" * 32, "\ud800"])
def test_what_is_too_long_or_no_text_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        prepare(password)
    assert prepare("x" * MAX_BYTES)


def test_an_overlong_password_costs_no_normalising(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "unicodedata", None)
    with pytest.raises(Invalid):
        prepare("a" + "\u0345" * 2_000 + "\u0334" * 2_000)
