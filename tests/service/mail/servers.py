"""SMTP servers for tests: a real one that keeps its mail, and one that misbehaves as it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import create_server
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from typing_extensions import override

USERNAME, PASSWORD = "gatepost", "correct horse"


@dataclass(frozen=True)
class Arrived:
    """One mail as the server took it."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    encrypted: bool
    signed_in: bool


class PostOffice:
    """A handler that keeps what arrives; `to_recipient` and `to_message` are answered in place of 250."""

    def __init__(self, to_recipient: str = "250 OK", to_message: str = "250 kept") -> None:
        self.arrived: list[Arrived] = []
        self.port = 0
        self.to_recipient = to_recipient
        self.to_message = to_message

    async def handle_RCPT(  # noqa: N802  aiosmtpd finds its hooks by these names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        if self.to_message.startswith("250"):
            self.arrived.append(_arrived(server, session, envelope))
        return self.to_message


def _arrived(server: SMTP, session: Session, envelope: Envelope) -> Arrived:
    assert isinstance(envelope.content, bytes)
    assert server.transport is not None
    return Arrived(
        sender=envelope.mail_from or "",
        recipients=list(envelope.rcpt_tos),
        message=message_from_bytes(envelope.content, policy=policy.default),
        encrypted=server.transport.get_extra_info("sslcontext") is not None,
        signed_in=bool(session.authenticated),
    )


def check_password(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: Any) -> AuthResult:
    """Let the one known user in."""
    known = login == LoginPassword(USERNAME.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False, auth_data=login)


class _FreePortController(Controller):
    """Listens on a port the system chose, held from the start so that nobody else can take it."""

    def __init__(self, handler: PostOffice, **parameters: Any) -> None:
        self._listening = create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        super().__init__(handler, "127.0.0.1", port, server_hostname="localhost", **parameters)

    @override
    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening, ssl=self.ssl_context)


@contextmanager
def running(office: PostOffice, **parameters: Any) -> Iterator[PostOffice]:
    """Run `office` behind a real SMTP server; `parameters` are those of `aiosmtpd.controller.Controller`."""
    controller = _FreePortController(office, **parameters)
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()


class Connection:
    """The server's side of one scripted conversation."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def hear(self) -> str:
        """Read one line; empty when the client is gone."""
        return (await self._reader.readline()).decode().strip()

    async def hear_message(self) -> None:
        await self._reader.readuntil(b"\r\n.\r\n")

    def say(self, line: str, end: str = "\r\n") -> None:
        if self._writer.transport.is_closing():
            raise ConnectionResetError("the client hung up")
        self._writer.write((line + end).encode())

    async def follow(self, **answers: str) -> str:
        """Answer commands, by verb, until one has no answer; return that one."""
        while (command := await self.hear()) and (answer := answers.get(command.split()[0].upper())):
            self.say(answer)
        return command


Script = Callable[[Connection], Awaitable[None]]


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[tuple[int, asyncio.Event]]:
    """Run `script` for the next connection; gives the port, and an event for when the script has ended."""
    ended = asyncio.Event()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await script(Connection(reader, writer))
        except ConnectionError:
            pass  # the client hung up, which is what many scripts wait for
        finally:
            writer.close()
            ended.set()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], ended
