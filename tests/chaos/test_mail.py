"""Mail servers that are down, slow or unwilling, and Gatepost processes that die while they send."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest

from gatepost.server.config import ConfigError, load
from gatepost.server.domain.clock import DAY, HOUR, SECOND
from gatepost.server.services.mails import LEASE
from tests.chaos.mailing import deliver, eventually, recipients, sender_to, sign_up, smtp_settings, states
from tests.kit.backstage import PASSWORD, Backstage, backstage
from tests.kit.server import Server, await_ready, free_port, launch, serving
from tests.kit.wire import Target, exchange, written
from tests.service.mail.servers import PostOffice, running

WAITING = ("queued", 1, 1, 1)


@pytest.fixture
def stage(data: Path) -> Iterator[Backstage]:
    with backstage(data, GATEPOST_MAIL__MAX_ATTEMPTS="3") as opened:
        yield opened


def test_a_mail_waits_for_a_server_that_is_down(stage: Backstage) -> None:
    addresses = sign_up(stage)
    assert deliver(stage, free_port()) == 1
    assert states(stage) == [WAITING]
    with running(PostOffice()) as office:
        assert deliver(stage, office.port) == 0
        stage.clock.ahead += 20 * SECOND
        assert deliver(stage, office.port) == 1
        assert recipients(office) == addresses
    assert states(stage) == [("sent", 2, 0, 0)]


def test_a_mail_refused_for_good_is_not_tried_again(stage: Backstage) -> None:
    sign_up(stage)
    with running(PostOffice(to_recipient="550 nobody here")) as office:
        assert deliver(stage, office.port) == 1
        stage.clock.ahead += DAY
        assert deliver(stage, office.port) == 0
    assert states(stage) == [("failed", 1, 1, 0)]
    assert "550 nobody here" in str(stage.rows("SELECT last_error FROM outbox"))


def test_a_mail_is_given_up_after_as_many_attempts_as_are_allowed(stage: Backstage) -> None:
    sign_up(stage)
    for _ in range(3):
        assert deliver(stage, free_port()) == 1
        stage.clock.ahead += 2 * HOUR
    assert deliver(stage, free_port()) == 0
    assert states(stage) == [("failed", 3, 1, 0)]


def test_a_mail_that_somebody_died_over_is_taken_over_when_its_lease_ends(stage: Backstage) -> None:
    async def die_while_sending(port: int) -> None:
        sending = asyncio.create_task(stage.parts.mails.deliver_due(sender_to(port)))
        with (await asyncio.to_thread(silent.accept))[0]:
            sending.cancel()
            await asyncio.wait({sending})

    addresses = sign_up(stage)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        stage.call(die_while_sending, silent.getsockname()[1])
    with running(PostOffice()) as office:
        stage.clock.ahead += LEASE - 20 * SECOND
        assert deliver(stage, office.port) == 0
        stage.clock.ahead += 20 * SECOND
        assert deliver(stage, office.port) == 1
        assert recipients(office) == addresses


def test_no_delivery_may_outlast_its_lease() -> None:
    with pytest.raises(ConfigError):
        load(None, {"GATEPOST_MAIL__TIMEOUT_SECONDS": str(LEASE // SECOND)}, {})


def test_a_silent_mail_server_blocks_no_sign_up(data: Path) -> None:
    with ExitStack() as opened:
        silent = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        server = opened.enter_context(serving(data, **smtp_settings(silent.getsockname()[1])))
        for number in range(5):
            assert sign_up_by_form(server, f"newcomer{number}@example.org") == 200
            if number == 0:
                opened.enter_context(silent.accept()[0])  # from now on it keeps the server waiting
    with backstage(data) as stage:
        assert [row[0] for row in states(stage)] == ["queued"] * 5


def sign_up_by_form(server: Server, address: str) -> int:
    form = urlencode({"email": address, "password": PASSWORD}).encode()
    kind = (b"content-type", b"application/x-www-form-urlencoded")
    answer = exchange(server.port, written(Target("POST", b"/sign-up", [kind], form), server.port))
    assert answer is not None
    return answer.status


def test_two_processes_send_every_mail_once(data: Path) -> None:
    with running(PostOffice()) as office, backstage(data) as stage:
        addresses = sign_up(stage, 30)
        with serving(data, **smtp_settings(office.port)), serving(data, **smtp_settings(office.port)):
            eventually(lambda: {row[0] for row in states(stage)} == {"sent"})
    assert recipients(office) == sorted(addresses)


def test_a_running_server_delivers_once_the_mail_server_is_willing_again(data: Path) -> None:
    with ExitStack() as opened:
        office = opened.enter_context(running(PostOffice(to_recipient="451 later")))
        stage = opened.enter_context(backstage(data))
        opened.enter_context(serving(data, **smtp_settings(office.port)))
        addresses = sign_up(stage)
        eventually(lambda: states(stage) == [WAITING])
        office.to_recipient = "250 OK"
        stage.write("UPDATE outbox SET due_at = 0")
        eventually(lambda: states(stage) == [("sent", 2, 0, 0)])
    assert recipients(office) == addresses


def test_the_mail_of_a_killed_server_is_sent_by_the_next(data: Path) -> None:
    with backstage(data) as stage:
        addresses = sign_up(stage)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            server = launch(data, **smtp_settings(silent.getsockname()[1]))
            await_ready(server)
            with silent.accept()[0]:
                server.process.kill()
                server.process.wait()
        assert states(stage) == [("queued", 1, 0, 1)]
        stage.write("UPDATE outbox SET due_at = due_at - ?", LEASE)
        with running(PostOffice()) as office, serving(data, **smtp_settings(office.port)):
            eventually(lambda: states(stage) == [("sent", 2, 0, 0)])
        assert recipients(office) == addresses
