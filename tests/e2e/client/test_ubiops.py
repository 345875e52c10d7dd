"""The samples of the reference document and of our client's page, pasted, against a running server.

Only the import, the address and the token change, and the data are filled in, without which the document's sample has
nothing to send. The official client runs the document's samples with the same outcome.
"""

from datetime import timedelta
from itertools import count

import pytest

from gatepost import ubiops
from gatepost.server.domain.principal import SYSTEM
from tests.docs.pages import DOCS, Page
from tests.e2e.client.notebook import Notebook
from tests.kit.backstage import Backstage, Member
from tests.kit.mailbox import confirmations, kinds
from tests.kit.server import Server

PREFIX = "/ubiops/v2.1"
ENVIRONMENT = """
import ubiops

# Set environment variables
# - UBIOPS_API_TOKEN: "Token <YOUR_API_TOKEN>"
# - UBIOPS_API_HOST: optional - default to "https://api.ubiops.com/v2.1"
core_api = ubiops.CoreApi()
"""
PARAMETERS = """
import ubiops

configuration = ubiops.Configuration()
# Configure API token authorization
configuration.api_key['Authorization'] = "Token <YOUR_API_TOKEN>"
# Defining host is optional and default to "https://api.ubiops.com/v2.1"
configuration.host = "https://api.ubiops.com/v2.1"

api_client = ubiops.ApiClient(configuration)
core_api = ubiops.CoreApi(api_client)
"""
CREATE = """
data = ubiops.UserPendingCreate() # UserPendingCreate

# Create a new user
api_response = core_api.user_create(data)
print(api_response)
"""
DELETE = """
# Delete user
core_api.user_delete()
"""
CLOSE = {ENVIRONMENT: "core_api.api_client.close()", PARAMETERS: "api_client.close()"}
FIELDS = {"password": "secret-password", "name": "User name", "surname": "User surname", "phone": "+999999999"}
SAMPLES = [block.text for block in Page(DOCS / "reference" / "client-ubiops.md").blocks if block.language == "python"]

_numbers = count(1)


@pytest.fixture
def ursula(stage: Backstage) -> Member:
    return stage.member(first_name="Ursula")


def new_address() -> str:
    """Give an address that nobody knows."""
    return f"sample{next(_numbers)}@example.org"


@pytest.fixture(params=["from gatepost import ubiops", "import ubiops"], ids=["ours", "official"])
def ours(request: pytest.FixtureRequest) -> bool:
    return bool(request.param.startswith("from"))


@pytest.fixture
def notebook(ours: bool, server: Server, ursula: Member, monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """Give a notebook with Ursula's token in place of the document's, in the sample and in the environment."""
    monkeypatch.setenv("UBIOPS_API_HOST", server.url + PREFIX)
    monkeypatch.setenv("UBIOPS_API_TOKEN", f"Token {ursula.token}")
    replacements = {"https://api.ubiops.com/v2.1": server.url + PREFIX, "<YOUR_API_TOKEN>": ursula.token}
    return Notebook(replacements | ({"import ubiops": "from gatepost import ubiops"} if ours else {}))


either_way = pytest.mark.parametrize("opening", [ENVIRONMENT, PARAMETERS], ids=["environment", "parameters"])


@either_way
@pytest.mark.parametrize("fields", [FIELDS, {"password": "secret-password"}], ids=["whole", "short"])
def test_the_sample_that_creates(
    notebook: Notebook, ours: bool, stage: Backstage, opening: str, fields: dict[str, str]
) -> None:
    address = new_address()
    filled = CREATE.replace("UserPendingCreate()", f"UserPendingCreate(**{fields | {'email': address}})")
    printed = notebook.run(opening + filled + CLOSE[opening])
    response = notebook.names["api_response"]
    assert printed == f"{response}\n"
    answered = {name: value for name, value in response.to_dict().items() if value}
    unknown = {"password"} if ours else {"password", "phone"}
    assert answered == {"email": address} | {name: fields[name] for name in fields.keys() - unknown}
    assert kinds(stage, address) == ["confirm-email"]


@either_way
def test_the_sample_that_deletes(notebook: Notebook, ursula: Member, stage: Backstage, opening: str) -> None:
    notebook.run(opening + DELETE + CLOSE[opening])
    assert stage.rows("SELECT 1 FROM accounts WHERE id = ?", ursula.id) == []


def test_the_samples_of_our_page(server: Server, stage: Backstage, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, again = stage.member(first_name="Ann"), "ann@example.org"
    monkeypatch.setenv("UBIOPS_API_HOST", server.url + PREFIX)
    monkeypatch.setenv("UBIOPS_API_TOKEN", ann.token)
    pasted = Notebook({"https://accounts.example.org/ubiops/v2.1": server.url + PREFIX, "<YOUR_API_TOKEN>": ann.token})
    outputs = [pasted.run(sample) for sample in SAMPLES[:3]]
    assert outputs == [
        f"UserPendingDetail(email='{again}', name='Ann', surname='Lee', phone='+31201234567')\n",
        f"{ann.email} ubiops\n",
        f"{ann.email} ubiops\n",
    ]
    # The sample before ended the account.
    pasted.names["configuration"].api_key["Authorization"] = (other := stage.member()).token
    monkeypatch.setenv("UBIOPS_API_TOKEN", other.token)
    pasted.names["core_api"] = ubiops.CoreApi()
    refused, raw = pasted.run(SAMPLES[3]).splitlines()
    assert refused == "400 password must have at least 8 characters"
    assert raw == f"{other.email} 200 application/json"
    pasted.names["core_api"].api_client.close()


@pytest.mark.anyio
async def test_the_awaiting_client_signs_up_reads_and_deletes(server: Server, stage: Backstage) -> None:
    configuration, address = ubiops.Configuration(server.url + PREFIX), new_address()
    async with ubiops.AsyncApiClient(configuration) as api_client:
        core_api = ubiops.AsyncCoreApi(api_client)
        await core_api.user_create({"email": address, "password": "secret-password", "phone": "+1"})
        configuration.api_key["Authorization"] = token_of_whoever_confirms(stage, address)
        me = await core_api.user_get()
        await core_api.user_delete()
        with pytest.raises(ubiops.ApiRequestError):
            await core_api.user_get()
    assert (me.email, me.name, me.authentication) == (address, None, "ubiops")
    assert me.registration_date is not None
    assert me.registration_date.utcoffset() == timedelta(0)


def token_of_whoever_confirms(stage: Backstage, address: str) -> str:
    (link,) = confirmations(stage, address)
    account = stage.call(stage.parts.registration.confirm, link.rpartition("/")[2])
    return stage.call(stage.parts.tokens.create_for, SYSTEM, account.id, "first", None).raw
