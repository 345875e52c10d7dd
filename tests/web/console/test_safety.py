import subprocess
import sys
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.server.services.registration import Registration
from tests.web.console.conftest import KIPU, MEMBER, PASSWORD, Site
from tests.web.console.page import Page

pytestmark = pytest.mark.anyio

ANN = "ann@example.org"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGES = [
    "/sign-up",
    "/sign-in",
    "/forgot-password",
    "/reset-password",
    "/confirm/x",
    "/setup/x",
    "/nothing",
    "/static/nothing.css",
    "/sign-in?next=%FF",
]
FORMS = [
    "/sign-up",
    "/forgot-password",
    "/reset-password",
    "/confirm/x",
    "/sign-in",
    "/sign-out",
    "/tokens",
    "/tokens/0/revoke",
    "/tokens/default/rotate",
    "/setup/x",
]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_forbids_what_it_does_not_need_and_is_kept_nowhere(standing: Site, path: str) -> None:
    answer = await standing.visitor().get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers.get_list("referrer-policy") == ["same-origin"]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def test_redirects_carry_the_same_headers(standing: Site) -> None:
    answer = await standing.visitor().get("/")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == POLICY


async def test_what_pages_load_has_an_address_of_its_content_and_is_kept_for_long(standing: Site) -> None:
    visitor = standing.visitor()
    page = await visitor.page("/sign-in")
    loaded = [link.attributes["href"] for link in page.all("link")] + [one.attributes["src"] for one in page.all("img")]
    kinds = {}
    for path in loaded:
        answer = await visitor.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        kinds[path.rpartition(".")[2]] = answer.headers["content-type"]
    assert kinds == {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}


@pytest.mark.parametrize("path", ["/static/console.css", "/static/console.000000000000.css", "/static/..%2Fpages.py"])
async def test_other_addresses_serve_no_files(standing: Site, path: str) -> None:
    answer = await standing.visitor().get(path)
    assert (answer.status_code, Page(answer.text).headline) == (404, "Page not found")


@pytest.mark.parametrize("path", ["/", "/sign-up", "/sign-in", "/tokens"])
async def test_pages_answer_head_as_they_answer_get(standing: Site, path: str) -> None:
    visitor = standing.visitor()
    assert (await visitor.http.head(path)).status_code == (await visitor.get(path)).status_code


# Where a form was sent from


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.test"}], ids=["fetch metadata", "origin"]
)
async def test_what_another_site_sends_is_refused(standing: Site, path: str, headers: dict[str, str]) -> None:
    answer = await standing.visitor().http.post(path, data={"email": ANN, "password": PASSWORD}, headers=headers)
    page = Page(answer.text)
    page.check()
    assert (answer.status_code, page.headline) == (403, "That is not allowed")
    assert await standing.mails(ANN) == []


async def test_another_site_cannot_act_with_a_member_s_cookie(standing: Site) -> None:
    member = standing.visitor()
    await member.sign_in(MEMBER)
    foreign = [{"sec-fetch-site": "same-site"}, {"origin": "null"}, {"origin": "http://evil.test"}, {}]
    for headers in foreign:
        answer = await member.http.post("/tokens", data={"name": "stolen"}, headers=headers)
        assert answer.status_code == 403, headers
    assert "stolen" not in (await member.get("/tokens")).text


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"])
@pytest.mark.parametrize("fetch_metadata", [True, False])
async def test_the_site_works_by_every_name_it_is_reached_by(standing: Site, url: str, fetch_metadata: bool) -> None:
    visitor = standing.visitor(url)
    headers = {"sec-fetch-site": "same-origin"} if fetch_metadata else {"origin": url}
    answer = await visitor.http.post("/sign-in", data={"name": MEMBER, "password": PASSWORD}, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tokens")
    assert (await visitor.get("/tokens")).status_code == 200


async def test_a_program_without_cookies_may_send_forms(site: Site) -> None:
    answer = await site.visitor().http.post("/sign-up", data={"email": ANN, "password": PASSWORD})
    assert answer.status_code == 200


# Forms that are none

MALFORMED = {
    "nul": b"email=a%00b&password=x",
    "surrogate": b"email=%ED%A0%80&password=x",
    "not utf-8": b"email=%FF&password=x",
    "raw bytes": b"email=\xff\xfe",
    "given twice": b"email=a&email=b",
    "many fields": b"&".join(b"f%d=" % number for number in range(21)),
    "long value": b"email=" + b"a" * 4_097,
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("path", ["/sign-up", "/sign-in", "/tokens"])
async def test_a_malformed_form_is_refused(standing: Site, path: str, body: bytes) -> None:
    member = standing.visitor()
    await member.sign_in(MEMBER)
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    answer = await member.http.post(path, content=body, headers=headers)
    page = Page(answer.text)
    page.check()
    assert (answer.status_code, page.headline) == (400, "That did not work")


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
async def test_another_kind_of_body_is_refused(standing: Site, kind: str) -> None:
    headers = {"content-type": kind, "sec-fetch-site": "same-origin"}
    answer = await standing.visitor().http.post("/sign-up", content=b"email=a", headers=headers)
    assert answer.status_code == 400


async def test_a_huge_form_is_refused(standing: Site) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    answer = await standing.visitor().http.post("/sign-up", content=b"a" * 1_048_577, headers=headers)
    assert (answer.status_code, Page(answer.text).headline) == (413, "That was too much")


FIELDS = ["email", "first_name", "last_name", "password", "name", "expiresAt", "next"]


@given(
    path=st.sampled_from(FORMS),
    form=st.dictionaries(
        st.sampled_from(FIELDS), st.text(st.characters(), max_size=40) | st.binary(max_size=40), max_size=7
    ),
)
@settings(max_examples=100)
async def test_nothing_that_can_be_typed_is_a_defect(standing: Site, path: str, form: dict[str, str | bytes]) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    body = urlencode(form, errors="surrogatepass").encode()
    answer = await standing.visitor().http.post(path, content=body, headers=headers)
    assert answer.status_code < 500, answer.text


# Errors in the console's voice


@pytest.mark.parametrize(
    "path", ["/nothing", "/sign-up/", "//", "/a/../b", "/%2e%2e/x", "/~console/sign-up", "/~kipu/me"]
)
async def test_an_unknown_address_has_a_page(standing: Site, path: str) -> None:
    request = httpx.Request("GET", standing.parts.settings.public_url, extensions={"target": path.encode()})
    request.url = httpx.URL(standing.parts.settings.public_url, raw_path=path.encode())
    answer = await standing.visitor().http.send(request)
    page = Page(answer.text)
    page.check()
    assert (answer.status_code, page.headline, page.links[-1]) == (404, "Page not found", "/")


async def test_a_wrong_method_has_a_page_and_names_the_right_ones(standing: Site) -> None:
    answer = await standing.visitor().post("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


async def test_a_defect_has_a_page_that_tells_nothing(standing: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(self: Registration, raw: str) -> None:
        raise RuntimeError("the inside story")

    monkeypatch.setattr(Registration, "attempt_of", fail)
    answer = await standing.visitor().get("/confirm/x")
    assert (answer.status_code, Page(answer.text).headline) == (500, "Something went wrong")
    assert "inside" not in answer.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_machines_are_answered_in_their_own_words(standing: Site, path: str) -> None:
    answer = await standing.visitor().get(path)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    assert "content-security-policy" not in answer.headers
    unknown = await standing.visitor().get(f"{path}/nothing")
    assert (unknown.status_code, unknown.headers["content-type"]) == (404, "application/json")


async def test_the_api_keeps_its_own_words(standing: Site) -> None:
    answer = await standing.visitor().get(f"{KIPU}/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")


def test_starting_up_loads_no_template_engine() -> None:
    program = "import gatepost.server.app, sys; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
