"""Mails written from templates: a subject, a text part and an HTML part that say the same."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gatepost.server.domain.mail import Composed, MailKind, one_line

if TYPE_CHECKING:
    from jinja2 import Environment

GREETED_NAME_LIMIT = 60

_TEMPLATES = Path(__file__).with_name("templates")
# The full stops are those that browsers take for the one of a host name (UTS 46).
_LOOKS_LIKE_ADDRESS = re.compile(r"://|[@\uff20\ufe6b]|\w[.\u3002\uff0e\uff61]\w{2}")


class Composer:
    """Writes the mails of one installation.

    `product_name` is how the installation calls itself in subjects and texts.
    """

    def __init__(self, product_name: str) -> None:
        self._product = one_line(product_name)

    def compose(self, kind: str, values: Mapping[str, str]) -> Composed:
        """Write the mail of `kind` with `values`, each of which becomes a single line.

        Raises ValueError for an unknown kind and for a `link` that is not an absolute http(s) URL, and
        jinja2.UndefinedError when a value the templates use is missing.
        """
        folder = MailKind(kind).value
        context = {key: _presentable(key, value) for key, value in values.items()}
        return Composed(
            subject=one_line(self._render(f"{folder}/subject.txt", context)),
            text=self._render(f"{folder}/body.txt", context),
            html=self._render(f"{folder}/body.html", context),
        )

    def _render(self, template: str, context: Mapping[str, str]) -> str:
        return self._templates.get_template(template).render(context, product=self._product)

    @cached_property
    def _templates(self) -> "Environment":
        # Costs 80 ms, which start-up can spare.
        from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

        return Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )


def _presentable(key: str, value: str) -> str:
    match key:
        case "link":
            return _web_link(value)
        case "name":
            return _greeted_name(value)
        case _:
            return one_line(value)


def _web_link(link: str) -> str:
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https"} or not parts.hostname or one_line(link) != link or " " in link:
        # The link itself stays out of the message: it may carry a credential.
        raise ValueError("a mail may only link to an absolute http or https URL")
    return link


def _greeted_name(name: str) -> str:
    # Whoever signs up chooses the name and the address it is mailed to: a name that mail programs would show
    # as a link, or one long enough for a message, would turn the greeting into somebody else's advertisement.
    line = one_line(name)
    return "" if len(line) > GREETED_NAME_LIMIT or _LOOKS_LIKE_ADDRESS.search(line) else line
