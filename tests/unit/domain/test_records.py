from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.domain.accounts import State
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.records import LONGEST_LINE, Record, newcomer, parse

NOW = 1_800_000_000_000
ID = "01890000-0000-7000-8000-000000000001"


def test_what_is_left_out_is_as_in_a_new_account() -> None:
    made = newcomer(parse(b'{"email": " Ada@Example.org "}'), ID, NOW)
    assert (made.id, made.email, made.email_key) == (ID, "Ada@example.org", "ada@example.org")
    assert (made.username, made.username_key) == (made.email, made.email_key)
    assert (made.state, made.disabled, made.email_verified) == (State.ACTIVE, False, True)
    assert (made.created_at, made.updated_at, made.password_hash) == (NOW, NOW, None)
    assert made.usable


@pytest.mark.parametrize(
    ("state", "given", "verified"),
    [(State.ACTIVE, None, True), (State.ACTIVE, False, False), (State.UNVERIFIED, True, False)],
)
def test_an_unverified_account_has_no_verified_address(state: State, given: bool | None, verified: bool) -> None:
    record = Record(email="ada@example.org", state=state, email_verified=given)
    assert newcomer(record, ID, NOW).email_verified is verified


@pytest.mark.parametrize(
    "stored",
    [
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$argon2i$m=512,t=2,p=2$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$argon2id$v=19$m=262144,t=4,p=8$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$2b$12$" + "a" * 53,
        "$2y$10$" + "./A" * 17 + "zz",
        "pbkdf2_sha256$870000$salt$aGFzaA==",
    ],
)
def test_password_hashes_of_known_schemes_are_taken_as_they_are(stored: str) -> None:
    assert newcomer(Record(email="ada@example.org", password_hash=stored), ID, NOW).password_hash == stored


@pytest.mark.parametrize(
    "stored",
    [
        "plain text",
        "$argon2id$v=19$m=2097152,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$argon2id$v=19$m=262144,t=5,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$argon2id$v=19$m=8,t=999999999,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$argon2id$v=19$m=19456,t=2,p=64$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$argon2id$v=19$m=" + "9" * 5_000 + ",t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$argon2$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g\n",
        "$2b$31$" + "a" * 53,
        "$2b$12$" + "a" * 52,
        "$2b$16$" + "a" * 53,
        "pbkdf2_sha256$99999999999$salt$aGFzaA==",
        "pbkdf2_sha256$5000001$salt$aGFzaA==",
        "pbkdf2_sha256$" + "9" * 5_000 + "$salt$aGFzaA==",
        "pbkdf2_sha1$1000$salt$aGFzaA==",
        "bcrypt_sha256$$2b$12$" + "a" * 53,
        "$2b$١٢$" + "a" * 53,
    ],
)
def test_other_password_hashes_are_refused(stored: str) -> None:
    with pytest.raises(Invalid, match="password_hash"):
        newcomer(Record(email="ada@example.org", password_hash=stored), ID, NOW)


def test_nothing_secret_or_personal_shows_where_a_record_is_printed() -> None:
    clear = Record(email="ada@example.org", password="a few words", id=ID)
    hashed = Record(email="ada@example.org", password_hash="$2b$12$" + "a" * 53, id=ID)
    assert repr([clear, hashed]) == f"[Record(id='{ID}'), Record(id='{ID}')]"
    assert repr(newcomer(hashed, ID, NOW)) == f"Newcomer(id='{ID}')"


@pytest.mark.parametrize("year", [1969, 2100])
def test_an_account_was_made_neither_before_1970_nor_in_the_future(year: int) -> None:
    with pytest.raises(Invalid, match="created_at"):
        newcomer(Record(email="ada@example.org", created_at=datetime(year, 1, 1, tzinfo=UTC)), ID, NOW)


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode(errors="surrogatepass")))
def test_any_line_is_read_or_refused(line: bytes) -> None:
    with suppress(Invalid):
        assert parse(line).email is not None


def test_the_longest_account_fits_on_a_line() -> None:
    texts, names = ("current_position", "homepage", "about", "description"), ("first_name", "last_name")
    longest = 12  # bytes of one character as JSON may write it
    assert (len(texts) * 2_000 + len(names) * 256) * longest + 10_000 < LONGEST_LINE
    with pytest.raises(Invalid, match="longer than"):
        parse(b" " * LONGEST_LINE + b"{}")
