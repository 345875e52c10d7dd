"""Reading and deleting the acting account, and who may."""

import re
from pathlib import Path

import pytest

from gatepost.server.domain.accounts import State
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import SYSTEM
from tests.kit.backstage import Member
from tests.kit.kipu import FOREIGN
from tests.kit.site import Site, open_site
from tests.kit.ubiops import BASE, check_limits, check_refusal, target

ISSUER = "https://login.example.org"
PROVIDER = f'[{{"name": "company", "issuer": "{ISSUER}", "audience": ["api"]}}]'
REFUSED = "Missing or invalid credentials."


@pytest.mark.parametrize("path", [BASE + b"/user", b"/ubiops/v2/user"])
def test_the_acting_account_is_shown(site: Site, ada: Member, path: bytes) -> None:
    answer = site.ask(target("GET", ada.token, path))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    date = body.pop("registration_date")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\+00:00", date)
    assert body == {
        "id": ada.id, "email": ada.email, "name": "Ada", "surname": "Lovelace", "authentication": "ubiops",
    }  # fmt: skip


def test_names_are_null_where_there_is_none_however_they_are_kept(site: Site) -> None:
    member = site.stage.member()
    names = [site.ask(target("GET", member.token)).json()]
    site.stage.write("UPDATE accounts SET first_name = '', last_name = '' WHERE id = ?", member.id)
    names.append(site.ask(target("GET", member.token)).json())
    assert [(body["name"], body["surname"]) for body in names] == [(None, None)] * 2


def test_who_comes_from_a_provider_signs_in_there(data: Path) -> None:
    with open_site(data, GATEPOST_OIDC__PROVIDERS=PROVIDER) as site:
        stage, words = site.stage, []
        for issuer in (ISSUER, "https://gone.example.org"):
            claims = Claims(issuer, "s", f"{issuer[8:12]}@example.org", email_verified=True)
            principal = stage.call(stage.parts.provisioning.principal_for, claims)
            made = stage.call(stage.parts.tokens.create_for, SYSTEM, principal.account_id, "t", None)
            words.append(site.ask(target("GET", made.raw)).json()["authentication"])
        assert words == ["company", "https://gone.example.org"]


def test_who_has_a_password_beside_an_identity_signs_in_by_it(data: Path) -> None:
    with open_site(data, GATEPOST_OIDC__PROVIDERS=PROVIDER) as site:
        member = site.stage.member(password="a password of one's own")
        claims = Claims(ISSUER, "s", member.email, email_verified=True)
        assert site.stage.call(site.stage.parts.provisioning.principal_for, claims).account_id == member.id
        assert site.ask(target("GET", member.token)).json()["authentication"] == "ubiops"


@pytest.mark.parametrize("scheme", ["Token", "Bearer"])
def test_both_words_before_a_token_mean_the_same(site: Site, ada: Member, scheme: str) -> None:
    assert site.ask(target("GET", ada.token, scheme=scheme)).json()["id"] == ada.id


@pytest.mark.parametrize("scheme", ["token", "TOKEN", "bearer", "BEARER", "Basic", "", "Token:", "ToKen", "Tökën"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_any_other_word_is_refused(site: Site, ada: Member, method: str, scheme: str) -> None:
    request = target(method, ada.token).without("authorization")
    request = request.also((b"authorization", f"{scheme} {ada.token}".encode("latin-1")))
    assert check_refusal(site.ask(request), 401) == REFUSED


@pytest.mark.parametrize("value", ["", "Token", "Token ", "Bearer  ", "x", "Token garbage", f"Token {FOREIGN}"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_is_no_token_is_refused(site: Site, method: str, value: str) -> None:
    request = target(method).also((b"authorization", value.encode()))
    assert check_refusal(site.ask(request), 401) == REFUSED


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_missing_token_and_one_of_another_header_are_refused(site: Site, ada: Member, method: str) -> None:
    check_refusal(site.ask(target(method)), 401)
    check_refusal(site.ask(target(method, x_auth_token=ada.token)), 401)


def test_a_session_is_no_token_here(site: Site) -> None:
    stage, member = site.stage, site.stage.member(password="a password of one's own")
    session = stage.call(stage.parts.sign_in.by_password, member.email, "a password of one's own", "test")
    check_refusal(site.ask(target("GET", session.raw, scheme="Bearer")), 401)


@pytest.mark.parametrize("state", [State.UNVERIFIED, State.PENDING, State.REJECTED, None])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_the_token_of_an_account_that_may_not_act_is_refused(site: Site, method: str, state: State | None) -> None:
    barred = site.stage.barred(state)
    assert check_refusal(site.ask(target(method, barred.token)), 401) == REFUSED
    assert site.stage.rows("SELECT 1 FROM accounts WHERE id = ?", barred.id)


def test_disabling_ends_a_token_in_use(site: Site) -> None:
    member = site.stage.member()
    assert site.ask(target("GET", member.token)).status == 200
    site.stage.call(site.stage.parts.administration.disable, SYSTEM, member.id)
    check_refusal(site.ask(target("GET", member.token)), 401)


def test_deleting_leaves_nothing_but_the_event(site: Site) -> None:
    stage, member = site.stage, site.stage.member(first_name="Gone")
    answer = site.ask(target("DELETE", member.token, content_type="application/json"))
    assert (answer.status, answer.body) == (204, b"")
    assert "content-type" not in answer.headers
    check_limits(answer)
    assert {table for table, rows in stage.contents().items() if any(member.id in row for row in rows)} == {"audit"}
    events = "SELECT action FROM audit WHERE subject = ? ORDER BY id DESC LIMIT 1"
    assert stage.rows(events, member.id) == [("account.deleted",)]
    for method in ("GET", "DELETE"):
        check_refusal(site.ask(target(method, member.token)), 401)


def test_the_last_owner_cannot_leave(site: Site, ada: Member) -> None:
    assert "owner" in check_refusal(site.ask(target("DELETE", ada.token)), 403)
    assert site.ask(target("GET", ada.token)).json()["id"] == ada.id
