"""One account through all four APIs of one process, by the five official packages, to its end at every door at once."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from homebox.models import APIKeyCreate

from tests.conformance.packages import Held, Packages, status
from tests.kit.backstage import Backstage, backstage
from tests.kit.mailbox import confirmations
from tests.kit.server import Server, serving
from tests.kit.vectara import oauth_client

EMAIL, PASSWORD = "ada@example.org", "correct horse battery"


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    with serving(data) as running:
        yield running


@pytest.fixture
def stage(server: Server) -> Iterator[Backstage]:
    """Open the data of the running server, to read Ada's mail and to make a program for the staff."""
    with backstage(server.data) as opened:
        yield opened


@pytest.fixture
def packages(server: Server) -> Iterator[Packages]:
    with ExitStack() as stack:
        yield Packages(server.url, stack)


@pytest.fixture
def staff(packages: Packages, stage: Backstage) -> Any:
    """Give the Vectara calls of a program that may do everything."""
    return packages.vectara(**oauth_client(stage, "owner")._asdict())


def sign_up(packages: Packages, server: Server, stage: Backstage) -> None:
    """Sign up by UbiOps and follow the mailed link to its button."""
    new = {"email": EMAIL, "password": PASSWORD, "name": "Ada", "surname": "Lovelace"}
    created = packages.ubiops("Token nobody").user_create(new)
    assert (created.email, created.name) == (EMAIL, "Ada")
    assert packages.log_in_by_generated(EMAIL, PASSWORD).status_code == 401
    (path,) = confirmations(stage, EMAIL)
    answer = httpx.post(server.url + path, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 200


def sign_in(packages: Packages) -> Held:
    """Sign in by both packages of Homebox, make a key there, and with it a token by Kipu."""
    session = packages.homebox()
    attachment = session.login(EMAIL, PASSWORD).attachmentToken
    generated = packages.log_in_by_generated(EMAIL, PASSWORD).parsed.token.removeprefix("Bearer ")
    key = session.users.create_api_key(APIKeyCreate(name="laptop")).token
    made = packages.kipu(key).user_settings_personal_access_tokens.create_personal_access_token(name="ci")
    assert made.value is not None
    return Held(session, generated, attachment, key, made.value)


def test_one_account_is_let_in_at_every_door_and_refused_at_every_door(
    packages: Packages, server: Server, stage: Backstage, staff: Any
) -> None:
    sign_up(packages, server, stage)
    assert staff.get(EMAIL).api_roles == []
    assert staff.update(EMAIL, api_roles=["administrator"]).api_roles == ["administrator"]
    held = sign_in(packages)
    doors = packages.knock(held)
    assert doors == dict.fromkeys(doors, 200)
    assert packages.attachment(held) == 403

    assert staff.update(EMAIL, enabled=False).enabled is False
    assert packages.knock(held) == dict.fromkeys(doors, 401)
    assert packages.attachment(held) == 401
    refused = [status(lambda: packages.homebox().login(EMAIL, PASSWORD))]
    refused.append(packages.log_in_by_generated(EMAIL, PASSWORD).status_code)
    assert set(refused) <= {401, 403}

    assert staff.update(EMAIL, enabled=True).enabled is True
    ended = {door for door, answer in packages.knock(held).items() if answer == 401}
    assert ended == {"Homebox session", "Homebox session, generated"}
