import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from typing_extensions import override

from gatepost.server.domain.mail import Composed, MailKind, one_line
from gatepost.server.mail.compose import Composer

LINK = "https://users.example.org/confirm?attempt=gp_ver_abc&from=mail"
NEEDED = {
    "confirm-email": {"name", "link", "hours"},
    "already-registered": {"name", "link"},
    "awaiting-approval": {"name", "email", "id"},
    "approved": {"name", "link"},
    "rejected": {"name"},
    "reset-password": {"name", "link"},
    "invitation": {"name", "link"},
}
COMPOSER = Composer("Acme Users")
NEEDED_PAIRS = [(kind, value) for kind, values in NEEDED.items() for value in sorted(values)]


class Outline(HTMLParser):
    """What an HTML reader makes of a document: its elements, its links and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: set[str | None] = set()
        self.words: list[str] = []
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.links |= {value for name, value in attrs if name in {"href", "src", "background"}}

    @override
    def handle_data(self, data: str) -> None:
        self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


def values(**changes: str) -> dict[str, str]:
    return {"name": "Jörg", "email": "joerg@example.org", "link": LINK, "hours": "24", "id": "a1"} | changes


def compose(kind: str, **changes: str) -> Composed:
    return COMPOSER.compose(kind, values(**changes))


def test_every_kind_is_covered_here() -> None:
    assert set(NEEDED) == set(MailKind)


@pytest.mark.parametrize("kind", MailKind)
def test_both_parts_name_the_product_the_person_and_the_link(kind: MailKind) -> None:
    mail = compose(kind)
    page = Outline(mail.html)
    assert "Acme Users" in mail.subject
    for said in ("Acme Users", "Jörg"):
        assert said in mail.text
        assert said in page.text
    if "link" in NEEDED[kind]:
        assert LINK in mail.text.splitlines()
        assert LINK in page.text


@pytest.mark.parametrize("kind", MailKind)
def test_html_loads_nothing_and_links_only_where_told(kind: MailKind) -> None:
    page = Outline(compose(kind).html)
    assert page.links == ({LINK} if "link" in NEEDED[kind] else set())
    assert not {"script", "img", "link", "iframe", "form"} & set(page.elements)


@pytest.mark.parametrize("kind", MailKind)
def test_text_is_plain_and_fits_a_narrow_window(kind: MailKind) -> None:
    lines = compose(kind, link="https://a.example/x").text.splitlines()
    assert max(map(len, lines)) <= 78
    assert not any("<" in line or "&" in line for line in lines)


@pytest.mark.parametrize(("kind", "missing"), NEEDED_PAIRS)
def test_a_missing_value_is_an_error(kind: str, missing: str) -> None:
    given_values = values()
    del given_values[missing]
    with pytest.raises(UndefinedError, match=missing):
        COMPOSER.compose(kind, given_values)


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="birthday"):
        compose("birthday")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,hi",
        "ftp://example.org/",
        "//example.org/x",
        "/confirm",
        "https://",
        "",
        "https://example.org/\r\nBcc: everybody@example.org",
        "https://example.org/a b",
        "\thttps://example.org/",
        "https://example.org/\x00",
    ],
)
def test_only_web_addresses_are_linked_and_a_bad_one_is_not_repeated(link: str) -> None:
    with pytest.raises(ValueError, match="absolute http or https") as caught:
        compose("confirm-email", link=link)
    assert not link or link not in str(caught.value)


def test_a_plain_http_link_is_fine_for_local_installations() -> None:
    assert "http://127.0.0.1:8080/confirm" in compose("approved", link="http://127.0.0.1:8080/confirm").text


@pytest.mark.parametrize("kind", MailKind)
@given(name=st.text(), email=st.text())
def test_no_value_breaks_out_of_its_place(kind: MailKind, name: str, email: str) -> None:
    hostile = compose(kind, name=name, email=email)
    named, nameless = compose(kind), compose(kind, name="")
    assert hostile.subject == one_line(hostile.subject)
    assert hostile.text.count("\n") in {named.text.count("\n"), nameless.text.count("\n")}
    assert Outline(hostile.html).links == Outline(named.html).links


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("injection", ["<b>x</b>", '"><script>alert(1)</script>', "{{ 7*7 }}", "&amp;"])
def test_markup_in_values_is_shown_as_it_was_typed(kind: MailKind, injection: str) -> None:
    mail = Composer(injection).compose(kind, values(name=injection, email=injection))
    page = Outline(mail.html)
    assert page.elements == Outline(compose(kind).html).elements
    assert injection in page.text
    assert injection in mail.text


@pytest.mark.parametrize("kind", MailKind)
def test_a_name_with_line_breaks_adds_no_header_and_no_line(kind: MailKind) -> None:
    mail = compose(kind, name="Eve\r\nBcc: all@list", email="eve@example.org\nSubject: hi")
    assert mail.subject.isprintable()
    assert not any(line.startswith(("Bcc:", "Subject:")) for line in mail.text.splitlines())


@pytest.mark.parametrize(
    "name",
    [
        "Win a prize at evil.example",
        "https://evil.example",
        "www.evil.example",
        "mail eve@evil",
        "evil\u3002example",
        "evil\uff0eexample",
        "evil\uff61example",
        "mail eve\uff20evil",
        "You have won a million, call us today and tell us your account number",
        "",
    ],
)
def test_names_that_advertise_are_not_greeted(name: str) -> None:
    mail = compose("confirm-email", name=name)
    assert mail.text.startswith("Hello,\n")
    assert "Hello," in Outline(mail.html).text


@pytest.mark.parametrize("name", ["J. R. R. Tolkien", "J.R.R. Tolkien", "Zoë O’Brien-Ñandú", "李小龍", "Dr. Who"])
def test_ordinary_names_are_greeted(name: str) -> None:
    mail = compose("confirm-email", name=name)
    assert mail.text.startswith(f"Hello {name},\n")
    assert f"Hello {name}," in Outline(mail.html).text


def test_an_account_without_a_presentable_name_is_announced_by_its_address() -> None:
    mail = compose("awaiting-approval", name="")
    assert mail.subject == "joerg@example.org awaits approval at Acme Users"
    assert "\n    joerg@example.org\n" in mail.text


@pytest.mark.parametrize(("hours", "said"), [("1", "1 hour."), ("24", "24 hours.")])
def test_hours_are_counted_grammatically(hours: str, said: str) -> None:
    mail = compose("confirm-email", hours=hours)
    assert f"for {said}" in mail.text
    assert f"for {said}" in Outline(mail.html).text


def test_dark_mode_is_declared_and_styled() -> None:
    html = compose("approved").html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_importing_loads_neither_the_template_nor_the_smtp_library() -> None:
    program = (
        "import sys, gatepost.server.mail.compose, gatepost.server.mail.smtp;"
        "gatepost.server.mail.compose.Composer('x');"
        "sys.exit(bool({'jinja2', 'aiosmtplib', 'email.message'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
