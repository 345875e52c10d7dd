"""The official client with the JSON web token of an OpenID provider in place of a personal access token."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from qhub.api.user import HubUserClient, UnauthorizedError
from qhub.api.user.core import ApiError

from gatepost.server.domain.accounts import State
from gatepost.server.domain.principal import SYSTEM
from tests.conformance.kipu.conftest import PREFIX
from tests.conformance.kipu.test_constructors import constructed
from tests.kit.backstage import Backstage, backstage
from tests.kit.engines import Install
from tests.kit.oidc import AUDIENCE, OidcProvider
from tests.kit.server import Server, serving

Bearer = Callable[..., HubUserClient]


def person(name: str, *, verified: bool = True) -> dict[str, object]:
    return {
        "email": f"{name}@example.org",
        "email_verified": verified,
        "given_name": name.title(),
        "family_name": "Tester",
    }


PEOPLE = {name: person(name) for name in ("ada", "known", "pending", "gone", "newcomer")}
PEOPLE["grace"] = person("grace", verified=False)


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    running = OidcProvider.start(accounts=PEOPLE)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def trusting(provider: OidcProvider, install: Install) -> Iterator[Server]:
    """Run a server that accepts the provider's tokens."""
    accepted = [{"name": "test", "issuer": provider.issuer, "audience": [AUDIENCE]}]
    with serving(install("trusting"), GATEPOST_OIDC__PROVIDERS=json.dumps(accepted)) as running:
        yield running


@pytest.fixture(scope="module")
def desk(trusting: Server) -> Iterator[Backstage]:
    """Open the services on the database of the trusting server."""
    with backstage(trusting.data) as opened:
        yield opened


@pytest.fixture
def bearing(provider: OidcProvider, trusting: Server) -> Iterator[Bearer]:
    """Give clients that carry the access token of somebody, and an `X-Auth-Token` only when it is given."""
    with ExitStack() as open_clients:

        def client(name: str, token: str | None = None) -> HubUserClient:
            headers = {"Authorization": f"Bearer {provider.sign_in(name).access_token}"}
            return open_clients.enter_context(constructed(trusting.url + PREFIX, token, headers=headers))

        yield client


def test_the_first_sight_of_an_identity_makes_its_account(bearing: Bearer, desk: Backstage) -> None:
    ada = bearing("ada")
    with pytest.raises(UnauthorizedError):
        ada.user_settings_personal_access_tokens.get_personal_access_tokens()
    assert desk.rows("SELECT 1 FROM accounts WHERE email = 'ada@example.org'") == []
    me = ada.user_settings.get_current_user()
    assert (me.username, me.email, me.firstname, me.lastname) == (
        "ada@example.org",
        "ada@example.org",
        "Ada",
        "Tester",
    )
    assert bearing("ada").user_settings.get_current_user() == me
    assert ada.user_registration_status.get_user_registration_status(email="ada@example.org").status == "APPROVED"


def test_an_identity_with_an_account_can_do_everything_and_make_itself_a_token(
    bearing: Bearer, trusting: Server
) -> None:
    newcomer = bearing("newcomer")
    id = newcomer.user_settings.get_current_user().id
    assert newcomer.user_settings.update_current_user(about="by bearer").about == "by bearer"
    assert id in [match.id for match in newcomer.search.users(q="newcomer@")]
    made = newcomer.user_settings_personal_access_tokens.create_personal_access_token(name="n")
    with constructed(trusting.url + PREFIX, made.value) as user:
        assert user.authentication.authorize_by_personal_access_token().id == id


def test_a_confirmed_account_is_linked_and_keeps_what_it_is(bearing: Bearer, desk: Backstage) -> None:
    account = desk.account("known@example.org", first_name="Own", last_name="Name")
    me = bearing("known").user_settings.get_current_user()
    assert (me.id, me.firstname, me.lastname) == (account.id, "Own", "Name")


def test_an_address_the_provider_has_not_verified_makes_no_account(bearing: Bearer, desk: Backstage) -> None:
    before = desk.contents()
    with pytest.raises(ApiError) as refused:
        bearing("grace").user_settings.get_current_user()
    assert refused.value.status_code == 403
    assert "verified" in refused.value.body["message"]
    assert desk.contents() == before


def test_an_account_that_may_not_act_is_refused_by_its_reason(bearing: Bearer, desk: Backstage) -> None:
    desk.account("pending@example.org", state=State.PENDING)
    with pytest.raises(ApiError, match="awaits approval"):
        bearing("pending").user_settings.get_current_user()
    gone = bearing("gone").user_settings.get_current_user()
    desk.call(desk.parts.administration.disable, SYSTEM, str(gone.id))
    with pytest.raises(ApiError, match="status_code: 403"):
        bearing("gone").user_settings.get_current_user()


def test_a_personal_access_token_goes_before_a_bearer_token(bearing: Bearer, desk: Backstage) -> None:
    member = desk.member()
    assert bearing("ada", member.token).user_settings.get_current_user().id == member.id
    with pytest.raises(UnauthorizedError):
        bearing("ada", "garbage").user_settings.get_current_user()


def test_only_a_personal_access_token_is_authorized(bearing: Bearer) -> None:
    bearing("ada").user_settings.get_current_user()
    with pytest.raises(UnauthorizedError):
        bearing("ada").authentication.authorize_by_personal_access_token()
