"""The samples of the UbiOps document, pasted, against a running server; the official client runs them alike."""

import itertools
from typing import Any

import pytest

from gatepost.ubiops import ApiRequestError, AsyncApiClient, AsyncCoreApi, Configuration, CoreApi, UserPendingCreate
from tests.client.ubiops.samples import CLOSE, CREATE, DELETE, ENVIRONMENT, PARAMETERS, pasted
from tests.kit.backstage import PASSWORD, Backstage, Member
from tests.kit.server import Server

TOKEN = "<YOUR_API_TOKEN>"

numbers = itertools.count(1)
clients = pytest.mark.parametrize("module", ["gatepost.ubiops", "ubiops"])
either_way = pytest.mark.parametrize("opening", [ENVIRONMENT, PARAMETERS], ids=["environment", "parameters"])


@pytest.fixture
def alice(stage: Backstage) -> Member:
    return stage.member()


@pytest.fixture
def address(server: Server, alice: Member, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give where the API is, which the environment names as well, with the token of Alice."""
    url = f"{server.url}/ubiops/v2.1"
    monkeypatch.setenv("UBIOPS_API_HOST", url)
    monkeypatch.setenv("UBIOPS_API_TOKEN", f"Token {alice.token}")
    return url


def run(program: str, module: str, address: str, alice: Member) -> dict[str, Any]:
    """Run a sample with Alice's token."""
    text = pasted(program, address).replace(TOKEN, alice.token)
    text = text if module == "gatepost.ubiops" else text.replace("from gatepost import ubiops", "import ubiops")
    names: dict[str, Any] = {}
    exec(compile(text, "sample", "exec"), names)  # noqa: S102  a text of the tests
    return names


@clients
@either_way
def test_the_sample_that_creates(module: str, opening: str, address: str, alice: Member, stage: Backstage) -> None:
    email = f"newcomer{next(numbers)}@example.org"
    filled = CREATE.replace("UserPendingCreate()", f"UserPendingCreate(email={email!r}, password={PASSWORD!r})")
    names = run(opening + filled + CLOSE[opening], module, address, alice)
    assert names["api_response"].email == email
    assert stage.rows("SELECT state FROM accounts WHERE email = ?", email) == [("unverified",)]


@clients
@either_way
def test_the_sample_that_deletes(module: str, opening: str, address: str, alice: Member, stage: Backstage) -> None:
    run(opening + DELETE + CLOSE[opening], module, address, alice)
    assert stage.rows("SELECT id FROM accounts WHERE id = ?", alice.id) == []


@pytest.mark.usefixtures("address")
def test_a_user_is_created_with_everything_and_seen_and_deleted(alice: Member) -> None:
    api = CoreApi()
    new = UserPendingCreate(f"newcomer{next(numbers)}@example.org", PASSWORD, "Ann", "Lee", "+31201234567")
    created = api.user_create(new)
    assert (created.name, created.surname, created.phone) == ("Ann", "Lee", "+31201234567")
    user = api.user_get()
    assert (user.id, user.email, user.authentication) == (alice.id, alice.email, "ubiops")
    assert user.registration_date is not None
    assert user.registration_date.utcoffset() is not None
    api.user_delete()
    with pytest.raises(ApiRequestError) as refused:
        api.user_get()
    assert refused.value.status == 401
    api.api_client.close()


@pytest.mark.anyio
async def test_the_awaiting_client_does_the_same(address: str, alice: Member) -> None:
    async with AsyncApiClient(Configuration(address, {"Authorization": alice.token})) as api_client:
        api = AsyncCoreApi(api_client)
        assert (await api.user_get()).email == alice.email
        with pytest.raises(ApiRequestError) as refused:
            await api.user_create({"email": "ann@example.org", "password": "short"})
        assert refused.value.status == 400
        await api.user_delete()
