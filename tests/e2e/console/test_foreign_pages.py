import pytest
from playwright.sync_api import Page, expect

from tests.e2e.console.conftest import NAMED_HOST, PASSWORD, Open, go, press, sign_in
from tests.kit.backstage import Backstage
from tests.kit.server import Server

FORM = """<!doctype html><title>A page of another site</title>
<form method="post" action="{action}"><input name="name" value="stolen"><button>Win a prize</button></form>"""


def lured(page: Page, origin: str, action: str) -> None:
    """Go to another site's page and press its button."""
    page.route(f"{origin}/", lambda route: route.fulfill(body=FORM.format(action=action), content_type="text/html"))
    page.goto(f"{origin}/")
    press(page, "Win a prize")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", NAMED_HOST])
@pytest.mark.parametrize("neighbour", [False, True], ids=["another site", "another port of the same host"])
def test_another_site_s_form_does_nothing(
    open_: Open, server: Server, behind: Backstage, host: str, neighbour: bool
) -> None:
    member = behind.member(password=PASSWORD)
    page = open_("/sign-in", host=host)
    sign_in(page, member.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("My tokens")
    origin = f"http://{host}:1" if neighbour else "http://evil.test"
    lured(page, origin, f"http://{host}:{server.port}/tokens")
    expect(page.get_by_role("heading", level=1)).to_have_text("That is not allowed")
    go(page, "/tokens")
    expect(page.get_by_role("heading", level=1)).to_have_text("My tokens")
    assert "stolen" not in page.content()


def test_another_site_cannot_frame_a_page(open_: Open, server: Server) -> None:
    page = open_("/sign-in")
    body = f'<iframe src="http://127.0.0.1:{server.port}/sign-in"></iframe>'
    page.route("http://evil.test/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("http://evil.test/")
    assert page.frames[1].url.startswith("chrome-error:")
