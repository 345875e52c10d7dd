import re

import pytest

from gatepost.server.domain.clock import HOUR
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.services.administration import NewAccount
from tests.web.console.conftest import PASSWORD, OpenSite, Site, acting
from tests.web.console.page import Page

pytestmark = pytest.mark.anyio

ANN = "ann@example.org"
NEW_PASSWORD = "another good one"


async def reset_path(site: Site, email: str = ANN) -> str:
    """Ask for a new password and give the path of the link in the mail."""
    answer = await site.visitor().post("/forgot-password", email=email)
    assert answer.status_code == 200
    return link_in((await site.mails(email))[-1])


def link_in(mail: str) -> str:
    return str(re.findall(r"http://accounts\.test(/reset-password\?token=\S+)", mail)[-1])


async def signs_in(site: Site, password: str) -> bool:
    answer = await site.visitor().post("/sign-in", name=ANN, password=password)
    return answer.status_code == 303


async def test_who_cannot_sign_in_finds_the_way(standing: Site) -> None:
    assert "/forgot-password" in (await standing.visitor().page("/sign-in")).links
    page = await standing.visitor().page("/forgot-password")
    assert page.headline == "Forgot your password?"


async def test_known_and_unknown_addresses_get_the_same_answer(site: Site) -> None:
    await site.account(ANN)
    known = await site.visitor().post("/forgot-password", email=ANN)
    unknown = await site.visitor().post("/forgot-password", email="bob@example.org")
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(ANN, "…") == unknown.text.replace("bob@example.org", "…")
    assert (len(await site.mails(ANN)), len(await site.mails("bob@example.org"))) == (1, 0)


@pytest.mark.parametrize("email", ["", "  "])
async def test_an_address_is_needed(standing: Site, email: str) -> None:
    answer = await standing.visitor().post("/forgot-password", email=email)
    assert answer.status_code == 400
    assert "Enter your e-mail address." in Page(answer.text).text


async def test_following_the_link_changes_nothing(site: Site) -> None:
    await site.account(ANN)
    path, scanner = await reset_path(site), site.visitor()
    for _ in range(3):
        page = await scanner.page(path)
        assert page.headline == "Choose a new password"
        assert ANN in page.text
        assert "Sign out" not in page.text
        assert (await scanner.http.head(path)).status_code == 200
    assert await signs_in(site, PASSWORD)


async def test_the_button_sets_the_password_once_and_signs_out_everywhere(site: Site) -> None:
    member = await site.member(ANN)
    path = await reset_path(site)
    answer = await site.visitor().post(path, password=NEW_PASSWORD)
    assert (answer.status_code, Page(answer.text).headline) == (200, "Your password is changed")
    assert await signs_in(site, NEW_PASSWORD)
    assert not await signs_in(site, PASSWORD)
    assert (await member.get("/tokens")).status_code == 303
    for again in (await site.visitor().get(path), await site.visitor().post(path, password=PASSWORD)):
        assert again.status_code == 404
        assert "not valid any more" in Page(again.text).text
        assert "/forgot-password" in Page(again.text).links


async def test_who_was_invited_chooses_a_first_password(site: Site) -> None:
    await site.parts.roster.invite(SYSTEM, NewAccount(ANN, "ann"))
    path, invited = link_in((await site.mails(ANN))[-1]), site.visitor()
    page = await invited.page(path)
    assert page.headline == "Choose a password"
    assert "sign in as ann" in page.text
    assert "signs you out" not in page.text
    answer = await invited.post(path, password=NEW_PASSWORD)
    assert (answer.status_code, Page(answer.text).headline) == (200, "Your password is set")
    assert await signs_in(site, NEW_PASSWORD)


async def test_of_an_unconfirmed_account_nothing_is_left_to_who_registered_it(site: Site) -> None:
    stranger = acting(await site.account("mallory@example.org"))
    key = (await site.parts.tokens.create(stranger, "prepared")).raw
    await site.parts.own_account.rename(stranger, "Ann", ANN)
    path, someone = await reset_path(site), site.visitor()
    assert "access tokens of the account end" in (await someone.page(path)).text
    assert await site.authorize(key) == 200
    assert (await someone.post(path, password=NEW_PASSWORD)).status_code == 200
    assert await site.authorize(key) == 401
    assert "access tokens of the account end" not in (await someone.page(await reset_path(site))).text


@pytest.mark.parametrize("password", ["", "short", "password1", ANN])
async def test_a_refused_password_is_blamed_and_the_link_still_works(site: Site, password: str) -> None:
    await site.account(ANN)
    path = await reset_path(site)
    answer = await site.visitor().post(path, password=password)
    page = Page(answer.text)
    assert answer.status_code == 400
    assert page.one("input").attributes["aria-invalid"] == "true"
    assert page.one("input").attributes["value"] == ""
    assert (await site.visitor().post(path, password=NEW_PASSWORD)).status_code == 200


async def test_an_old_link_is_explained(site: Site) -> None:
    await site.account(ANN)
    path = await reset_path(site)
    site.ahead = HOUR
    assert (await site.visitor().get(path)).status_code == 404


@pytest.mark.parametrize("query", ["", "?token=", "?token=x", "?token=gp_rst_" + "0" * 36])
async def test_what_is_no_link_leads_nowhere(standing: Site, query: str) -> None:
    for answer in (
        await standing.visitor().get(f"/reset-password{query}"),
        await standing.visitor().post(f"/reset-password{query}", password=NEW_PASSWORD),
    ):
        assert answer.status_code == 404


async def test_whoever_asks_too_often_waits(open_site: OpenSite) -> None:
    site: Site = await open_site(limits__sign_up_per_network="2/hour")
    visitor = site.visitor()
    asked = [(await visitor.post("/forgot-password", email=ANN)).status_code for _ in range(3)]
    assert asked == [200, 200, 429]
