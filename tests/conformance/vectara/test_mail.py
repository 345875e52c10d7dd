"""Where mails leave, links reach their people by mail alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.chaos.mailing import eventually, recipients, smtp_settings
from tests.conformance.vectara.official import opened
from tests.kit.backstage import backstage
from tests.kit.engines import Install
from tests.kit.server import Server, serving
from tests.kit.twins import finished
from tests.kit.vectara import OAuthClient, oauth_client
from tests.service.mail.servers import PostOffice, running

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with running(PostOffice()) as opened:
        yield opened


@pytest.fixture(scope="module")
def mailing(office: PostOffice, install: Install) -> Iterator[Server]:
    """Run a server whose mails leave."""
    with serving(install("mailing"), **smtp_settings(office.port)) as server:
        yield server


@pytest.fixture(scope="module")
def its_program(mailing: Server) -> OAuthClient:
    with backstage(mailing.data) as stage:
        return oauth_client(stage, "owner")


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_no_code_is_told(mailing: Server, its_program: OAuthClient, office: PostOffice, kind: str) -> None:
    name = f"{kind}@example.org"
    async with opened(kind, mailing.url) as official:
        users: Any = official(**its_program._asdict()).users
        for told in (await finished(users.create(email=name)), await finished(users.reset_password(name))):
            assert (told.email, told.one_time_code, told.one_time_code_link) == (name, None, None)
    eventually(lambda: recipients(office).count(name) == 2)
