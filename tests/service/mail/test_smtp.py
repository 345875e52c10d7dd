from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from gatepost.server.domain.mail import Failed, OutgoingMail, Refused
from gatepost.server.mail.compose import Composer
from gatepost.server.mail.options import SmtpOptions
from gatepost.server.mail.smtp import SmtpSender
from tests.service.mail.authority import ELSEWHERE, LOOPBACK, Authority
from tests.service.mail.servers import PASSWORD, USERNAME, PostOffice, check_password

pytestmark = [
    pytest.mark.anyio,
    # aiosmtpd 1.4 still fills in an attribute that it deprecates itself.
    pytest.mark.filterwarnings(r"ignore:Session\.login_data is deprecated:DeprecationWarning"),
]

OpenOffice = Callable[..., PostOffice]

LINK = "https://users.example.org/confirm?attempt=gp_ver_abc"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MAIL = OutgoingMail(
    "0199-mail", "ann@example.com", "Grüße aus Köln", "Hallo Jörg\n.\n..\nEnde\n", "<p>Hallo Jörg</p>\n"
)


def sender(port: int, **options: Any) -> SmtpSender:
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "Gatepost <no-reply@example.org>",
        "timeout_seconds": 20.0,
    }
    return SmtpSender(SmtpOptions(**(given | options)), clock=lambda: int(NOON.timestamp() * 1_000))


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


async def test_a_mail_arrives_as_it_was_sent(open_office: OpenOffice) -> None:
    office = open_office()
    await sender(office.port).send(MAIL)
    [arrived] = office.arrived
    assert arrived.sender == "no-reply@example.org"
    assert arrived.recipients == ["ann@example.com"]
    assert arrived.message["Subject"] == MAIL.subject
    assert arrived.message["Date"].datetime == NOON
    assert arrived.message["Bcc"] is None
    assert part(arrived.message, "plain") == MAIL.text
    assert part(arrived.message, "html") == MAIL.html


async def test_a_composed_mail_survives_the_journey(open_office: OpenOffice) -> None:
    office = open_office()
    composed = Composer("Käse & Söhne").compose("confirm-email", {"name": "Zoë", "link": LINK, "hours": "24"})
    await sender(office.port).send(OutgoingMail("1", "zoe@example.com", composed.subject, composed.text, composed.html))
    message = office.arrived[0].message
    assert message["Subject"] == composed.subject
    assert part(message, "plain") == composed.text
    assert part(message, "html") == composed.html


async def test_a_mail_sent_twice_is_recognisable_as_one(open_office: OpenOffice) -> None:
    office = open_office()
    outbound = sender(office.port)
    await outbound.send(MAIL)
    await outbound.send(MAIL)
    await outbound.send(replace(MAIL, id="0200-mail"))
    first, second, other = [arrived.message["Message-ID"] for arrived in office.arrived]
    assert first == second != other


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_an_encrypted_connection_signs_in_and_delivers(
    security: str, open_office: OpenOffice, authority: Authority
) -> None:
    key = "ssl_context" if security == "tls" else "tls_context"
    office = open_office(
        **{key: authority.server_context()},
        authenticator=check_password,
        require_starttls=security == "starttls",
        # aiosmtpd does not count a connection as encrypted that was so from its first byte.
        auth_require_tls=security == "starttls",
    )
    outbound = sender(office.port, security=security, ca_file=authority.ca_file, username=USERNAME, password=PASSWORD)
    await outbound.send(MAIL)
    assert [(arrived.encrypted, arrived.signed_in) for arrived in office.arrived] == [(True, True)]


async def test_a_password_goes_unencrypted_only_when_that_was_chosen(open_office: OpenOffice) -> None:
    office = open_office(authenticator=check_password, auth_require_tls=False)
    login = {"username": USERNAME, "password": PASSWORD}
    with pytest.raises(Failed, match="STARTTLS"):
        await sender(office.port, security="starttls", **login).send(MAIL)
    await sender(office.port, security="none", **login).send(MAIL)
    assert [(arrived.encrypted, arrived.signed_in) for arrived in office.arrived] == [(False, True)]


async def test_a_wrong_password_can_be_mended_and_is_not_repeated(open_office: OpenOffice) -> None:
    office = open_office(authenticator=check_password, auth_require_tls=False)
    with pytest.raises(Failed, match="refused the sign-in with 535") as caught:
        await sender(office.port, username=USERNAME, password="wrong staple").send(MAIL)
    assert "wrong staple" not in str(caught.value)
    assert office.arrived == []


async def test_a_server_without_sign_in_is_reported(open_office: OpenOffice) -> None:
    office = open_office(auth_exclude_mechanism=["PLAIN", "LOGIN"])
    with pytest.raises(Failed, match="AUTH"):
        await sender(office.port, username=USERNAME, password=PASSWORD).send(MAIL)


async def test_a_server_that_wants_a_sign_in_can_be_satisfied_later(
    open_office: OpenOffice, authority: Authority
) -> None:
    office = open_office(tls_context=authority.server_context(), auth_required=True)
    with pytest.raises(Failed, match="530"):
        await sender(office.port, security="starttls", ca_file=authority.ca_file).send(MAIL)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("flaw", ["unknown authority", "other name", "expired"])
async def test_a_certificate_that_does_not_hold_is_not_trusted(
    security: str, flaw: str, open_office: OpenOffice, authority: Authority
) -> None:
    name = ELSEWHERE if flaw == "other name" else LOOPBACK
    valid_for = timedelta(hours=-1 if flaw == "expired" else 1)
    context = authority.server_context(name, valid_for=valid_for)
    office = open_office(**{"ssl_context" if security == "tls" else "tls_context": context})
    trust = None if flaw == "unknown authority" else authority.ca_file
    with pytest.raises(Failed, match=r"(?i)certificate"):
        await sender(office.port, security=security, ca_file=trust).send(MAIL)
    assert office.arrived == []


async def test_a_missing_certificate_file_is_named(open_office: OpenOffice, authority: Authority) -> None:
    office = open_office(tls_context=authority.server_context())
    missing = authority.ca_file.with_name("missing.pem")
    with pytest.raises(Failed, match=r"missing\.pem"):
        await sender(office.port, security="starttls", ca_file=missing).send(MAIL)


@pytest.mark.parametrize("answer", ["550 5.1.1 No such user", "553 5.1.3 Bad address"])
async def test_a_recipient_turned_away_is_final(answer: str, open_office: OpenOffice) -> None:
    office = open_office(PostOffice(to_recipient=answer))
    with pytest.raises(Refused, match=answer):
        await sender(office.port).send(MAIL)


async def test_a_message_turned_away_is_final(open_office: OpenOffice) -> None:
    office = open_office(PostOffice(to_message="554 5.7.1 Looks like spam"))
    with pytest.raises(Refused, match="Looks like spam"):
        await sender(office.port).send(MAIL)


@pytest.mark.parametrize(
    "answers",
    [
        {"to_recipient": "451 4.7.1 Greylisted, come back"},
        {"to_recipient": "452 4.2.2 Mailbox full"},
        {"to_message": "451 4.3.0 Try again"},
        {"to_message": "421 4.3.2 Shutting down"},
    ],
)
async def test_a_server_that_asks_to_come_back_is_tried_again(answers: dict[str, str], open_office: OpenOffice) -> None:
    office = open_office(PostOffice(**answers))
    with pytest.raises(Failed, match=r"answered 4\d\d 4\."):
        await sender(office.port).send(MAIL)


async def test_international_addresses_are_delivered_where_the_server_can(open_office: OpenOffice) -> None:
    office = open_office()
    await sender(office.port).send(replace(MAIL, to="jörg@bücher.example"))
    [arrived] = office.arrived
    assert arrived.recipients == ["jörg@xn--bcher-kva.example"]
    assert arrived.message["Subject"] == MAIL.subject
    assert part(arrived.message, "plain") == MAIL.text


async def test_an_international_domain_needs_no_international_server(
    open_office: OpenOffice,
) -> None:
    office = open_office(enable_SMTPUTF8=False)
    await sender(office.port).send(replace(MAIL, to="joerg@bücher.example"))
    assert office.arrived[0].recipients == ["joerg@xn--bcher-kva.example"]
    with pytest.raises(Refused, match="SMTPUTF8"):
        await sender(office.port).send(replace(MAIL, to="jörg@bücher.example"))


@pytest.mark.parametrize(
    "mail",
    [
        replace(MAIL, subject="Hello\r\nBcc: eve@example.net"),
        replace(MAIL, to="ann@example.com>\r\nRCPT TO:<eve@example.net"),
    ],
)
async def test_injected_headers_and_commands_never_reach_the_server(
    mail: OutgoingMail, open_office: OpenOffice
) -> None:
    office = open_office()
    with pytest.raises(Refused):
        await sender(office.port).send(mail)
    assert office.arrived == []
