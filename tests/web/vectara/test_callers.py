"""Who may ask: programs by their tokens, and accounts by personal ones, as far as their roles go."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from gatepost.server.domain.accounts import State
from gatepost.server.domain.principal import SYSTEM
from tests.kit.backstage import Member
from tests.kit.site import Site, open_site
from tests.kit.vectara import USERS, bearer, check_refusal, oauth_client, target
from tests.kit.wire import Target
from tests.web.vectara.conftest import Refused

ADA = USERS + b"/ada"
OPERATIONS: dict[str, Callable[[], Target]] = {
    "list": lambda: target("GET"),
    "list of a corpus": lambda: target("GET", path=USERS + b"?corpus_key=nowhere"),
    "create": lambda: target("POST", body={"email": "new@example.org"}),
    "get": lambda: target("GET", path=ADA),
    "update": lambda: target("PATCH", path=ADA, body={"enabled": False}),
    "delete": lambda: target("DELETE", path=ADA),
    "reset password": lambda: target("POST", path=ADA + b"/reset_password"),
    "create nobody": lambda: target("POST", body=b"{"),
    "update wrongly": lambda: target("PATCH", path=ADA, body={"api_roles": ["emperor"]}),
    "list wrongly": lambda: target("GET", path=USERS + b"?limit=0"),
    "get nobody": lambda: target("GET", path=USERS + b"/nobody"),
}
every_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
NO_USE = [
    {}, {"authorization": ""}, {"authorization": "Bearer"}, {"authorization": "Bearer "}, {"authorization": "Bearer x"},
    {"authorization": "Bearer x.y.z"}, {"authorization": "Bearer é.é.é"}, {"authorization": "Basic eDp5"},
    {"x-api-key": ""}, {"x-api-key": "zut_x"}, {"x-api-key": "é"}, {"x-api-key": "gp_pat_" + "0" * 36},
    {"x-auth-token": "x"}, {"cookie": "gatepost=x"},
]  # fmt: skip


def with_key(request: Target, key: str) -> Target:
    return request.also((b"x-api-key", key.encode()))


def with_token(request: Target, token: str, scheme: str = "Bearer") -> Target:
    return request.also((b"authorization", f"{scheme} {token}".encode()))


@pytest.fixture(scope="session", autouse=True)
def ada(site: Site, owner: Member) -> Member:
    return site.stage.member("ada@example.org", username="ada")


@every_operation
def test_without_a_credential_that_holds_nothing_is_told(refused: Refused, operation: Callable[[], Target]) -> None:
    for headers in NO_USE:
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        refused(operation().also(*sent), 401)


@pytest.mark.parametrize("kid", ["\x00", "\ud800", "ü", ""])
def test_a_token_that_names_a_key_that_cannot_be_does_not_hold(site: Site, refused: Refused, kid: str) -> None:
    header = {"alg": "EdDSA", "typ": "at+jwt", "kid": kid}
    parts = [json.dumps(part).encode() for part in (header, {"iss": site.stage.parts.settings.public_url})]
    refused(target("GET", b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in [*parts, b"x"]).decode()), 401)


@every_operation
@pytest.mark.parametrize("role", ["corpus_administrator", "billing_administrator", "viewer", None])
def test_a_credential_without_the_rights_is_403_whatever_it_asks_for(
    site: Site, refused: Refused, operation: Callable[[], Target], role: str | None
) -> None:
    roles = (role,) if role else ()
    refused(with_key(operation(), site.stage.member(roles=roles).token), 403)
    refused(with_token(operation(), bearer(site.stage, oauth_client(site.stage, *roles))), 403)


@pytest.mark.parametrize("role", ["owner", "administrator"])
def test_whoever_administers_may_ask_by_token_and_by_key(site: Site, role: str) -> None:
    program, member = oauth_client(site.stage, role), site.stage.member(roles=(role,))
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert site.ask(with_token(target("GET"), bearer(site.stage, program), scheme)).status == 200
    assert site.ask(with_key(target("GET"), member.token)).status == 200


def test_a_token_is_judged_alone(site: Site, token: str, owner: Member) -> None:
    assert site.ask(with_key(with_token(target("GET"), token), "gp_pat_x")).status == 200
    check_refusal(site.ask(with_key(with_token(target("GET"), "x.y.z"), owner.token)), 401)
    check_refusal(site.ask(with_key(with_token(target("GET"), owner.token), owner.token)), 401)


def test_a_credential_of_another_kind_beside_a_key_takes_nothing_from_it(site: Site, owner: Member) -> None:
    assert site.ask(with_key(with_token(target("GET"), "eDp5", "Basic"), owner.token)).status == 200


def test_a_key_can_do_what_its_account_may_do_at_the_moment(site: Site) -> None:
    member = site.stage.member(roles=("administrator",))
    asked, grants = with_key(target("GET"), member.token), site.stage.parts.grants
    assert site.ask(asked).status == 200
    site.stage.call(grants.revoke, SYSTEM, member.id, "administrator")
    check_refusal(site.ask(asked), 403)
    site.stage.call(grants.grant, SYSTEM, member.id, "administrator")
    assert site.ask(asked).status == 200


@pytest.mark.parametrize("state", [None, State.PENDING, State.REJECTED])
def test_the_key_of_an_account_that_may_not_act_does_not_hold(site: Site, state: State | None) -> None:
    barred = site.stage.barred(state, roles=("administrator",))
    check_refusal(site.ask(with_key(target("GET"), barred.token)), 401)


def test_an_account_that_is_disabled_is_out_at_once(site: Site, token: str) -> None:
    member = site.stage.member(roles=("administrator",))
    path, asked = USERS + f"/{member.username}".encode(), with_key(target("GET"), member.token)
    assert site.ask(asked).status == 200
    assert site.ask(target("PATCH", token, path, {"enabled": False})).status == 200
    check_refusal(site.ask(asked), 401)
    assert site.ask(target("PATCH", token, path, {"enabled": True})).status == 200
    assert site.ask(asked).status == 200


@pytest.mark.parametrize("operation", ["create", "update"])
def test_who_loses_the_rights_while_still_sending_is_refused(site: Site, operation: str) -> None:
    member, parts = site.stage.member(roles=("administrator",)), site.stage.parts
    asked, before = with_key(OPERATIONS[operation](), member.token), site.stage.rows("SELECT count(*) FROM audit")
    for meanwhile, status in (
        (lambda: parts.grants.revoke(SYSTEM, member.id, "administrator"), 403),
        (lambda: parts.administration.disable(SYSTEM, member.id), 401),
    ):
        check_refusal(site.ask(asked, meanwhile=meanwhile), status)
        site.stage.call(parts.grants.grant, SYSTEM, member.id, "administrator")
    assert site.stage.rows("SELECT count(*) FROM audit") == [(before[0][0] + 3,)]


def test_a_client_that_is_revoked_while_it_is_still_sending_is_refused(site: Site) -> None:
    program = oauth_client(site.stage, "owner")
    asked = with_token(OPERATIONS["create"](), bearer(site.stage, program))
    revoke = partial(site.stage.parts.clients.revoke, SYSTEM, program.client_id)
    check_refusal(site.ask(asked, meanwhile=revoke), 401)


def test_keys_can_be_left_out(data: Path) -> None:
    with open_site(data, GATEPOST_DIALECTS__VECTARA__PERSONAL_KEYS="false") as site:
        owner = site.stage.member(roles=("owner",))
        check_refusal(site.ask(with_key(target("GET"), owner.token)), 401)
        assert site.ask(target("GET", bearer(site.stage, oauth_client(site.stage, "owner")))).status == 200


def test_bad_credentials_are_counted(data: Path) -> None:
    settings = {"GATEPOST_LIMITS__ENABLED": "true", "GATEPOST_LIMITS__FAILED_TOKENS_PER_NETWORK": "2/hour"}
    with open_site(data, **settings) as site:
        assert [site.ask(with_token(target("GET"), "x.y.z")).status for _ in range(3)] == [401, 401, 429]
