import pytest

from tests.web.console.conftest import PASSWORD, OpenSite, Site, acting
from tests.web.console.page import Page

pytestmark = pytest.mark.anyio

TAKEN, FREE = "taken@example.org", "free@example.org"

# Policies with the headline after signing up.
OUTCOMES = [
    ({}, "Check your mail"),
    ({"registration__mode": "approval"}, "Check your mail"),
    ({"registration__verify_email": False}, "You can sign in now"),
    ({"registration__verify_email": False, "registration__mode": "approval"}, "Your sign-up awaits approval"),
]


async def test_the_form_asks_for_an_address_names_and_a_new_password(standing: Site) -> None:
    page = await standing.visitor().page("/sign-up")
    asked = {
        one.attributes["name"]: (one.attributes["type"], one.attributes["autocomplete"], "required" in one.attributes)
        for one in page.all("input")
    }
    assert asked == {
        "email": ("email", "email", True),
        "first_name": ("text", "given-name", False),
        "last_name": ("text", "family-name", False),
        "password": ("password", "new-password", True),
    }
    assert page.one("p", id="password-hint").text.startswith("At least 8 characters.")


async def test_the_hint_names_the_configured_length(open_site: OpenSite) -> None:
    site = await open_site(passwords__min_length=15)
    page = await site.visitor().page("/sign-up")
    assert page.one("p", id="password-hint").text.startswith("At least 15 characters.")


async def test_signing_up_leads_to_the_mail_that_brings_the_link(site: Site) -> None:
    answer = await site.visitor().post("/sign-up", email=" ann@example.org ", first_name="Ann", password=PASSWORD)
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.headline == "Check your mail"
    assert "We have sent a mail to ann@example.org." in page.text
    assert "it works for 48 hours" in page.text
    [mail] = await site.mails("ann@example.org")
    assert "Hello Ann," in mail
    assert "http://accounts.test/confirm/gp_cnf_" in mail


async def test_the_mail_links_to_the_public_address_whatever_host_was_asked(site: Site) -> None:
    visitor = site.visitor("http://evil.test")
    visitor.http.headers.update({"x-forwarded-host": "evil.test", "forwarded": "host=evil.test;proto=https"})
    await visitor.post("/sign-up", email=FREE, password=PASSWORD)
    [mail] = await site.mails(FREE)
    assert "http://accounts.test/confirm/" in mail
    assert "evil" not in mail


@pytest.mark.parametrize(("policy", "headline"), OUTCOMES)
async def test_known_and_unknown_addresses_are_answered_alike(
    open_site: OpenSite, policy: dict[str, object], headline: str
) -> None:
    site: Site = await open_site(**policy)
    await site.account(TAKEN)
    taken = await site.visitor().post("/sign-up", email=TAKEN, password=PASSWORD)
    free = await site.visitor().post("/sign-up", email=FREE, password=PASSWORD)
    assert Page(free.text).headline == headline
    assert (taken.status_code, taken.text.replace(TAKEN, FREE)) == (free.status_code, free.text)
    lengths = {"content-length"}  # the two addresses differ in length
    assert {name: value for name, value in taken.headers.items() if name not in lengths} == {
        name: value for name, value in free.headers.items() if name not in lengths
    }


async def test_without_verification_the_account_works_at_once(open_site: OpenSite) -> None:
    site: Site = await open_site(registration__verify_email=False)
    visitor = site.visitor()
    await visitor.post("/sign-up", email=FREE, password=PASSWORD)
    assert (await visitor.sign_in(FREE)).headers["location"] == "/tokens"


async def test_approval_is_announced(open_site: OpenSite) -> None:
    site: Site = await open_site(registration__mode="approval")
    answer = await site.visitor().post("/sign-up", email=FREE, password=PASSWORD)
    assert "An administrator then looks at new accounts" in Page(answer.text).text


@pytest.mark.parametrize(
    ("wrong", "field", "problem"),
    [
        ({"email": ""}, "email", "Enter your e-mail address."),
        ({"password": ""}, "password", "Choose a password."),
        ({"email": "ann.example"}, "email", "What you entered is not a valid address:"),
        ({"email": "a" * 300}, "email", "What you entered is longer than 254 characters."),
        ({"password": "short"}, "password", "The password must have at least 8 characters."),
        ({"password": "password"}, "password", "The password is on the list of the most common passwords;"),
        ({"password": "ANN@example.org"}, "password", "The password must differ from the e-mail address"),
        ({"password": "x" * 1_025}, "password", "The password is longer than 1024 bytes."),
        ({"first_name": "A\x07"}, "first_name", "The first name must be printable text."),
        ({"last_name": "M" * 257}, "last_name", "The last name is longer than 256 characters."),
    ],
)
async def test_a_wrong_field_is_named_and_everything_but_the_password_is_kept(
    standing: Site, wrong: dict[str, str], field: str, problem: str
) -> None:
    typed = {"email": "ann@example.org", "first_name": "Ann", "last_name": "Miller", "password": PASSWORD} | wrong
    answer = await standing.visitor().post("/sign-up", **typed)
    page = Page(answer.text)
    assert answer.status_code == 400
    assert page.title.startswith("Error: ")
    assert page.problem_of(field).startswith(problem)
    assert page.problems == [page.problem_of(field)]
    assert page.one("input", name=field).attributes["aria-invalid"] == "true"
    assert {name: page.value(name) for name in typed} == typed | {"password": ""}
    assert PASSWORD not in answer.text
    assert await standing.mails("ann@example.org") == []


async def test_several_missing_fields_are_all_named(standing: Site) -> None:
    answer = await standing.visitor().post("/sign-up", first_name="Ann")
    assert Page(answer.text).problems == ["Enter your e-mail address.", "Choose a password."]


async def test_an_address_of_a_foreign_domain_is_refused_at_its_field(open_site: OpenSite) -> None:
    site: Site = await open_site(registration__allowed_domains=("example.com",))
    answer = await site.visitor().post("/sign-up", email=FREE, password=PASSWORD)
    assert Page(answer.text).problem_of("email").startswith("Sign-up is limited to certain e-mail domains")


async def test_what_was_typed_comes_back_as_text(standing: Site) -> None:
    answer = await standing.visitor().post("/sign-up", email='"><script>alert(1)</script>', password=PASSWORD)
    assert Page(answer.text).value("email") == '"><script>alert(1)</script>'


@pytest.mark.parametrize(("mode", "headline"), [("closed", "Sign-up is closed"), ("invitation", "By invitation only")])
async def test_where_nobody_may_sign_up_a_page_says_so(open_site: OpenSite, mode: str, headline: str) -> None:
    site: Site = await open_site(registration__mode=mode)
    visitor = site.visitor()
    shown = await visitor.get("/sign-up")
    sent = await visitor.post("/sign-up", email=FREE, password=PASSWORD)
    for answer in (shown, sent):
        assert (answer.status_code, Page(answer.text).headline) == (403, headline)
    assert await site.mails(FREE) == []
    assert "/sign-up" not in (await visitor.page("/sign-in")).links


async def test_too_many_sign_ups_from_one_network_wait(open_site: OpenSite) -> None:
    site: Site = await open_site(limits__sign_up_per_network="2/hour")
    visitor = site.visitor()
    answers = [await visitor.post("/sign-up", email=FREE, password=PASSWORD) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 3_600
    assert Page(answers[2].text).headline == "Too many attempts"


async def test_when_too_many_passwords_wait_to_be_hashed_the_page_says_when_to_come_back(site: Site) -> None:
    site.parts.hasher._places._left = 0
    answer = await site.visitor().post("/sign-up", email=FREE, password=PASSWORD)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert Page(answer.text).headline == "Please try again in a moment"


async def invitation_of(site: Site) -> str:
    """Give a raw invitation with one use to the group of somebody who is there."""
    principal = acting(await site.account("host@example.org"))
    group = await site.parts.groups.enter(principal)
    return (await site.parts.invitations.create(principal, group.group_id, 1)).raw


@pytest.mark.parametrize("mode", ["open", "invitation"])
async def test_who_is_invited_signs_up_into_the_group(open_site: OpenSite, mode: str) -> None:
    site: Site = await open_site(registration__mode=mode, registration__verify_email=False)
    raw, visitor = await invitation_of(site), site.visitor()
    page = await visitor.page(f"/sign-up?invitation={raw}")
    assert "You were invited" in page.text
    assert [field.attributes["value"] for field in page.all("input") if field.attributes["type"] == "hidden"] == [raw]
    first = await visitor.post("/sign-up", email=FREE, password=PASSWORD, invitation=raw)
    assert (first.status_code, Page(first.text).headline) == (200, "You can sign in now")
    second = await visitor.post("/sign-up", email="bob@example.org", password=PASSWORD, invitation=raw)
    assert second.status_code == 409
    assert "used up" in Page(second.text).text


async def test_an_invitation_used_up_before_the_confirmation_is_explained(open_site: OpenSite) -> None:
    site: Site = await open_site(registration__mode="invitation")
    raw, visitor = await invitation_of(site), site.visitor()
    for email in (FREE, "bob@example.org"):
        await visitor.post("/sign-up", email=email, password=PASSWORD, invitation=raw)
    assert (await visitor.post(await site.confirm_path(FREE))).status_code == 200
    late = await visitor.post(await site.confirm_path("bob@example.org"))
    assert late.status_code == 404
    assert "used up" in Page(late.text).text


async def test_a_made_up_invitation_lets_nobody_in(open_site: OpenSite) -> None:
    site: Site = await open_site(registration__mode="invitation")
    answer = await site.visitor().post("/sign-up", email=FREE, password=PASSWORD, invitation="made up")
    assert answer.status_code == 409
    assert await site.mails(FREE) == []
