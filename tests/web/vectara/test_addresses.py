"""Where the API answers, where it does not, and that both are told in its own words."""

from pathlib import Path

import pytest

from gatepost.server.domain.errors import Unavailable
from tests.kit.engines import on_sqlite
from tests.kit.site import Site, open_site
from tests.kit.vectara import TOKEN, USERS, bearer, check_refusal, oauth_client, target

pytestmark = on_sqlite  # paths and methods are settled before anything is read

NOWHERE = [
    b"", b"/", b"/x", b"/v2", b"/v2/", b"/v2/user", b"/v2/Users", b"/v1/users", b"/v2/users/", b"/v2//users",
    b"//v2/users", b"/v2/users/a/b", b"/v2/users//reset_password", b"/v2/users/a/reset_password/",
    b"/v2/reset_password",
    b"/v2/users/a/reset%5Fpassword/x", b"/v2/users/..", b"/v2/users/%2e%2e", b"/v2/users/.", b"/v2/users/%2E",
    b"/v2%2Fusers", b"/v2/users/" + b"x" * 5_000, b"/oauth2", b"/oauth2/token/", b"/oauth2/token/x", b"/oauth/x",
]  # fmt: skip


@pytest.mark.parametrize("tail", NOWHERE)
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_anything_else_is_404_in_the_words_of_this_api(site: Site, token: str, method: str, tail: bytes) -> None:
    body = check_refusal(site.ask(target(method, token, b"/vectara" + tail)), 404)
    assert body["id"] == (b"/vectara" + tail).decode()


@pytest.mark.parametrize(
    ("path", "served"),
    [
        (USERS, {"GET", "POST"}),
        (USERS + b"/ada", {"GET", "PATCH", "DELETE"}),
        (USERS + b"/ada/reset_password", {"POST"}),
        (TOKEN, {"POST"}),
        (b"/vectara/oauth/token", {"POST"}),
    ],
)
def test_a_method_that_is_not_served_is_405_and_says_which_are(
    site: Site, token: str, path: bytes, served: set[str]
) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO"} - served:
        answer = site.ask(target(method, token, path))
        check_refusal(answer, 405)
        assert set(answer.headers["allow"].split(", ")) == served | {"OPTIONS"}
    assert set(site.ask(target("OPTIONS", path=path)).headers["allow"].split(", ")) == served | {"OPTIONS"}


def test_each_refusal_has_an_id_of_its_own(site: Site) -> None:
    ids = [check_refusal(site.ask(target("GET")), 401)["request_id"] for _ in range(3)]
    assert len(set(ids)) == 3


def test_who_has_no_credential_is_told_which_kind_is_wanted(site: Site) -> None:
    assert site.ask(target("GET")).headers["www-authenticate"] == "Bearer"


def test_nobody_may_keep_an_answer(site: Site, token: str) -> None:
    for answer in (site.ask(target("GET", token)), site.ask(target("GET"))):
        assert answer.headers["cache-control"] == "no-store"


def test_a_defect_of_ours_is_told_in_the_words_of_this_api(
    site: Site, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("something internal")

    monkeypatch.setattr(type(site.stage.parts.roster), "page", broken)
    assert check_refusal(site.ask(target("GET", token)), 500)["messages"] == ["Something went wrong on our side."]


def test_a_busy_database_is_told_with_the_seconds_to_wait(
    site: Site, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> None:
        raise Unavailable("The database is busy.", retry_after=2)

    monkeypatch.setattr(type(site.stage.parts.roster), "page", busy)
    answer = site.ask(target("GET", token))
    assert check_refusal(answer, 503)["messages"] == ["The database is busy."]
    assert answer.headers["retry-after"] == "2"


def test_the_prefix_can_be_another(data: Path) -> None:
    with open_site(data, GATEPOST_DIALECTS__VECTARA__PREFIX="/crm/users") as site:
        token = bearer(site.stage, oauth_client(site.stage, "owner"))
        assert site.ask(target("GET", token, b"/crm/users/v2/users")).status == 200
        assert site.ask(target("GET", token)).status == 404


@pytest.mark.parametrize(("host", "status"), [("gatepost.test", 200), ("api.example.org", 404)])
def test_with_a_host_of_its_own_it_answers_only_there(data: Path, host: str, status: int) -> None:
    settings = {"GATEPOST_DIALECTS__VECTARA__PREFIX": "", "GATEPOST_DIALECTS__VECTARA__HOST": host}
    with open_site(data, **settings) as site:
        token = bearer(site.stage, oauth_client(site.stage, "owner"))
        assert site.ask(target("GET", token, b"/v2/users")).status == status
        assert site.ask(target("GET", token)).status == 404


def test_it_can_be_switched_off(data: Path) -> None:
    with open_site(data, GATEPOST_DIALECTS__VECTARA__ENABLED="false") as site:
        token = bearer(site.stage, oauth_client(site.stage, "owner"))
        assert b"request_id" not in site.ask(target("GET", token)).body
        assert site.ask(target("GET", token)).status == 404
