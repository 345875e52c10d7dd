"""Work behind the requests that several processes share: nothing is done twice, and nobody is waited for."""

import asyncio

import pytest

from gatepost.server.domain.clock import DAY, MINUTE
from gatepost.server.domain.mail import Failed, OutgoingMail
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.services import housekeeping, usage
from gatepost.server.services.housekeeping import Housekeeping
from gatepost.server.services.mails import LEASE
from gatepost.server.services.registration import SignUp
from gatepost.server.store import outbox
from gatepost.server.store.statement import Query
from tests.service.conftest import PASSWORD, World
from tests.service.test_mails import Postman

pytestmark = pytest.mark.anyio

_USED = Query("tests.used", "SELECT count(*) FROM tokens WHERE used_at = :at", row=lambda row: int(row[0]))


async def sign_up(world: World, count: int) -> None:
    """Put so many mails into the outbox."""
    for number in range(count):
        await world.parts.registration.sign_up(SignUp(f"newcomer{number}@example.org", PASSWORD))


def tidying(world: World) -> Housekeeping:
    return Housekeeping(world.parts.runtime, confirm_hours=48, keep_mail_days=7)


async def test_processes_that_look_at_the_same_moment_lease_different_mails(world: World) -> None:
    await sign_up(world, 30)
    async with world.elsewhere() as second, world.elsewhere() as third:
        postmen = [Postman() for _ in range(3)]
        for _ in range(4):
            pairs = zip((world, second, third), postmen, strict=True)
            await asyncio.gather(*(process.parts.mails.deliver_due(postman) for process, postman in pairs))
    delivered = [mail.to for postman in postmen for mail in postman.delivered]
    assert sorted(delivered) == sorted(f"newcomer{number}@example.org" for number in range(30))


async def test_who_comes_back_after_the_lease_leaves_the_mail_to_whoever_tries_it_now(world: World) -> None:
    class Sleeper(Postman):
        """Falls asleep over a mail, until somebody else has delivered it."""

        async def send(self, mail: OutgoingMail) -> None:
            world.clock.forward(LEASE)
            await world.parts.mails.deliver_due(awake)
            raise Failed("the connection was lost")

    await world.sign_up()
    awake = Postman()
    await world.parts.mails.deliver_due(Sleeper())
    world.clock.forward(DAY)
    assert await world.parts.mails.deliver_due(Postman()) == 0
    assert len(awake.delivered) == 1
    (listed,) = await world.parts.mails.page(SYSTEM)
    assert (listed.state, listed.attempts, listed.last_error) == ("sent", 2, None)


async def test_what_has_expired_goes_in_portions_until_nothing_is_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(world, 9)
    world.clock.forward(8 * DAY)
    assert await world.database.transaction(lambda tx: tx.run(outbox.purge, before=world.clock.now, portion=2)) == 2
    monkeypatch.setattr(housekeeping, "PORTION", 3)
    await tidying(world).tidy()
    assert await world.parts.mails.page(SYSTEM) == []


async def test_processes_that_tidy_at_the_same_moment_disturb_nobody(world: World) -> None:
    await sign_up(world, 20)
    world.clock.forward(8 * DAY)
    async with world.elsewhere() as second, world.elsewhere() as third:
        await asyncio.gather(*(tidying(process).tidy() for process in (world, second, third)))
    assert await world.parts.mails.page(SYSTEM) == []


async def test_uses_noted_by_several_processes_are_all_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "PORTION", 7)
    account, now = await world.account(), world.clock.now
    made = [await world.parts.tokens.create_for(SYSTEM, account.id, f"token {n}", None) for n in range(20)]
    async with world.elsewhere() as second:
        for round_ in range(1, 6):
            at = now + round_ * MINUTE
            for process, tokens in ((world, made), (second, made[::-1])):
                for token in tokens:
                    process.parts.usage.note_token(token.token.id, at)
            flushed = await asyncio.gather(world.parts.usage.flush(), second.parts.usage.flush())
            assert sum(flushed) == 40
            assert await world.database.one(_USED, at=at - at % MINUTE) == 20
    assert await world.parts.usage.flush() == 0
