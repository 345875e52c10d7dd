import pytest

from gatepost.server.domain.clock import HOUR
from tests.web.console.conftest import PASSWORD, OpenSite, Site
from tests.web.console.page import Page

pytestmark = pytest.mark.anyio

ANN = "ann@example.org"


async def signed_up(site: Site, email: str = ANN, password: str = PASSWORD) -> str:
    """Sign up and give the path of the link in the mail."""
    answer = await site.visitor().post("/sign-up", email=email, password=password)
    assert answer.status_code == 200
    return await site.confirm_path(email)


async def status_of_sign_in(site: Site, password: str = PASSWORD) -> int:
    return (await site.visitor().post("/sign-in", name=ANN, password=password)).status_code


async def test_the_link_names_the_address_and_waits_for_the_button(site: Site) -> None:
    path = await signed_up(site)
    page = await site.visitor().page(path)
    assert page.headline == "Confirm your address"
    assert ANN in page.text
    assert page.one("form").attributes == {"method": "post"}


async def test_following_the_link_changes_nothing(site: Site) -> None:
    path = await signed_up(site)
    scanner = site.visitor()
    for _ in range(3):
        assert (await scanner.get(path)).status_code == 200
        assert (await scanner.http.head(path)).status_code == 200
    assert await status_of_sign_in(site) == 401


async def test_the_button_makes_the_account_work(site: Site) -> None:
    path = await signed_up(site)
    answer = await site.visitor().post(path)
    page = Page(answer.text)
    assert (answer.status_code, page.headline) == (200, "Your address is confirmed")
    assert "/sign-in" in page.links
    assert await status_of_sign_in(site) == 303


async def test_where_an_administrator_decides_the_page_says_so(open_site: OpenSite) -> None:
    site: Site = await open_site(registration__mode="approval")
    answer = await site.visitor().post(await signed_up(site))
    assert "awaits approval by an administrator" in Page(answer.text).text
    refused = await site.visitor().post("/sign-in", name=ANN, password=PASSWORD)
    assert refused.status_code == 403
    assert "awaits approval" in Page(refused.text).text


async def test_a_used_link_is_explained(site: Site) -> None:
    path, visitor = await signed_up(site), site.visitor()
    await visitor.post(path)
    for answer in (await visitor.get(path), await visitor.post(path)):
        page = Page(answer.text)
        assert (answer.status_code, page.headline) == (404, "This link does not work")
        assert "it was used, has expired, or a newer sign-up took its place" in page.text
        assert {"/sign-in", "/sign-up"} <= set(page.links)


async def test_a_link_expires(site: Site) -> None:
    path = await signed_up(site)
    site.ahead = 48 * HOUR
    assert (await site.visitor().get(path)).status_code == 404
    assert (await site.visitor().post(path)).status_code == 404
    assert await status_of_sign_in(site) == 401


@pytest.mark.parametrize("raw", ["guess", "gp_cnf_" + "0" * 36, "%00", "%ED%A0%80", "%FF", "a%2Fb", "%3Cscript%3E"])
async def test_an_unknown_link_is_not_found_and_not_repeated(standing: Site, raw: str) -> None:
    for answer in (await standing.visitor().get(f"/confirm/{raw}"), await standing.visitor().post(f"/confirm/{raw}")):
        assert answer.status_code == 404
        assert raw not in answer.text


async def test_a_link_for_something_else_does_not_confirm(site: Site) -> None:
    setup = await site.setup_path()
    assert (await site.visitor().post(setup.replace("/setup/", "/confirm/"))).status_code == 404


async def test_whoever_signs_up_first_with_a_foreign_address_gets_nothing(site: Site) -> None:
    mallorys = await signed_up(site, password="mallory was here first")
    anns = await signed_up(site)
    assert (await site.visitor().post(anns)).status_code == 200
    assert (await site.visitor().post(mallorys)).status_code == 404
    assert await status_of_sign_in(site, "mallory was here first") == 401
    assert await status_of_sign_in(site) == 303


async def test_each_link_brings_the_password_it_was_mailed_for(site: Site) -> None:
    first = await signed_up(site, password="the first one of two")
    second = await signed_up(site, password="the second one of two")
    assert (await site.visitor().post(first)).status_code == 200
    assert await status_of_sign_in(site, "the first one of two") == 303
    assert await status_of_sign_in(site, "the second one of two") == 401
    assert (await site.visitor().get(second)).status_code == 404


async def test_guessing_links_is_limited(open_site: OpenSite) -> None:
    site: Site = await open_site(limits__failed_tokens_per_network="2/minute")
    visitor = site.visitor()
    answers = [await visitor.get("/confirm/guess"), await visitor.post("/confirm/guess"), await visitor.get("/setup/x")]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert "retry-after" in answers[2].headers
