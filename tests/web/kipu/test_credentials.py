import pytest

from gatepost.server.domain.accounts import State
from gatepost.server.domain.principal import SYSTEM
from tests.kit.backstage import Member
from tests.kit.kipu import FOREIGN, target
from tests.kit.site import Site
from tests.kit.wire import Target
from tests.web.kipu.conftest import Refusals

PROTECTED = {
    "me": target("GET", "/me"),
    "change me": target("PUT", "/me", body=b'{"about":"x"}'),
    "delete me": target("DELETE", "/me"),
    "upload": target("POST", "/me/profile-image", body=b"x"),
    "delete image": target("DELETE", "/me/profile-image"),
    "tokens": target("GET", "/me/access-tokens"),
    "create token": target("POST", "/me/access-tokens", body=b'{"name":"n"}'),
    "delete token": target("DELETE", "/me/access-tokens/t"),
    "rotate default": target("PUT", "/me/access-tokens/default"),
    "authorize": target("POST", "/authorize"),
    "search": target("GET", "/search?q=a"),
}
PUBLIC = {
    "user": (target("GET", "/users/nobody"), 404),
    "image": (target("GET", "/users/nobody/profile-image"), 404),
    "batch": (target("POST", "/users/batch", body=b'{"ids":[]}'), 200),
    "status": (target("GET", "/user-registration-status?email=x"), 200),
}
GARBAGE = {
    "empty": b"",
    "blank": b" ",
    "word": b"garbage",
    "unknown": FOREIGN.encode(),
    "wrong checksum": FOREIGN[:-1].encode() + b"!",
    "session": b"gp_ses_" + FOREIGN[7:].encode(),
    "lower case": FOREIGN.lower().encode(),
    "with scheme": b"Bearer " + FOREIGN.encode(),
    "quoted": b'"' + FOREIGN.encode() + b'"',
    "not ASCII": "ü".encode() * 21 + b"x",
    "Latin-1": b"\xff" * 43,
    "very long": b"x" * 60_000,
    "quote": b"' OR 1=1 --",
}


def carrying(request: Target, token: bytes) -> Target:
    return request.also((b"x-auth-token", token))


@pytest.mark.parametrize("operation", PROTECTED)
@pytest.mark.parametrize("token", GARBAGE.values(), ids=GARBAGE)
def test_a_token_that_is_none_opens_nothing(refused: Refusals, operation: str, token: bytes) -> None:
    assert refused(carrying(PROTECTED[operation], token), 401) == "Missing or invalid credentials."


@pytest.mark.parametrize("operation", PROTECTED)
def test_without_a_token_nothing_opens(refused: Refusals, operation: str) -> None:
    refused(PROTECTED[operation], 401)


@pytest.mark.parametrize(
    "authorization", ["Bearer x", "Bearer", "Bearer ", "Bearer a.b.c", "Basic eDp5", "garbage", ""]
)
@pytest.mark.parametrize("operation", PROTECTED)
def test_an_authorization_header_of_no_configured_issuer_opens_nothing(
    refused: Refusals, ada: Member, operation: str, authorization: str
) -> None:
    refused(PROTECTED[operation].also((b"authorization", authorization.encode())), 401)


@pytest.mark.parametrize("operation", PROTECTED)
def test_the_token_belongs_into_its_own_header(refused: Refusals, ada: Member, operation: str) -> None:
    token = ada.token.encode()
    strays = [(b"authorization", b"Bearer " + token), (b"cookie", b"X-Auth-Token=" + token), (b"x-api-key", token)]
    refused(PROTECTED[operation].also(*strays), 401)


@pytest.fixture(
    scope="session", params=[State.UNVERIFIED, State.PENDING, State.REJECTED, None, "deleted", "expired", "rotated"]
)
def dead_token(request: pytest.FixtureRequest, site: Site) -> str:
    """Give a token that was good once, and no longer is for one of all reasons there are."""
    stage = site.stage
    if isinstance(request.param, State) or request.param is None:
        return stage.barred(request.param).token
    member = stage.member()
    if request.param == "deleted":
        stage.call(stage.parts.administration.delete, SYSTEM, member.id)
    elif request.param == "expired":
        stage.expire(member.token_id)
    else:
        default = stage.call(stage.parts.tokens.list_own, stage.principal(member)).default
        stage.call(stage.parts.tokens.rotate_default, stage.principal(member))
        return str(default)
    return member.token


@pytest.mark.parametrize("operation", PROTECTED)
def test_a_token_that_no_longer_holds_opens_nothing(refused: Refusals, operation: str, dead_token: str) -> None:
    refused(carrying(PROTECTED[operation], dead_token.encode()), 401)


@pytest.mark.parametrize("operation", PUBLIC)
@pytest.mark.parametrize("token", GARBAGE.values(), ids=GARBAGE)
def test_what_is_public_does_not_look_at_the_token(site: Site, operation: str, token: bytes) -> None:
    request, status = PUBLIC[operation]
    assert site.ask(carrying(request, token)).status == status


def test_of_two_tokens_the_last_counts(site: Site, refused: Refusals, ada: Member) -> None:
    good, bad = (b"x-auth-token", ada.token.encode()), (b"x-auth-token", b"garbage")
    assert site.ask(target("GET", "/me").also(bad, good)).status == 200
    refused(target("GET", "/me").also(good, bad), 401)


def test_the_token_is_judged_before_the_request(refused: Refusals) -> None:
    refused(target("PUT", "/me", "garbage", b"{ no json"), 401)
    refused(target("POST", "/me/access-tokens", "garbage", b"x" * 2**21), 401)
    refused(target("GET", "/search", "garbage"), 401)


def test_a_foreign_token_cannot_be_deleted(site: Site, refused: Refusals, ada: Member) -> None:
    eve = site.stage.member()
    refused(target("DELETE", f"/me/access-tokens/{ada.token_id}", eve.token), 404)


def test_the_last_owner_cannot_leave(refused: Refusals, ada: Member) -> None:
    assert "owner" in refused(target("DELETE", "/me", ada.token), 403)
