"""Where the API answers, where it does not, and that both are told in its own words."""

from pathlib import Path

import pytest

from gatepost.server.domain.errors import Unavailable
from tests.kit.backstage import Member
from tests.kit.engines import on_sqlite
from tests.kit.site import Site, open_site
from tests.kit.ubiops import USER, check_limits, check_refusal, target

pytestmark = on_sqlite  # paths and methods are settled before anything is read

NOWHERE = [
    b"", b"/", b"/x", b"/user", b"/v2.1", b"/v2.1/", b"/v2/users", b"/v2.1/USER", b"/v2.1/user/", b"/v2.1//user",
    b"//v2.1/user", b"/v2.1/user/x", b"/v3/user", b"/v2.10/user", b"/v2%2E1/user/x", b"/v2.1/./user",
    b"/v2.1/x/../user", b"/v2.1/%2e%2e/user", b"/v2.1/user%2F", b"/v2.1/us%00er", b"/v2.1/%ff",
    b"/v2.1/" + b"x" * 5_000,
]  # fmt: skip
METHODS = ["PUT", "PATCH", "HEAD", "TRACE", "FOO", "get", "X" * 100]


@pytest.mark.parametrize("tail", NOWHERE)
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_anything_else_is_404_in_the_words_of_this_api(site: Site, ada: Member, method: str, tail: bytes) -> None:
    check_refusal(site.ask(target(method, ada.token, b"/ubiops" + tail)), 404)
    assert site.ask(target("GET", ada.token)).status == 200


@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_is_not_served_is_405_and_says_which_are(site: Site, ada: Member, method: str) -> None:
    answer = site.ask(target(method, ada.token))
    check_refusal(answer, 405)
    assert set(answer.headers["allow"].split(", ")) == {"GET", "POST", "DELETE", "OPTIONS"}


def test_the_options_of_the_path_are_its_methods(site: Site) -> None:
    answer = site.ask(target("OPTIONS"))
    assert answer.status == 204
    check_limits(answer)
    assert set(answer.headers["allow"].split(", ")) == {"GET", "POST", "DELETE", "OPTIONS"}


@pytest.mark.parametrize("query", [b"?x=1", b"?", b"?%ff", b"?email=a&email=b"])
def test_a_query_changes_nothing(site: Site, ada: Member, query: bytes) -> None:
    assert site.ask(target("GET", ada.token, USER + query)).json()["id"] == ada.id


def test_a_defect_of_ours_is_told_in_the_words_of_this_api(
    site: Site, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("something internal")

    monkeypatch.setattr(type(site.stage.parts.profiles), "own", broken)
    assert check_refusal(site.ask(target("GET", ada.token)), 500) == "Something went wrong on our side."


def test_a_busy_database_is_told_with_the_seconds_to_wait(
    site: Site, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> None:
        raise Unavailable("The database is busy.", retry_after=2)

    monkeypatch.setattr(type(site.stage.parts.profiles), "own", busy)
    answer = site.ask(target("GET", ada.token))
    assert check_refusal(answer, 503) == "The database is busy."
    assert answer.headers["retry-after"] == "2"


def test_the_prefix_can_be_another(data: Path) -> None:
    with open_site(data, GATEPOST_DIALECTS__UBIOPS__PREFIX="/people") as site:
        token = site.stage.member().token
        assert site.ask(target("GET", token, b"/people/v2/user")).status == 200
        assert site.ask(target("GET", token)).status == 404


@pytest.mark.parametrize(("host", "status"), [("gatepost.test", 200), ("api.example.org", 404)])
def test_with_a_host_of_its_own_it_answers_only_there(data: Path, host: str, status: int) -> None:
    settings = {"GATEPOST_DIALECTS__UBIOPS__PREFIX": "", "GATEPOST_DIALECTS__UBIOPS__HOST": host}
    with open_site(data, **settings) as site:
        token = site.stage.member().token
        assert site.ask(target("GET", token, b"/v2.1/user")).status == status
        assert site.ask(target("GET", token)).status == 404


def test_it_can_be_switched_off(data: Path) -> None:
    with open_site(data, GATEPOST_DIALECTS__UBIOPS__ENABLED="false") as site:
        answer = site.ask(target("GET", site.stage.member().token))
        assert answer.status == 404
        assert "x-ratelimit-limit" not in answer.headers
