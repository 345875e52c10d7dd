"""Cases 19 to 23 of the wire contract: where a credential may stand, and in which group it acts."""

import pytest

from tests.kit.cases import kept
from tests.kit.homebox import NOBODY, PASSWORD, House, Person, refusal

MISSING = (401, "authorization header or query is required")
REFUSED = (401, "valid authorization token is required")


@kept(19, "the token with and without `Bearer `, and in the query; `bearer ` is 401")
def test_where_a_token_may_stand(house: House, ann: Person) -> None:
    for authorization in (f"Bearer {ann.token}", ann.token):
        assert house.ask("GET", "/users/self", authorization=authorization).status_code == 200
    for query in (ann.token, f"Bearer%20{ann.token}"):
        assert house.ask("GET", f"/users/self?access_token={query}").status_code == 200
    assert house.ask("GET", "/users/self", sec_websocket_protocol=f"hb-auth, {ann.token}").status_code == 200
    assert refusal(house.ask("GET", "/users/self", authorization=f"bearer {ann.token}")) == REFUSED


@kept(20, "no credential: 401 that says so")
def test_no_credential(house: House) -> None:
    answer = house.ask("GET", "/users/self")
    assert refusal(answer) == MISSING
    assert "www-authenticate" not in answer.headers


@kept(21, "cookies count, both of them; a bad cookie hides a good header")
def test_cookies(house: House, ann: Person) -> None:
    good = f"hb.auth.token={ann.token}; hb.auth.remember=true"
    assert house.ask("GET", "/users/self", cookies=good).status_code == 200
    assert refusal(house.ask("GET", "/users/self", cookies=f"hb.auth.token={ann.token}")) == MISSING
    bad = house.ask("GET", "/users/self", cookies="hb.auth.token=x; hb.auth.remember=true", authorization=ann.token)
    assert refusal(bad) == REFUSED


def test_a_bad_header_hides_a_good_query(house: House, ann: Person) -> None:
    assert refusal(house.ask("GET", f"/users/self?access_token={ann.token}", authorization="x")) == REFUSED


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_changes_nothing_by_cookie(house: House, ann: Person, site: str) -> None:
    cookies = f"hb.auth.token={ann.token}; hb.auth.remember=true"
    refused = house.ask("POST", "/users/logout", cookies=cookies, sec_fetch_site=site)
    assert refused.status_code == 403
    refused = house.ask("POST", "/users/logout", cookies=cookies, origin="https://elsewhere.example")
    assert refused.status_code == 403
    assert house.ask("GET", "/users/refresh", cookies=cookies, sec_fetch_site=site).status_code == 403
    assert ann.alive() == 200
    assert house.ask("POST", "/users/logout", cookies=cookies, sec_fetch_site="same-origin").status_code == 204


def test_a_page_of_another_site_logs_nobody_in(house: House, ann: Person) -> None:
    form = f"username={ann.email}&password={PASSWORD.replace(' ', '+')}".encode()
    kind = "application/x-www-form-urlencoded"
    refused = house.ask("POST", "/users/login", form, content_type=kind, sec_fetch_site="cross-site")
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    own = house.ask("POST", "/users/login", form, content_type=kind, origin=house.url.removesuffix("/homebox/api"))
    assert own.status_code == 200


def test_a_program_that_keeps_cookies_may_change_things(house: House, ann: Person) -> None:
    cookies = f"hb.auth.token={ann.token}; hb.auth.remember=true"
    assert house.ask("POST", "/users/logout", cookies=cookies).status_code == 204


@kept(22, "the attachment token opens nothing else: 403")
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/users/self"), ("DELETE", "/users/self"), ("POST", "/users/logout"), ("GET", "/users/refresh")],
)
def test_an_attachment_token(house: House, ann: Person, method: str, path: str) -> None:
    answer = house.ask(method, path, authorization=ann.session["attachmentToken"])
    assert refusal(answer) == (403, "Forbidden")
    assert ann.alive() == 200


@kept(23, "`X-Tenant`: no id is 400, a group one is not in 403")
def test_another_group(house: House, ann: Person, bob: Person) -> None:
    assert refusal(ann.ask("GET", "/users/self", x_tenant="nonsense")) == (400, "invalid X-Tenant header format")
    assert refusal(ann.ask("GET", "/users/self?tenant=nonsense")) == (400, "invalid X-Tenant header format")
    foreign = (403, "user does not have access to the requested tenant")
    for group in (NOBODY, bob.item()["defaultGroupId"]):
        assert refusal(ann.ask("GET", "/users/self", x_tenant=group)) == foreign
        assert refusal(ann.ask("GET", f"/groups/members?tenant={group}")) == foreign
    assert ann.ask("GET", "/users/self", x_tenant=ann.item()["defaultGroupId"].upper()).status_code == 200


def test_every_answer_carries_the_security_headers(house: House) -> None:
    headers = house.ask("GET", "/status").headers
    assert headers["cross-origin-resource-policy"] == "same-site"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
