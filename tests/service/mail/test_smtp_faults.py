import asyncio
from base64 import b64encode
from contextlib import suppress
from socket import create_server, socket
from ssl import SSLContext
from traceback import format_exception

import anyio
import pytest
from anyio import to_thread

from gatepost.server.domain.mail import Failed, OutgoingMail
from gatepost.server.mail.options import SmtpOptions
from gatepost.server.mail.smtp import SmtpSender
from tests.service.mail.authority import Authority
from tests.service.mail.servers import Connection, Script, scripted

pytestmark = pytest.mark.anyio

MAIL = OutgoingMail("0199-mail", "ann@example.com", "Hello", "Hello\n", "<p>Hello</p>\n")
WILLING = {"EHLO": "250 OK", "MAIL": "250 OK", "RCPT": "250 OK", "RSET": "250 OK"}
# Long enough that only a delivery without an end reaches it.
FOREVER = 60.0


def sender(port: int, timeout_seconds: float = FOREVER, password: str | None = None) -> SmtpSender:
    return SmtpSender(
        SmtpOptions(
            host="127.0.0.1",
            port=port,
            security="none",
            sender="no-reply@example.org",
            username=None if password is None else "gatepost",
            password=password,
            timeout_seconds=timeout_seconds,
        )
    )


async def test_a_server_that_is_down_is_tried_again() -> None:
    with create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(Failed, match=rf"^127\.0\.0\.1:{port}: .*(?i:connect)"):
        await sender(port).send(MAIL)


async def test_a_name_that_does_not_resolve_is_tried_again() -> None:
    options = SmtpOptions(host="mail.invalid", port=25, sender="a@example.org", security="none")
    with pytest.raises(Failed, match=r"^mail\.invalid:25: "):
        await SmtpSender(options).send(MAIL)


async def never_greet(client: Connection) -> None:
    await client.hear()


async def greet_letter_by_letter(client: Connection) -> None:
    for letter in "220-" + "hold the line " * 10_000:
        client.say(letter, end="")
        await asyncio.sleep(0.01)


async def greet_without_end(client: Connection) -> None:
    for _ in range(10_000):
        client.say("220-one moment please")
        await asyncio.sleep(0.01)


async def never_answer_the_message(client: Connection) -> None:
    client.say("220 ready")
    await client.follow(**WILLING)
    client.say("354 go ahead")
    await client.hear_message()
    await client.hear()


@pytest.mark.parametrize("script", [never_greet, greet_letter_by_letter, greet_without_end, never_answer_the_message])
async def test_a_slow_server_is_left_when_the_time_is_up(script: Script) -> None:
    with anyio.fail_after(FOREVER / 2):
        async with scripted(script) as (port, ended):
            with pytest.raises(Failed, match=r"within 0\.3 seconds"):
                await sender(port, timeout_seconds=0.3).send(MAIL)
            await ended.wait()


def wait_for_the_end_below_tls(listening: socket, context: SSLContext) -> None:
    """Complete a handshake, fall silent, and return when the connection itself has ended."""
    connection, _ = listening.accept()
    connection.settimeout(FOREVER / 3)
    with connection.dup() as wire, context.wrap_socket(connection, server_side=True):
        wire.settimeout(FOREVER / 3)
        with suppress(ConnectionError):
            while wire.recv(1_024):
                pass


async def test_a_server_that_falls_silent_inside_tls_is_not_waited_for(authority: Authority) -> None:
    with create_server(("127.0.0.1", 0)) as listening:
        options = SmtpOptions(
            host="127.0.0.1",
            port=listening.getsockname()[1],
            security="tls",
            sender="no-reply@example.org",
            ca_file=authority.ca_file,
            timeout_seconds=0.5,
        )
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(to_thread.run_sync, wait_for_the_end_below_tls, listening, authority.server_context())
            with pytest.raises(Failed, match=r"within 0\.5 seconds"):
                await SmtpSender(options).send(MAIL)


async def hang_up_at_once(client: Connection) -> None:
    pass


async def hang_up_during_the_message(client: Connection) -> None:
    client.say("220 ready")
    await client.follow(**WILLING)
    client.say("354 go ahead")
    await client.hear()


async def turn_away_at_the_door(client: Connection) -> None:
    client.say("554 no service here")


async def refuse_the_sender(client: Connection) -> None:
    client.say("220 ready")
    await client.follow(EHLO="250 OK", MAIL="553 not yours", RSET="250 OK")


async def want_a_sign_in_for_the_recipient(client: Connection) -> None:
    client.say("220 ready")
    await client.follow(EHLO="250 OK", MAIL="250 OK", RCPT="530 sign in first", RSET="250 OK")


async def talk_nonsense(client: Connection) -> None:
    client.say("HTTP/1.1 400 Bad Request\r\n\x00\x07\r\n")
    await client.hear()


@pytest.mark.parametrize(
    "script",
    [
        hang_up_at_once,
        hang_up_during_the_message,
        turn_away_at_the_door,
        refuse_the_sender,
        want_a_sign_in_for_the_recipient,
        talk_nonsense,
    ],
)
async def test_a_server_that_breaks_off_is_tried_again(script: Script) -> None:
    async with scripted(script) as (port, ended):
        with pytest.raises(Failed) as caught:
            await sender(port).send(MAIL)
        await ended.wait()
    assert str(caught.value).isprintable()


async def accept_and_ignore_the_farewell(client: Connection) -> None:
    client.say("220 ready")
    await client.follow(**WILLING)
    client.say("354 go ahead")
    await client.hear_message()
    client.say("250 kept")
    await client.hear()
    await client.hear()


async def accept_and_hang_up(client: Connection) -> None:
    client.say("220 ready")
    await client.follow(**WILLING)
    client.say("354 go ahead")
    await client.hear_message()
    client.say("250 kept")


@pytest.mark.parametrize("script", [accept_and_ignore_the_farewell, accept_and_hang_up])
async def test_an_accepted_mail_is_delivered_whatever_the_server_does_next(script: Script) -> None:
    async with scripted(script) as (port, ended):
        await sender(port, timeout_seconds=0.5).send(MAIL)
        await ended.wait()


async def test_what_a_server_repeats_of_a_sign_in_is_not_passed_on() -> None:
    secret = "correct horse"
    encoded = b64encode(f"\0gatepost\0{secret}".encode()).decode()

    async def repeat_the_password(client: Connection) -> None:
        client.say("220 ready")
        await client.follow(EHLO="250-hello\r\n250 AUTH PLAIN")
        client.say(f"535 AUTH PLAIN {encoded} is not {secret}")
        await client.hear()

    async with scripted(repeat_the_password) as (port, ended):
        with pytest.raises(Failed, match="535") as caught:
            await sender(port, password=secret).send(MAIL)
        await ended.wait()
    logged = "".join(format_exception(caught.value))
    assert secret not in logged
    assert encoded not in logged


async def test_a_server_that_hangs_up_on_a_sign_in_is_reported_as_that() -> None:
    async def hang_up(client: Connection) -> None:
        client.say("220 ready")
        await client.follow(EHLO="250-hello\r\n250 AUTH PLAIN")

    async with scripted(hang_up) as (port, ended):
        with pytest.raises(Failed, match="hung up during the sign-in"):
            await sender(port, password="correct horse").send(MAIL)
        await ended.wait()


async def test_a_long_answer_with_control_characters_becomes_one_short_line() -> None:
    async def rant(client: Connection) -> None:
        client.say("220 ready")
        await client.follow(EHLO="250 OK", MAIL="250 OK", RCPT="451-\x1b[31m no\r\n451 " + "no " * 200)

    async with scripted(rant) as (port, ended):
        with pytest.raises(Failed) as caught:
            await sender(port).send(MAIL)
        await ended.wait()
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


async def test_a_cancelled_delivery_hangs_up() -> None:
    greeted = asyncio.Event()

    async def greet_and_wait(client: Connection) -> None:
        greeted.set()
        await client.hear()

    async with scripted(greet_and_wait) as (port, ended):
        delivery = asyncio.create_task(sender(port).send(MAIL))
        await greeted.wait()
        delivery.cancel()
        with pytest.raises(asyncio.CancelledError):
            await delivery
        await ended.wait()
