"""The four APIs in one scripted server, and the directories of either kind over it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

import pytest

from gatepost import directory, homebox, kipu, ubiops, vectara
from tests.kit.scripted import Answer, Scripted, Seen, answer, repeat, route, scripted
from tests.kit.twins import open_client

ANN, OP = "ann@example.org", "op@example.org"

People: TypeAlias = dict[str, Any]

ROUTES: dict[str, tuple[int, Any]] = {
    "GET /kipu/me": (200, {"id": "k-op", "email": OP, "firstname": "Op"}),
    "GET /kipu/users/k-ann": (200, {"id": "k-ann", "firstname": "Ann", "lastname": "Lee"}),
    "GET /kipu/user-registration-status?email=ann%40example.org": (200, {"status": "APPROVED"}),
    "GET /kipu/user-registration-status?email=nobody%40example.org": (200, {"status": "NOT_FOUND"}),
    "GET /kipu/search?q=ann%40example.org": (200, [{"id": "k-ann", "firstname": "Ann", "lastname": "Lee"}]),
    "GET /kipu/search?q=lee": (200, [{"id": "k-ann", "firstname": "Ann", "lastname": "Lee"}, {"id": "k-bea"}]),
    "DELETE /kipu/me": (204, None),
    "GET /homebox/api/v1/groups/members": (
        200,
        [{"id": "h-op", "name": "Op", "email": OP}, {"id": "h-ann", "name": "Ann Lee", "email": ANN}],
    ),
    "GET /homebox/api/v1/users/self": (200, {"item": {"id": "h-op", "name": "Op", "email": OP}}),
    "POST /homebox/api/v1/users/register": (204, None),
    "DELETE /homebox/api/v1/users/self": (204, None),
    "GET /ubiops/v2.1/user": (200, {"id": "u-op", "email": OP, "name": "Op", "authentication": "ubiops"}),
    "POST /ubiops/v2.1/user": (201, {"email": ANN, "name": "Ann", "surname": "Lee"}),
    "DELETE /ubiops/v2.1/user": (204, None),
    "GET /vectara/v2/users?limit=100": (
        200,
        {"users": [{"username": OP, "email": OP, "enabled": True}], "metadata": {"page_key": "2"}},
    ),
    "GET /vectara/v2/users?limit=100&page_key=2": (
        200,
        {"users": [{"username": "ann", "email": ANN, "enabled": True, "description": "Ann Lee"}], "metadata": {}},
    ),
    "GET /vectara/v2/users/ann": (200, {"username": "ann", "email": ANN, "enabled": True}),
    "PATCH /vectara/v2/users/ann": (200, {"username": "ann", "email": ANN, "enabled": False}),
    "POST /vectara/v2/users": (201, {"username": ANN, "email": ANN, "enabled": True}),
    "DELETE /vectara/v2/users/ann": (204, None),
    "POST /vectara/oauth2/token": (200, {"access_token": "t", "token_type": "Bearer", "expires_in": 1800}),
}


def served(seen: Seen) -> Answer:
    """Answer from the table, and 404 to everything else."""
    status, body = ROUTES.get(f"{seen.method} {seen.target}", (404, {"message": "nobody"}))
    return answer(status) if body is None else answer(status, json=body)


@pytest.fixture
def cloud() -> Iterator[Scripted]:
    """Run all four APIs under one address, each below its own path."""
    with scripted(repeat(route(served)), all_used=False) as server:
        yield server


@pytest.fixture
async def people(cloud: Scripted, twin: str) -> AsyncIterator[People]:
    """Give the four directories of the kind under test, by name."""
    clients = blocking(cloud.url) if twin == "blocking" else awaiting(cloud.url)
    async with AsyncExitStack() as opened:
        for client, _ in clients:
            await opened.enter_async_context(open_client(client))
        yield {each.name: each for _, each in clients}


def blocking(url: str) -> list[tuple[Any, Any]]:
    """Make the blocking clients and their directories."""
    hub = kipu.HubUserClient(base_url=f"{url}/kipu", api_key="t")
    box = homebox.HomeboxClient(base_url=f"{url}/homebox/api", token="t")
    api = ubiops.ApiClient(ubiops.Configuration(host=f"{url}/ubiops/v2.1", api_key={"Authorization": "t"}))
    cloud = vectara.Vectara(environment=vectara.VectaraEnvironment.at(f"{url}/vectara"), token="t")
    return [
        (hub, directory.KipuDirectory(hub)),
        (box, directory.HomeboxDirectory(box)),
        (api, directory.UbiOpsDirectory(ubiops.CoreApi(api))),
        (cloud, directory.VectaraDirectory(cloud)),
    ]


def awaiting(url: str) -> list[tuple[Any, Any]]:
    """Make the awaiting clients and their directories."""
    hub = kipu.AsyncHubUserClient(base_url=f"{url}/kipu", api_key="t")
    box = homebox.AsyncHomeboxClient(base_url=f"{url}/homebox/api", token="t")
    api = ubiops.AsyncApiClient(ubiops.Configuration(host=f"{url}/ubiops/v2.1", api_key={"Authorization": "t"}))
    cloud = vectara.AsyncVectara(environment=vectara.VectaraEnvironment.at(f"{url}/vectara"), token="t")
    return [
        (hub, directory.AsyncKipuDirectory(hub)),
        (box, directory.AsyncHomeboxDirectory(box)),
        (api, directory.AsyncUbiOpsDirectory(ubiops.AsyncCoreApi(api))),
        (cloud, directory.AsyncVectaraDirectory(cloud)),
    ]
