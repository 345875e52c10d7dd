"""Signing up: what is kept, what is answered, and what an attacker gains by being first."""

from dataclasses import replace
from pathlib import Path

import pytest

from gatepost.server.domain.errors import Forbidden, Unauthenticated
from gatepost.server.domain.principal import SYSTEM
from tests.kit.backstage import Backstage
from tests.kit.kipu import FOREIGN
from tests.kit.mailbox import confirmations, kinds, letters
from tests.kit.site import Site, open_site
from tests.kit.ubiops import PASSWORD, check_refusal, sign_up, target
from tests.kit.wire import Answer, Target

FIELDS = {"name": "Ann", "surname": "Lee", "phone": "+31201234567"}


def press(site: Site, path: str) -> Answer:
    """Open the page behind a link, which changes nothing, and press its button."""
    assert site.ask(Target("GET", path.encode())).status == 200
    return site.ask(Target("POST", path.encode()))


def signs_in(stage: Backstage, email: str, password: str) -> bool:
    try:
        stage.call(stage.parts.sign_in.by_password, email, password, "test")
    except (Unauthenticated, Forbidden):
        return False
    return True


def test_what_was_sent_is_kept_and_answered_without_the_password(site: Site) -> None:
    answer = site.ask(sign_up("ann@example.org", **FIELDS))
    assert (answer.status, answer.headers["content-type"]) == (201, "application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {"email": "ann@example.org", **FIELDS}
    kept = "SELECT first_name, last_name, phone, state FROM accounts WHERE email = ?"
    assert site.stage.rows(kept, "ann@example.org") == [(*FIELDS.values(), "unverified")]


def test_what_was_not_sent_is_null_and_a_phone_is_left_out(site: Site) -> None:
    nothing = {"email": "few@example.org", "name": None, "surname": None}
    assert site.ask(sign_up("few@example.org")).json() == nothing
    assert site.ask(sign_up("few@example.org", name="", surname=" ", phone="")).json() == nothing
    assert site.ask(sign_up("few@example.org", name=None, surname=None, phone=None)).json() == nothing


def test_members_of_other_generations_of_the_api_are_ignored(site: Site) -> None:
    answer = site.ask(sign_up("old@example.org", terms_conditions=True, newsletter=False, id=[{}]))
    assert (answer.status, set(answer.json())) == (201, {"email", "name", "surname"})


def test_the_link_makes_the_account_one_that_can_act(site: Site) -> None:
    site.ask(sign_up("new@example.org", **FIELDS))
    assert not signs_in(site.stage, "new@example.org", PASSWORD)
    (link,) = confirmations(site.stage, "new@example.org")
    assert press(site, link).status == 200
    assert signs_in(site.stage, "new@example.org", PASSWORD)
    account = site.stage.call(site.stage.parts.administration.find, SYSTEM, "new@example.org")
    made = site.stage.call(site.stage.parts.tokens.create_for, SYSTEM, account.id, "first", None)
    me = site.ask(target("GET", made.raw)).json()
    assert (me["id"], me["email"], me["name"], me["surname"]) == (account.id, "new@example.org", "Ann", "Lee")
    assert account.phone == FIELDS["phone"]


def test_a_pending_address_gets_another_link_and_the_same_answer(site: Site) -> None:
    first, second = (site.ask(sign_up("again@example.org", name="A")) for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body)
    assert kinds(site.stage, "again@example.org") == ["confirm-email"] * 2
    old, new = confirmations(site.stage, "again@example.org")
    assert old != new
    assert press(site, new).status == 200
    assert site.ask(Target("POST", old.encode())).status == 404


def test_who_signs_up_first_with_the_address_of_another_gains_nothing(site: Site) -> None:
    victim, stage = "victim@example.org", site.stage
    site.ask(sign_up(victim, name="Mallory", phone="+666", password="the password of mallory"))
    site.ask(sign_up(victim, name="Vic", phone="+31"))
    site.ask(sign_up(victim, name="Mallory", password="the password of mallory"))
    early, own, late = confirmations(stage, victim)
    assert press(site, own).status == 200
    kept = stage.rows("SELECT first_name, phone, state FROM accounts WHERE email = ?", victim)
    assert kept == [("Vic", "+31", "active")]
    assert signs_in(stage, victim, PASSWORD)
    assert not signs_in(stage, victim, "the password of mallory")
    for other in (early, late):
        assert site.ask(Target("POST", other.encode())).status == 404
    site.ask(sign_up(victim, name="Mallory", password="the password of mallory"))
    assert not signs_in(stage, victim, "the password of mallory")


def test_an_active_address_is_not_revealed_and_its_owner_is_told(site: Site) -> None:
    known, unknown = site.stage.member(first_name="Known").email, "nobody-knows@example.org"
    before = site.stage.rows("SELECT * FROM accounts WHERE email = ?", known)
    answers = [site.ask(sign_up(email, **FIELDS)) for email in (known, unknown)]
    seen = [(answer.status, answer.headers, answer.body.replace(email.encode(), b"@"))
            for answer, email in zip(answers, (known, unknown), strict=True)]  # fmt: skip
    lengths = [headers.pop("content-length") for _, headers, _ in seen]
    assert seen[0] == seen[1]
    assert int(lengths[0]) - len(known) == int(lengths[1]) - len(unknown)
    assert site.stage.rows("SELECT * FROM accounts WHERE email = ?", known) == before
    assert kinds(site.stage, known) == ["already-registered"]
    assert "/confirm/" not in letters(site.stage, known)[0][1]


@pytest.mark.parametrize("state", ["pending", "rejected", "disabled"])
def test_an_address_whose_account_may_not_act_is_not_revealed_either(site: Site, state: str) -> None:
    barred = site.stage.member()
    change = "disabled = TRUE" if state == "disabled" else f"state = '{state}'"
    site.stage.write(f"UPDATE accounts SET {change} WHERE id = ?", barred.id)  # noqa: S608  words of this test
    answer = site.ask(sign_up(barred.email, name="N"))
    assert (answer.status, answer.json()) == (201, {"email": barred.email, "name": "N", "surname": None})
    assert kinds(site.stage, barred.email) == ["already-registered"]


class Counting:
    """Counts how often passwords are hashed, which is what takes time."""

    def __init__(self, hasher: object) -> None:
        self.hashed = 0
        self._hasher = hasher

    async def hash(self, secret: bytes) -> str:
        self.hashed += 1
        return "$argon2id$…"

    def __getattr__(self, name: str) -> object:
        return getattr(self._hasher, name)


def test_known_and_unknown_addresses_take_the_same_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    known = site.stage.member().email
    work = []
    for email in (known, "free@example.org"):
        hasher = Counting(site.stage.parts.hasher)
        monkeypatch.setattr(type(site.stage.parts.hasher), "hash", lambda _, secret, to=hasher: to.hash(secret))
        writes = len(site.stage.rows("SELECT 1 FROM audit")), len(site.stage.rows("SELECT 1 FROM outbox"))
        site.ask(sign_up(email))
        after = len(site.stage.rows("SELECT 1 FROM audit")), len(site.stage.rows("SELECT 1 FROM outbox"))
        work.append((hasher.hashed, [new - old for new, old in zip(after, writes, strict=True)]))
    assert work == [(1, [1, 1])] * 2


@pytest.mark.parametrize("email", ["ANN.Case@Example.org", " ann.case@example.org "])
def test_an_address_is_compared_without_case_and_blanks(site: Site, email: str) -> None:
    stage = site.stage
    if not stage.rows("SELECT 1 FROM accounts WHERE email = 'ann.case@example.org'"):
        stage.account("ann.case@example.org")
    before = len(kinds(stage, "ann.case@example.org"))
    assert site.ask(sign_up(email)).status == 201
    assert kinds(stage, "ann.case@example.org")[before:] == ["already-registered"]


@pytest.mark.parametrize(("mode", "words"), [("closed", "closed"), ("invitation", "invitation")])
def test_where_nobody_may_sign_up_it_is_refused(data: Path, mode: str, words: str) -> None:
    with open_site(data, GATEPOST_REGISTRATION__MODE=mode) as site:
        assert words in check_refusal(site.ask(sign_up("a@example.org")), 403)
        assert kinds(site.stage, "a@example.org") == []


def test_with_approval_the_link_leads_to_an_account_that_waits(data: Path) -> None:
    with open_site(data, GATEPOST_REGISTRATION__MODE="approval") as site:
        site.ask(sign_up("a@example.org"))
        press(site, confirmations(site.stage, "a@example.org")[0])
        account = site.stage.call(site.stage.parts.administration.find, SYSTEM, "a@example.org")
        made = site.stage.call(site.stage.parts.tokens.create_for, SYSTEM, account.id, "t", None)
        check_refusal(site.ask(target("GET", made.raw)), 401)
        site.stage.call(site.stage.parts.administration.approve, SYSTEM, account.id)
        assert site.ask(target("GET", made.raw)).status == 200


@pytest.mark.parametrize("token", ["garbage", FOREIGN])
def test_a_token_that_does_not_hold_is_not_looked_at(site: Site, token: str) -> None:
    request = sign_up("with-token@example.org").also((b"authorization", f"Token {token}".encode()))
    assert site.ask(request).status == 201


def test_signing_up_can_be_made_to_need_a_token(data: Path) -> None:
    with open_site(data, GATEPOST_DIALECTS__UBIOPS__SIGN_UP_NEEDS_TOKEN="true") as site:
        request = sign_up("a@example.org")
        check_refusal(site.ask(request), 401)
        check_refusal(site.ask(request.also((b"authorization", f"Token {FOREIGN}".encode()))), 401)
        assert kinds(site.stage, "a@example.org") == []
        member = site.stage.member()
        assert site.ask(request.also((b"authorization", f"Token {member.token}".encode()))).status == 201


def test_both_versions_are_the_same(site: Site) -> None:
    request = sign_up("v@example.org")
    answers = [site.ask(replace(request, target=path)) for path in (b"/ubiops/v2.1/user", b"/ubiops/v2/user")]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body == answers[1].body


def test_an_attempt_and_a_repetition_are_in_the_audit_trail(site: Site) -> None:
    known = site.stage.member()
    site.ask(sign_up("trail@example.org", name="Tell nobody", phone="+4912345"))
    site.ask(sign_up(known.email))
    (attempt,) = site.stage.rows("SELECT id FROM accounts WHERE email = 'trail@example.org'")
    events = "SELECT action, detail FROM audit WHERE subject = ? ORDER BY id DESC LIMIT 1"
    assert site.stage.rows(events, attempt[0]) == [("account.signed_up", "{}")]
    assert site.stage.rows(events, known.id) == [("account.sign_up_repeated", "{}")]
