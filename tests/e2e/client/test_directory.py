"""One protocol over the four APIs of a running server: somebody is found in all of them and ended by one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

import pytest

from gatepost import directory, homebox, kipu, ubiops, vectara
from gatepost.server.domain.principal import SYSTEM
from tests.kit.backstage import Backstage, Member
from tests.kit.server import Server
from tests.kit.twins import everything, finished, open_client
from tests.kit.vectara import oauth_client

pytestmark = pytest.mark.anyio

_numbers = count(1)


@pytest.fixture(params=["", "Async"], ids=["sync", "async"])
def prefix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def directories(prefix: str, server: Server, stage: Backstage) -> AsyncIterator[dict[str, Any]]:
    """Give the four directories of either kind, as an operator has them: by a key, and by a program for Vectara."""
    key, at = stage.member().token, server.url
    environment = vectara.VectaraEnvironment.at(f"{at}/vectara")
    ubiops_at = ubiops.Configuration(f"{at}/ubiops/v2.1", {"Authorization": key})
    api_client = getattr(ubiops, f"{prefix}ApiClient")(ubiops_at)
    clients = {
        "Kipu": getattr(kipu, f"{prefix}HubUserClient")(base_url=f"{at}/kipu/user-service", api_key=key),
        "Homebox": getattr(homebox, f"{prefix}HomeboxClient")(f"{at}/homebox/api", key),
        "UbiOps": api_client,
        "Vectara": getattr(vectara, f"{prefix}Vectara")(
            environment=environment, **oauth_client(stage, "owner")._asdict()
        ),
    }
    async with AsyncExitStack() as stack:
        for client in clients.values():
            await stack.enter_async_context(open_client(client))
        clients["UbiOps"] = getattr(ubiops, f"{prefix}CoreApi")(api_client)
        yield {name: getattr(directory, f"{prefix}{name}Directory")(client) for name, client in clients.items()}


@pytest.fixture
def ann(stage: Backstage) -> Member:
    return stage.member(f"ann{next(_numbers)}@example.org", first_name="Ann")


async def test_a_person_is_found_and_ended(
    prefix: str, directories: dict[str, Any], ann: Member, stage: Backstage
) -> None:
    suffix = "_async" if prefix else ""
    findings = await finished(getattr(directory, f"find{suffix}")(directories.values(), ann.email))
    seen = {finding.directory: finding.person and finding.person.key for finding in findings}
    assert seen == {"kipu": ann.id, "homebox": None, "ubiops": None, "vectara": ann.username}
    outcomes = await finished(getattr(directory, f"offboard{suffix}")(directories.values(), ann.email))
    results = {outcome.directory: outcome.result for outcome in outcomes}
    assert results == {"kipu": "unable", "homebox": "absent", "ubiops": "unable", "vectara": "disabled"}
    account = stage.call(stage.parts.administration.find, SYSTEM, ann.id)
    assert account.disabled


async def test_an_account_from_invitation_to_end(directories: dict[str, Any]) -> None:
    users, email = directories["Vectara"], f"Cleo{next(_numbers)}@example.org"
    made = await finished(users.create(email, name="Cleo"))
    assert (made.email, made.name, made.enabled) == (email, "Cleo", True)
    assert (await finished(users.get(email.upper()))).key == made.key
    assert [person.key for person in await everything(users.list(email))] == [made.key]
    assert (await finished(users.disable(made.key))).enabled is False
    assert (await finished(users.enable(made.key))).enabled is True
    await finished(users.delete(made.key))
    with pytest.raises(vectara.NotFoundError):
        await finished(users.get(made.key))
