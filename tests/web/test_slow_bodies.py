"""Bodies that are long in coming: what was allowed when a request began must still be so when all of it is there."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

import pytest

from gatepost.server.domain.principal import SYSTEM
from gatepost.server.domain.sessions import HOMEBOX
from tests.kit.backstage import PASSWORD, Member
from tests.kit.engines import Install
from tests.kit.site import Site, open_site
from tests.kit.wire import Target

JSON = (b"content-type", b"application/json")
FORM = (b"content-type", b"application/x-www-form-urlencoded")


@pytest.fixture(scope="module")
def site(install: Install) -> Iterator[Site]:
    with open_site(install("slow")) as opened:
        yield opened


def posted(path: str, body: str, *headers: tuple[bytes, bytes]) -> Target:
    return Target("POST", path.encode(), [(b"content-length", b"%d" % len(body)), *headers], body.encode())


def to_kipu(site: Site, member: Member) -> Target:
    return posted("/kipu/user-service/me/access-tokens", '{"name":"x"}', JSON, (b"x-auth-token", member.token.encode()))


def to_homebox(site: Site, member: Member) -> Target:
    raw = site.stage.call(site.stage.parts.sign_in.by_password, member.email, PASSWORD, "", HOMEBOX).raw
    return posted(
        "/homebox/api/v1/users/self/api-keys", json.dumps({"name": "x"}), JSON, (b"authorization", raw.encode())
    )


def to_console(site: Site, member: Member) -> Target:
    raw = site.stage.call(site.stage.parts.sign_in.by_password, member.email, PASSWORD, "").raw
    cookie, own = (b"cookie", f"gatepost={raw}".encode()), (b"sec-fetch-site", b"same-origin")
    return posted("/tokens", urlencode({"name": "x", "expiresAt": ""}), FORM, cookie, own)


@pytest.mark.parametrize("write", [to_kipu, to_homebox, to_console])
def test_a_credential_that_ends_while_a_body_comes_makes_no_new_one(
    site: Site, write: Callable[[Site, Member], Target]
) -> None:
    member = site.stage.member(password=PASSWORD)
    asked, count = write(site, member), "SELECT count(*) FROM tokens WHERE account_id = ?"
    assert site.ask(asked).status in {200, 201}
    before = site.stage.rows(count, member.id)
    disable = partial(site.stage.parts.administration.disable, SYSTEM, member.id)
    assert site.ask(asked, meanwhile=disable).status in {303, 401}
    assert site.stage.rows(count, member.id) == before
