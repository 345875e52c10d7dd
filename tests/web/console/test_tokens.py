import re

import pytest

from gatepost.server.domain.clock import DAY, to_datetime
from gatepost.server.sealing import Sealer
from tests.web.console.conftest import OpenSite, Site, Visitor, acting
from tests.web.console.page import Page

pytestmark = pytest.mark.anyio

TOKEN = re.compile(r"gp_pat_[0-9A-Za-z]{36}")


async def created(member: Visitor, name: str = "build server", **given: str) -> str:
    """Create a token and give the value that the page shows."""
    answer = await member.post("/tokens", name=name, **given)
    assert answer.status_code == 200, answer.text
    return Page(answer.text).one("input", id="created-value").attributes["value"]


async def default_of(member: Visitor) -> str:
    return (await member.page("/tokens")).one("input", id="default-value").attributes["value"]


def revocations(page: Page) -> list[str]:
    """List where the buttons that revoke tokens lead."""
    actions = [form.attributes["action"] for form in page.all("form")]
    return [action for action in actions if action.endswith("/revoke")]


@pytest.mark.parametrize("path", ["/tokens", "/tokens/0/revoke", "/tokens/default/rotate"])
async def test_nobody_gets_in_without_a_session(standing: Site, path: str) -> None:
    answer = await standing.visitor().post(path, name="build server")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/tokens")


async def test_the_way_in_leads_back_to_the_tokens(standing: Site) -> None:
    answer = await standing.visitor().get("/tokens")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/tokens")


async def test_the_default_token_can_be_read_at_any_time_and_works(site: Site) -> None:
    member = await site.member()
    token = await default_of(member)
    assert token == await default_of(member)
    assert await site.authorize(token) == 200


async def test_a_new_token_is_shown_once_and_works(site: Site) -> None:
    member = await site.member()
    token = await created(member)
    assert TOKEN.fullmatch(token)
    assert await site.authorize(token) == 200
    later = await member.get("/tokens")
    assert token not in later.text
    assert "build server" in later.text


async def test_the_answer_with_the_value_is_kept_nowhere(site: Site) -> None:
    member = await site.member()
    answer = await member.post("/tokens", name="build server")
    assert answer.headers["cache-control"] == "no-store"
    assert "location" not in answer.headers
    assert Page(answer.text).title == "Token created · Gatepost"


async def test_the_list_tells_when_tokens_were_made_used_and_end(site: Site) -> None:
    member = await site.member()
    token = await created(member, "build server", expiresAt="2999-12-31")
    await site.authorize(token)
    page = await member.page("/tokens")
    day = to_datetime(site.now()).strftime("%Y-%m-%d")
    assert re.search(rf"Created {day} \d\d:\d\d UTC Last used {day} \d\d:\d\d UTC Expires after 2999-12-31", page.text)
    stamps = [time.attributes["datetime"] for time in page.all("time")]
    assert re.fullmatch(rf"{day}T\d\d:\d\d:\d\dZ", stamps[0])
    assert stamps[2] == "2999-12-31"


async def test_a_token_without_a_day_never_expires(site: Site) -> None:
    member = await site.member()
    await created(member)
    assert "Last used Never Expires Never" in (await member.page("/tokens")).text


async def test_an_expired_token_is_marked(site: Site) -> None:
    member = await site.member()
    await created(member, "old", expiresAt=to_datetime(site.now()).strftime("%Y-%m-%d"))
    assert "Expired" not in (await member.page("/tokens")).text
    site.ahead = DAY
    assert [badge.text for badge in (await member.page("/tokens")).all("span", class_="badge")] == ["Expired"]


async def test_a_name_is_shown_as_text(site: Site) -> None:
    member = await site.member()
    await created(member, "<b>bold</b> & 'quoted'")
    assert "<b>bold</b> & 'quoted'" in [name.text for name in (await member.page("/tokens")).all("h3")]


@pytest.mark.parametrize(
    ("typed", "field", "problem"),
    [
        ({"name": ""}, "name", "Give the token a name."),
        ({"name": "  "}, "name", "The name must be printable text that is not blank."),
        ({"name": "x" * 201}, "name", "The name is longer than 200 characters."),
        ({"expiresAt": "2020-01-01"}, "expiresAt", "The last day lies in the past."),
        ({"expiresAt": "31.12.2999"}, "expiresAt", "The last day must be a date of the form yyyy-MM-dd."),
        ({"expiresAt": "9999-12-31"}, "expiresAt", "The last day is too far in the future."),
    ],
)
async def test_a_wrong_field_is_named_and_no_token_is_made(
    site: Site, typed: dict[str, str], field: str, problem: str
) -> None:
    member = await site.member()
    form = {"name": "build server", "expiresAt": "2999-01-01"} | typed
    answer = await member.post("/tokens", **form)
    page = Page(answer.text)
    assert answer.status_code == 400
    assert page.problem_of(field) == problem
    assert {name: page.value(name) for name in form} == form
    assert revocations(await member.page("/tokens")) == []


async def test_an_account_can_have_so_many_tokens_and_no_more(open_site: OpenSite) -> None:
    site: Site = await open_site(tokens__max_per_account=2)
    member = await site.member()
    await created(member)
    await created(member)
    answer = await member.post("/tokens", name="one too many")
    assert answer.status_code == 403
    assert Page(answer.text).problems == ["An account can have 2 tokens; revoke one first."]


async def test_revoking_ends_a_token_at_once(site: Site) -> None:
    member = await site.member()
    kept, ended = await created(member, "kept"), await created(member, "ended")
    assert await site.authorize(ended) == 200
    page = await member.page("/tokens")
    [id] = [h3.attributes["id"].removeprefix("token-") for h3 in page.all("h3") if h3.text == "ended"]
    answer = await member.post(f"/tokens/{id}/revoke")
    assert (answer.status_code, answer.headers["location"]) == (303, "/tokens?done=revoked")
    after = await member.page("/tokens?done=revoked")
    assert after.one("p", role="status").text == "The token is revoked. It does not work any more."
    assert [h3.text for h3 in after.all("h3")] == ["kept"]
    assert [await site.authorize(token) for token in (kept, ended)] == [200, 401]


async def test_a_foreign_token_cannot_be_revoked(site: Site) -> None:
    bob = await site.account("bob@example.org")
    foreign = await site.parts.tokens.create(acting(bob), "of bob")
    member = await site.member()
    assert (await member.post(f"/tokens/{foreign.token.id}/revoke")).status_code == 404
    assert await site.authorize(foreign.raw) == 200


@pytest.mark.parametrize("id", ["default", "0", "%00", "%FF", "a%2Fb"])
async def test_revoking_what_is_not_there_is_not_found(site: Site, id: str) -> None:
    member = await site.member()
    token = await default_of(member)
    assert (await member.post(f"/tokens/{id}/revoke")).status_code == 404
    assert await default_of(member) == token


async def test_replacing_the_default_token_ends_the_old_one_at_once(site: Site) -> None:
    member = await site.member()
    old = await default_of(member)
    assert await site.authorize(old) == 200
    answer = await member.post("/tokens/default/rotate")
    assert (answer.status_code, answer.headers["location"]) == (303, "/tokens?done=replaced")
    assert "The default token is replaced." in (await member.page("/tokens?done=replaced")).text
    new = await default_of(member)
    assert [await site.authorize(token) for token in (old, new)] == [401, 200]


async def test_a_default_token_that_cannot_be_read_any_more_can_be_replaced(site: Site) -> None:
    member = await site.member()
    await default_of(member)
    sealer = site.parts.runtime.sealer
    assert isinstance(sealer, Sealer)
    sealer._cipher = Sealer(bytes(32))._cipher  # as after the key file was lost
    page = await member.page("/tokens")
    assert "It cannot be shown any more." in page.text
    assert page.all("input", id="default-value") == []
    await member.post("/tokens/default/rotate")
    assert await site.authorize(await default_of(member)) == 200


async def test_everybody_sees_only_their_own(site: Site) -> None:
    bob = await site.member("bob@example.org")
    await created(bob, "of bob")
    ann = await site.member("ann@example.org")
    page = await ann.page("/tokens")
    assert "of bob" not in page.text
    assert await default_of(ann) != await default_of(bob)
