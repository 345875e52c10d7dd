import pytest
from qhub.api.user import NotFoundError, UnauthorizedError
from qhub.api.user.core import ApiError

from tests.conformance.kipu.hubs import Hubs
from tests.kit.backstage import Backstage, Member
from tests.kit.pictures import picture


def test_after_deletion_nothing_of_the_user_is_left(hub: Hubs, ada: Member, stage: Backstage) -> None:
    client, other = hub(ada.token), hub(stage.member().token)
    tokens = client.user_settings_personal_access_tokens
    raws = [
        ada.token,
        tokens.create_personal_access_token(name="n").value,
        tokens.get_personal_access_tokens().default_token,
    ]
    client.user_settings.update_current_user_profile_image(file=picture())
    client.user_settings.delete_current_user()
    for raw in raws:
        with pytest.raises(UnauthorizedError):
            hub(str(raw)).authentication.authorize_by_personal_access_token()
    for look_up in (other.users.get_user_by_id, other.users.get_user_profile_image):
        with pytest.raises(NotFoundError):
            look_up(ada.id)
    with pytest.raises(ApiError, match="status_code: 404"):
        other.users.check_user_exists(ada.id)
    assert other.users.resolve_users(ids=[ada.id]).not_found == ada.id
    assert other.search.users(q=ada.email) == []
    assert other.user_registration_status.get_user_registration_status(email=ada.email).status == "NOT_FOUND"


def test_only_a_tombstone_without_personal_data_remains(hub: Hubs, ada: Member, stage: Backstage) -> None:
    hub(ada.token).user_settings.update_current_user(about="something personal")
    hub(ada.token).user_settings.delete_current_user()
    stored = stage.contents()
    traces = {table for table, rows in stored.items() if any(ada.id in row for row in rows)}
    assert traces == {"audit"}
    assert ada.email not in repr(stored)
    assert "something personal" not in repr(stored)


def test_the_address_is_free_again_for_a_new_account(hub: Hubs, ada: Member, stage: Backstage) -> None:
    hub(ada.token).user_settings.delete_current_user()
    again = stage.member(ada.email)
    me = hub(again.token).user_settings.get_current_user()
    assert me.email == ada.email
    assert me.id != ada.id
    assert (me.firstname, me.about) == (None, None)


def test_the_last_owner_cannot_leave(hub: Hubs, stage: Backstage) -> None:
    owner = stage.member(roles=("owner",))
    with pytest.raises(ApiError) as refused:
        hub(owner.token).user_settings.delete_current_user()
    assert refused.value.status_code == 403
    assert "owner" in refused.value.body["message"]
    assert hub(owner.token).user_settings.get_current_user().id == owner.id
    stage.write("DELETE FROM grants WHERE account_id = ?", owner.id)
    hub(owner.token).user_settings.delete_current_user()
