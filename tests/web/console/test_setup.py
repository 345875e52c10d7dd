import pytest

from gatepost.server.domain.clock import DAY
from gatepost.server.domain.principal import SYSTEM
from tests.web.console.conftest import PASSWORD, Site
from tests.web.console.page import Page

pytestmark = pytest.mark.anyio

ANN = "ann@example.org"


async def test_the_link_asks_for_the_first_owner(site: Site) -> None:
    page = await site.visitor().page(await site.setup_path())
    assert page.headline == "Welcome to Gatepost"
    assert [one.attributes["name"] for one in page.all("input")] == ["email", "first_name", "last_name", "password"]


async def test_the_owner_is_made_and_signed_in(site: Site) -> None:
    path, visitor = await site.setup_path(), site.visitor()
    answer = await visitor.post(path, email=ANN, first_name="Ann", password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tokens")
    assert ANN in (await visitor.get("/tokens")).text
    owner = await site.parts.administration.find(SYSTEM, ANN)
    assert (owner.first_name, owner.usable) == ("Ann", True)
    assert await site.parts.grants.roles_of(SYSTEM, owner.id) == ["owner"]


async def test_the_link_works_once(site: Site) -> None:
    path, visitor = await site.setup_path(), site.visitor()
    await visitor.post(path, email=ANN, password=PASSWORD)
    for answer in (await visitor.get(path), await visitor.post(path, email="bob@example.org", password=PASSWORD)):
        page = Page(answer.text)
        assert (answer.status_code, page.headline) == (404, "This link does not work")
        assert "/sign-in" in page.links
        assert "/sign-up" not in page.links


async def test_the_link_expires(site: Site) -> None:
    path = await site.setup_path()
    site.ahead = DAY
    assert (await site.visitor().get(path)).status_code == 404
    assert (await site.visitor().post(path, email=ANN, password=PASSWORD)).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"), [({"email": ""}, "email"), ({"email": "ann"}, "email"), ({"password": "short"}, "password")]
)
async def test_a_wrong_field_is_named_and_the_link_still_works(site: Site, wrong: dict[str, str], field: str) -> None:
    path, visitor = await site.setup_path(), site.visitor()
    answer = await visitor.post(path, **{"email": ANN, "password": PASSWORD, **wrong})
    assert answer.status_code == 400
    assert Page(answer.text).problem_of(field)
    assert (await visitor.get(path)).status_code == 200


async def test_a_taken_address_is_refused(site: Site) -> None:
    await site.account(ANN)
    answer = await site.visitor().post(await site.setup_path(), email=ANN, password=PASSWORD)
    assert answer.status_code == 409
    assert len(Page(answer.text).problems) == 1


@pytest.mark.parametrize("raw", ["x", "gp_adm_" + "0" * 36, "%00", "%FF"])
async def test_an_unknown_link_is_not_found(standing: Site, raw: str) -> None:
    assert (await standing.visitor().get(f"/setup/{raw}")).status_code == 404
    assert (await standing.visitor().post(f"/setup/{raw}", email=ANN, password=PASSWORD)).status_code == 404
