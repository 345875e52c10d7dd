"""The job that delivers mail: what the log says of it, and what is counted."""

import pytest

from gatepost.server.domain.clock import MINUTE
from gatepost.server.domain.mail import Failed, Refused
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.jobs import mail
from gatepost.server.jobs.mail import delivery
from tests.kit.logs import logged_by
from tests.service.conftest import World
from tests.service.test_mails import Postman

pytestmark = pytest.mark.anyio


async def test_what_did_not_go_out_is_logged_without_the_address(world: World) -> None:
    for name in ("a", "b", "c"):
        await world.sign_up(f"{name}@example.org")
        world.clock.forward(1)
    postman = Postman([None, Refused("550 <b@example.org> is unknown"), Failed("451 <c@example.org> later")])
    with logged_by(mail) as entries:
        await delivery(world.parts.mails, postman, world.clock)()
    ids = [mail.id for mail in reversed(await world.parts.mails.page(SYSTEM))]
    told = {"kind": "confirm-email", "attempt": 1}
    assert entries == [
        {"event": "mail given up", "log_level": "warning", "mail": ids[1], **told},
        {"event": "mail postponed", "log_level": "info", "mail": ids[2], **told},
    ]
    assert world.parts.mails.outcomes == {"sent": 1, "postponed": 1, "failed": 1}


async def test_nothing_is_tried_before_it_is_due(world: World) -> None:
    await world.sign_up()
    postman = Postman([Failed("down")])
    deliver = delivery(world.parts.mails, postman, world.clock)
    for _ in range(3):
        await deliver()
    assert world.parts.mails.outcomes == {"sent": 0, "postponed": 1, "failed": 0}
    world.clock.forward(MINUTE)
    await deliver()
    assert world.parts.mails.outcomes == {"sent": 1, "postponed": 1, "failed": 0}
