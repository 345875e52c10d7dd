from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from gatepost.server.domain.mail import OutgoingMail
from gatepost.server.mail.message import write_message

MAIL = OutgoingMail("0199-mail", "ann@example.com", "Grüße", "Hello Jörg\n.\nBye\n", "<p>Hello Jörg</p>\n")
SENDER = "Gatepost <no-reply@example.org>"
DATE = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def written(mail: OutgoingMail = MAIL, sender: str = SENDER) -> EmailMessage:
    return message_from_bytes(write_message(mail, sender, DATE).as_bytes(), policy=policy.default)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_headers_say_who_wrote_what_to_whom_and_when() -> None:
    message = written()
    assert message["From"] == SENDER
    assert message["To"] == "ann@example.com"
    assert message["Subject"] == "Grüße"
    assert message["Date"].datetime == DATE
    assert message["Auto-Submitted"] == "auto-generated"


def test_there_are_no_headers_beyond_these() -> None:
    assert {name.lower() for name in written()} == {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type",
    }  # fmt: skip


def test_the_parts_are_alternatives_and_the_richer_one_comes_last() -> None:
    message = written()
    assert message.get_content_type() == "multipart/alternative"
    assert [piece.get_content_type() for piece in message.iter_parts()] == ["text/plain", "text/html"]
    assert part(message, "plain") == MAIL.text
    assert part(message, "html") == MAIL.html


def test_what_is_sent_is_seven_bit_and_short_lined() -> None:
    raw = write_message(replace(MAIL, text="ü" * 5_000 + "\n"), SENDER, DATE).as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_the_message_id_follows_the_mail() -> None:
    later = write_message(MAIL, SENDER, datetime(2027, 1, 1, tzinfo=UTC))
    assert written()["Message-ID"] == later["Message-ID"] == "<0199-mail@example.org>"
    assert written(replace(MAIL, id="0200-mail"))["Message-ID"] == "<0200-mail@example.org>"


def test_international_domains_travel_in_their_ascii_form() -> None:
    message = written(replace(MAIL, to="ann@BÜCHER.example"), "Käse <a@käse.example>")
    assert message["To"] == "ann@xn--bcher-kva.example"
    assert message["From"].addresses[0].addr_spec == "a@xn--kse-qla.example"
    assert message["From"].addresses[0].display_name == "Käse"
    assert message["Message-ID"].endswith("@xn--kse-qla.example>")


@pytest.mark.parametrize("domain", ["localhost", "mail_host", "corp.internal", "[192.0.2.1]"])
def test_local_network_names_are_left_alone(domain: str) -> None:
    assert written(replace(MAIL, to=f"ann@{domain}"))["To"] == f"ann@{domain}"


def test_an_address_that_looks_like_two_stays_one() -> None:
    addresses = written(replace(MAIL, to="ann@example.com, eve@example.net"))["To"].addresses
    assert [address.domain for address in addresses] == ["example.net"]


@pytest.mark.parametrize(
    "mail",
    [
        replace(MAIL, subject="Hello\r\nBcc: eve@example.net"),
        replace(MAIL, subject="Hello\nBcc: eve@example.net"),
        replace(MAIL, to="ann@example.com\r\nBcc: eve@example.net"),
        replace(MAIL, id="1>\r\nBcc: <eve@example.net"),
        replace(MAIL, to="ann"),
        replace(MAIL, to="@example.com"),
        replace(MAIL, to="ann@"),
        replace(MAIL, to="ann@bü..example"),
        replace(MAIL, text="lone \ud800"),
    ],
)
def test_what_cannot_be_written_is_an_error(mail: OutgoingMail) -> None:
    with pytest.raises(ValueError, match=r".+"):
        write_message(mail, SENDER, DATE)
