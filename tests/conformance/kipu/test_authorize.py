from collections.abc import Callable

import pytest
from qhub.api.user import HubUserClient, UnauthorizedError

from gatepost.server.domain.accounts import State
from gatepost.server.domain.principal import SYSTEM
from tests.conformance.kipu.hubs import Hubs
from tests.kit.backstage import Backstage, Member
from tests.kit.kipu import FOREIGN


def test_a_token_tells_whose_it_is_and_which_it_is(hub: Hubs, ada: Member) -> None:
    made = hub(ada.token).user_settings_personal_access_tokens.create_personal_access_token(
        name="gateway", expires_at="2999-01-01"
    )
    assert made.value is not None
    principal = hub(made.value).authentication.authorize_by_personal_access_token()
    assert principal.id == ada.id
    assert principal.access_token is not None
    shown = principal.access_token
    assert (shown.id, shown.name, shown.created_at, shown.expires_at) == (
        made.id,
        "gateway",
        made.created_at,
        "2999-01-01",
    )
    assert shown.value is None


@pytest.mark.parametrize(
    "token", ["", "garbage", "gp_pat_", "gp_ses_" + FOREIGN[7:], FOREIGN, FOREIGN[:-1] + "0", FOREIGN * 100]
)
def test_a_token_nobody_was_given_is_refused(hub: Hubs, token: str) -> None:
    with pytest.raises(UnauthorizedError) as refused:
        hub(token).authentication.authorize_by_personal_access_token()
    assert refused.value.body["message"] == "Missing or invalid credentials."


def test_a_missing_token_is_refused(base_url: str, hub: Hubs) -> None:
    with pytest.raises(UnauthorizedError):
        hub(None).authentication.authorize_by_personal_access_token()  # type: ignore[arg-type]  # omits the header


@pytest.mark.parametrize("state", [State.UNVERIFIED, State.PENDING, State.REJECTED, None])
def test_the_token_of_an_account_that_may_not_act_is_refused(hub: Hubs, stage: Backstage, state: State | None) -> None:
    with pytest.raises(UnauthorizedError):
        hub(stage.barred(state).token).authentication.authorize_by_personal_access_token()


def test_disabling_an_account_ends_a_token_in_use_and_enabling_brings_it_back(
    hub: Hubs, ada: Member, stage: Backstage
) -> None:
    authorize = hub(ada.token).authentication.authorize_by_personal_access_token
    authorize()
    stage.call(stage.parts.administration.disable, SYSTEM, ada.id)
    with pytest.raises(UnauthorizedError):
        authorize()
    stage.call(stage.parts.administration.enable, SYSTEM, ada.id)
    assert authorize().id == ada.id


OPERATIONS: dict[str, Callable[[HubUserClient], object]] = {
    "get_current_user": lambda hub: hub.user_settings.get_current_user(),
    "update_current_user": lambda hub: hub.user_settings.update_current_user(about="x"),
    "delete_current_user": lambda hub: hub.user_settings.delete_current_user(),
    "update_image": lambda hub: hub.user_settings.update_current_user_profile_image(file=b"x"),
    "delete_image": lambda hub: hub.user_settings.delete_current_user_profile_image(),
    "get_tokens": lambda hub: hub.user_settings_personal_access_tokens.get_personal_access_tokens(),
    "create_token": lambda hub: hub.user_settings_personal_access_tokens.create_personal_access_token(name="n"),
    "delete_token": lambda hub: hub.user_settings_personal_access_tokens.delete_personal_access_token("t"),
    "rotate": lambda hub: hub.user_settings_personal_access_tokens.regenerate_default_personal_access_token(),
    "authorize": lambda hub: hub.authentication.authorize_by_personal_access_token(),
    "search": lambda hub: hub.search.users(q="a"),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_needs_a_principal_is_refused_without_one(hub: Hubs, operation: str) -> None:
    with pytest.raises(UnauthorizedError) as refused:
        OPERATIONS[operation](hub(FOREIGN))
    assert refused.value.status_code == 401
    assert refused.value.body["status"] == 401


PUBLIC: dict[str, Callable[[HubUserClient, str], bool]] = {
    "get_user": lambda hub, id: hub.users.get_user_by_id(id).id == id,
    "check_user": lambda hub, id: isinstance(hub.users.check_user_exists(id), dict),
    "get_image": lambda hub, id: hub.users.get_user_profile_image(id) is None,
    "resolve": lambda hub, id: hub.users.resolve_users(ids=[id]).not_found is None,
    "status": lambda hub, id: hub.user_registration_status.get_user_registration_status(email=id).status == "NOT_FOUND",
}


@pytest.mark.parametrize("operation", PUBLIC)
@pytest.mark.parametrize("token", [None, "", "garbage", FOREIGN])
def test_what_is_public_is_answered_whatever_the_token(
    hub: Hubs, reader: Member, operation: str, token: str | None
) -> None:
    client: HubUserClient = hub(token)  # type: ignore[arg-type]  # None omits the header
    assert PUBLIC[operation](client, reader.id)
