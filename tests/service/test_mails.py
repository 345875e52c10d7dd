"""The outbox: sealed, bounded, leased, retried, and given up at last."""

from dataclasses import dataclass, field

import pytest

from gatepost.server.domain.clock import DAY, HOUR, MINUTE
from gatepost.server.domain.errors import Forbidden, NotFound
from gatepost.server.domain.mail import DeliveryError, Failed, OutgoingMail, Refused
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.domain.roles import ADMINISTRATOR, ROLES, Permission
from gatepost.server.services.housekeeping import Housekeeping
from gatepost.server.store.statement import Query
from tests.service.conftest import MakeWorld, World

pytestmark = pytest.mark.anyio

_SEALED = Query("tests.sealed", "SELECT sealed FROM outbox", row=lambda row: row[0])


@dataclass
class Postman:
    """A sender that does as told, at the only seam below which nothing is faked: the network."""

    answers: list[DeliveryError | None] = field(default_factory=list)
    delivered: list[OutgoingMail] = field(default_factory=list)

    async def send(self, mail: OutgoingMail) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.delivered.append(mail)


async def test_a_mail_waits_in_the_outbox_sealed_and_is_sent_once(world: World) -> None:
    link = await world.sign_up()
    (sealed,) = await world.database.all(_SEALED)
    assert link.encode() not in sealed

    postman = Postman()
    assert await world.parts.mails.deliver_due(postman) == 1
    assert await world.parts.mails.deliver_due(postman) == 0

    assert [mail.to for mail in postman.delivered] == ["ada@example.org"]
    assert link in postman.delivered[0].text
    assert link in postman.delivered[0].html
    stored, body = await world.parts.mails.show(SYSTEM, postman.delivered[0].id)
    assert (stored.state, body) == ("sent", None)


async def test_a_failed_mail_is_tried_again_later_and_later_under_the_same_id(world: World) -> None:
    await world.sign_up()
    postman = Postman([Failed("down"), Failed("still down"), None])
    assert await world.parts.mails.deliver_due(postman) == 1
    assert await world.parts.mails.deliver_due(postman) == 0
    first_wait = (await world.parts.mails.next_due() or 0) - world.clock.now
    assert 10_000 <= first_wait <= 20_000

    world.clock.forward(first_wait)
    await world.parts.mails.deliver_due(postman)
    second_wait = (await world.parts.mails.next_due() or 0) - world.clock.now
    assert 20_000 <= second_wait <= 40_000
    (listed,) = await world.parts.mails.page(SYSTEM)
    assert (listed.attempts, listed.last_error, listed.state) == (2, "still down", "queued")

    world.clock.forward(second_wait)
    await world.parts.mails.deliver_due(postman)
    assert [mail.id for mail in postman.delivered] == [listed.id]


async def test_a_refused_mail_is_given_up_and_its_text_is_gone(world: World) -> None:
    await world.sign_up()
    await world.parts.mails.deliver_due(Postman([Refused("no such mailbox")]))
    (listed,) = await world.parts.mails.page(SYSTEM)
    assert (listed.state, listed.last_error) == ("failed", "no such mailbox")
    assert await world.database.all(_SEALED) == [None]
    world.clock.forward(DAY)
    assert await world.parts.mails.deliver_due(Postman()) == 0


async def test_a_mail_is_given_up_after_the_last_attempt(make_world: MakeWorld) -> None:
    world = make_world(mail__max_attempts=3)
    await world.sign_up()
    for _ in range(3):
        await world.parts.mails.deliver_due(Postman([Failed("down")]))
        world.clock.forward(HOUR)
    (listed,) = await world.parts.mails.page(SYSTEM)
    assert (listed.state, listed.attempts) == ("failed", 3)


async def test_two_processes_never_send_the_same_mail(world: World) -> None:
    await world.sign_up()
    postman = Postman()

    @dataclass
    class Nested:
        """Runs a second delivery round while the first is sending."""

        async def send(self, mail: OutgoingMail) -> None:
            assert await world.parts.mails.deliver_due(postman) == 0
            await postman.send(mail)

    assert await world.parts.mails.deliver_due(Nested()) == 1
    assert len(postman.delivered) == 1


async def test_the_lease_of_a_process_that_died_runs_out(world: World) -> None:
    await world.sign_up()

    class Dies:
        async def send(self, mail: OutgoingMail) -> None:
            raise KeyError(mail.id)

    with pytest.raises(ExceptionGroup):
        await world.parts.mails.deliver_due(Dies())
    postman = Postman()
    assert await world.parts.mails.deliver_due(postman) == 0
    world.clock.forward(10 * MINUTE)
    assert await world.parts.mails.deliver_due(postman) == 1
    assert len(postman.delivered) == 1


async def test_one_mail_that_fails_holds_up_no_other(world: World) -> None:
    for name in ("a", "b", "c"):
        await world.sign_up(f"{name}@example.org")
        world.clock.forward(1)
    postman = Postman([None, Refused("no"), None])
    assert await world.parts.mails.deliver_due(postman) == 3
    assert [mail.to for mail in postman.delivered] == ["a@example.org", "c@example.org"]


async def test_old_mails_are_cleared_away(world: World) -> None:
    await world.sign_up()
    world.clock.forward(8 * DAY)
    await Housekeeping(world.parts.runtime, 48, 7).tidy()
    assert await world.parts.mails.page(SYSTEM) == []


async def test_only_who_may_reads_mails(world: World) -> None:
    await world.sign_up()
    (mail,) = await world.parts.mails.page(SYSTEM)
    # The mails of owners have links in them: an administrator who read those would be one.
    for permissions in (frozenset[Permission](), ROLES[ADMINISTRATOR]):
        other = Principal("x", CredentialKind.SESSION, permissions=permissions)
        with pytest.raises(Forbidden):
            await world.parts.mails.page(other)
        with pytest.raises(Forbidden):
            await world.parts.mails.show(other, mail.id)
    with pytest.raises(NotFound):
        await world.parts.mails.show(SYSTEM, "x")


async def test_deleting_the_account_takes_its_pending_mail_along(world: World) -> None:
    await world.sign_up()
    (attempt,) = await world.parts.administration.page(SYSTEM)
    await world.parts.administration.delete(SYSTEM, attempt.id)
    assert await world.parts.mails.page(SYSTEM) == []
