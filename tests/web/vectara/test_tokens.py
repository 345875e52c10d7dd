"""The token endpoint: which bodies are read, what is refused and how, and that guessing takes ever longer."""

import json
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest

from gatepost.server.dialects.vectara import wire
from tests.kit.site import Site, open_site
from tests.kit.vectara import TOKEN, OAuthClient, check_refusal, check_token_refusal, oauth_client, target
from tests.kit.wire import Answer, Target

FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"
ALIAS = b"/vectara/oauth/token"


@pytest.fixture(scope="session")
def program(site: Site) -> OAuthClient:
    return oauth_client(site.stage, "owner")


def posted(body: bytes, kind: bytes | None = JSON) -> Target:
    headers = [(b"content-length", b"%d" % len(body))]
    return Target("POST", TOKEN, [*headers, (b"content-type", kind)] if kind else headers, body)


def form(**fields: str) -> Target:
    return posted(urlencode(fields).encode(), FORM)


def as_json(**fields: object) -> Target:
    return posted(json.dumps(fields).encode(), JSON)


def check_granted(site: Site, answer: Answer) -> None:
    assert answer.status == 200, answer.body
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    body = answer.json()
    assert {name: body[name] for name in body if name != "access_token"} == {"token_type": "Bearer", "expires_in": 1800}
    assert site.ask(target("GET", body["access_token"])).status == 200


@pytest.mark.parametrize("path", [TOKEN, ALIAS])
@pytest.mark.parametrize("grant", [None, "", "client_credentials"])
def test_a_program_gets_a_token_that_holds(site: Site, program: OAuthClient, path: bytes, grant: str | None) -> None:
    asked = program._asdict() if grant is None else {**program._asdict(), "grant_type": grant}
    for request in (form(**asked), as_json(**asked)):
        check_granted(site, site.ask(replace(request, target=path)))


def test_what_a_program_sends_besides_is_not_looked_at(site: Site, program: OAuthClient) -> None:
    more = {"scope": "all", "audience": "x", "customer_id": "1"}
    check_granted(site, site.ask(form(**program._asdict(), **more)))
    asked = as_json(grant_type=None, **program._asdict(), **more)
    check_granted(site, site.ask(asked.also((b"x-api-key", b"gp_pat_x"), (b"authorization", b"Bearer x.y.z"))))


@pytest.mark.parametrize("grant", ["password", "Client_Credentials", "refresh_token", " client_credentials"])
def test_another_grant_is_not_supported(site: Site, program: OAuthClient, grant: str) -> None:
    for asked in (form(**program._asdict(), grant_type=grant), as_json(**program._asdict(), grant_type=grant)):
        assert check_token_refusal(site.ask(asked), 400) == "unsupported_grant_type"


def test_an_unknown_id_and_a_wrong_secret_are_told_alike(site: Site, program: OAuthClient) -> None:
    other = oauth_client(site.stage)
    wrong = [
        ("nobody", program.client_secret), (program.client_id, other.client_secret), (program.client_id, "x"),
        ("\x00", "\x00"), ("é" * 1_000, "é"), ("x" * 4_000, "x"), (program.client_id.upper(), program.client_secret),
    ]  # fmt: skip
    answers = [site.ask(form(client_id=id, client_secret=secret)) for id, secret in wrong if "\x00" not in id]
    answers += [site.ask(as_json(client_id=id, client_secret=secret)) for id, secret in wrong]
    assert {check_token_refusal(answer, 401) for answer in answers} == {"invalid_client"}
    assert len({answer.body for answer in answers}) == 1
    assert all(answer.headers["www-authenticate"].startswith("Basic ") for answer in answers)


UNREADABLE = {
    "nothing": posted(b""),
    "no json": posted(b"{"),
    "a list": posted(b"[]"),
    "a number": as_json(client_id=1, client_secret="x"),
    "no id": as_json(client_secret="x"),
    "no secret": form(client_id="x"),
    "an empty id": form(client_id="", client_secret="x"),
    "an empty secret": as_json(client_id="x", client_secret=""),
    "an id twice": posted(b"client_id=a&client_id=b&client_secret=c", FORM),
    "no UTF-8": posted(b"client_id=%ff&client_secret=c", FORM),
    "too long": form(client_id="x" * 5_000, client_secret="x"),
    "no content type": posted(b"client_id=a&client_secret=b", None),
    "another content type": posted(b"client_id=a&client_secret=b", b"text/plain"),
}


@pytest.mark.parametrize("asked", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_an_invalid_request(site: Site, asked: Target) -> None:
    assert check_token_refusal(site.ask(asked), 400) == "invalid_request"


def basic(id: str, secret: str) -> tuple[bytes, bytes]:
    return b"authorization", b"Basic " + b64encode(f"{id}:{secret}".encode())


def test_id_and_secret_may_stand_in_the_header(site: Site, program: OAuthClient) -> None:
    asked = form(grant_type="client_credentials")
    check_granted(site, site.ask(asked.also(basic(*program))))
    encoded = basic(program.client_id.replace("-", "%2D"), program.client_secret.replace("_", "%5F"))
    check_granted(site, site.ask(asked.also(encoded)))
    assert check_token_refusal(site.ask(asked.also(basic(program.client_id, "x"))), 401) == "invalid_client"
    both = form(**program._asdict()).also(basic("nobody", "x"))
    assert check_token_refusal(site.ask(both), 401) == "invalid_client"


@pytest.mark.parametrize("encoded", [b"%%%", b"eA=", b"//8=", b"\xff"])
def test_a_header_that_cannot_be_read_is_an_invalid_request(site: Site, encoded: bytes) -> None:
    asked = form(grant_type="client_credentials").also((b"authorization", b"basic " + encoded))
    assert check_token_refusal(site.ask(asked), 400) == "invalid_request"


def test_no_secret_reaches_a_repr(program: OAuthClient) -> None:
    for secretive in (
        wire.TokenRequest(*program),
        wire.AccessToken(program.client_secret, "Bearer", 1),
        wire.PasswordReset(username="u", email="e", one_time_code=program.client_secret),
    ):
        assert program.client_secret not in repr(secretive)


def test_who_fails_again_and_again_has_to_wait_and_nobody_else(data: Path) -> None:
    with open_site(data, GATEPOST_LIMITS__ENABLED="true", GATEPOST_LIMITS__FREE_FAILURES="2") as site:
        program, other = oauth_client(site.stage, "owner"), oauth_client(site.stage, "owner")
        guess = form(client_id=program.client_id, client_secret="x")
        assert [site.ask(guess).status for _ in range(4)] == [401, 401, 401, 429]
        answer = site.ask(form(**program._asdict()))
        check_refusal(answer, 429)
        assert 1 <= int(answer.headers["retry-after"]) <= 10
        check_granted(site, site.ask(form(**other._asdict())))


def test_a_success_ends_the_count_of_failures(data: Path) -> None:
    with open_site(data, GATEPOST_LIMITS__ENABLED="true", GATEPOST_LIMITS__FREE_FAILURES="2") as site:
        program = oauth_client(site.stage, "owner")
        for _ in range(3):
            guesses = [site.ask(form(client_id=program.client_id, client_secret="x")).status for _ in range(2)]
            assert guesses == [401, 401]
            assert site.ask(form(**program._asdict())).status == 200


def test_guesses_are_counted_with_the_bad_tokens_of_the_network(data: Path) -> None:
    settings = {"GATEPOST_LIMITS__ENABLED": "true", "GATEPOST_LIMITS__FAILED_TOKENS_PER_NETWORK": "2/hour"}
    with open_site(data, **settings) as site:
        asked = [site.ask(form(client_id=f"c{number}", client_secret="x")).status for number in range(3)]
        assert asked == [401, 401, 429]
