"""Rendering pages: templates in, answers out, with the headers that keep a page safe."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.server.console.assets import Assets
from gatepost.server.domain.clock import to_datetime
from gatepost.server.web.answers import Answer, Header

if TYPE_CHECKING:
    from jinja2 import Environment

HTML = b"text/html; charset=utf-8"

TEMPLATES = Path(__file__).with_name("templates")

POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What pages may load and do (CSP Level 3): our style sheet, our images, our forms, and no script at all."""

HEADERS = (
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    # Under `no-referrer` browsers call the origin of a form `null`, and it could not be told from a foreign one.
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
"""What every answer of the console carries."""

NO_STORE = (b"cache-control", b"no-store")

_HEADLINES = {
    400: "That did not work",
    401: "Please sign in",
    403: "That is not allowed",
    404: "Page not found",
    405: "That did not work",
    413: "That was too much",
    429: "Too many attempts",
    503: "Please try again in a moment",
    507: "Nothing can be saved at the moment",
}


class Pages:
    """The pages of one installation; `brand` is what it calls itself."""

    def __init__(self, brand: str, assets: Assets) -> None:
        self._brand = brand
        self._assets = assets

    def page(self, template: str, status: int = 200, **values: Any) -> Answer:
        """Render `templates/<template>.html`; a value that it uses and is not given is an error."""
        html = self._templates.get_template(f"{template}.html").render(values)
        return Answer(html.encode(), status, HTML, [NO_STORE])

    def error(self, status: int, message: str, path: str) -> Answer:
        """Word an error for people; the path asked for is not repeated to them."""
        headline = _HEADLINES.get(status, "Something went wrong")
        return self.page("error", status, headline=headline, message=message)

    @cached_property
    def _templates(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # costs 80 ms, which start-up can spare

        templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        templates.globals |= {"brand": self._brand, "asset": self._assets.address, "account": None}
        templates.filters |= {"machine_time": machine_time, "moment": moment}
        return templates


def see_other(path: str, *headers: Header) -> Answer:
    """Send the browser to another page of ours (RFC 9110, 15.4.4)."""
    return Answer(status=303, headers=[(b"location", path.encode()), NO_STORE, *headers])


def away(url: str, *headers: Header) -> Answer:
    """Send the browser to an identity provider, the only foreign place that we send anybody to."""
    return Answer(status=303, headers=[(b"location", url.encode()), NO_STORE, *headers])


def machine_time(instant: int) -> str:
    """Write an instant (milliseconds) for `<time datetime>`."""
    return to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(instant: int) -> str:
    """Write an instant (milliseconds) for people, in UTC and to the minute."""
    return to_datetime(instant).strftime("%Y-%m-%d %H:%M UTC")
