import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from qhub.api.user import BadRequestError, NotFoundError, UnauthorizedError
from qhub.api.user.core import ApiError

from tests.conformance.kipu.hubs import Hubs
from tests.kit.backstage import Backstage, Member

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def accepted(hub: Hubs, token: str) -> bool:
    """Tell whether the server accepts a token."""
    try:
        hub(token).authentication.authorize_by_personal_access_token()
    except UnauthorizedError:
        return False
    return True


def test_a_new_token_is_told_in_full_once(hub: Hubs, ada: Member) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens
    made = tokens.create_personal_access_token(name="ci ☃ token")
    assert made.value is not None
    assert (made.name, made.used_at, made.expires_at) == ("ci ☃ token", None, None)
    assert accepted(hub, made.value)
    listed = {token.id: token for token in tokens.get_personal_access_tokens().access_tokens or []}
    assert listed[made.id].value is None
    assert listed[made.id].name == made.name
    assert listed[made.id].created_at == made.created_at


def test_times_are_utc_seconds_and_days_are_days(hub: Hubs, ada: Member) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    made = hub(ada.token).user_settings_personal_access_tokens.create_personal_access_token(
        name="n", expires_at="2999-12-31"
    )
    assert made.created_at is not None
    assert TIMESTAMP.fullmatch(made.created_at)
    created = datetime.strptime(made.created_at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert before <= created <= datetime.now(UTC)
    assert made.expires_at == "2999-12-31"


def test_a_use_shows_in_the_list_to_the_minute(hub: Hubs, ada: Member) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens
    made = tokens.create_personal_access_token(name="used")
    assert made.value is not None
    before = datetime.now(UTC).replace(second=0, microsecond=0)
    hub(made.value).authentication.authorize_by_personal_access_token()
    (shown,) = [token for token in tokens.get_personal_access_tokens().access_tokens or [] if token.id == made.id]
    assert shown.used_at is not None
    assert TIMESTAMP.fullmatch(shown.used_at)
    used = datetime.strptime(shown.used_at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert before <= used <= datetime.now(UTC)


def test_an_expiry_given_as_null_means_never(hub: Hubs, ada: Member) -> None:
    made = hub(ada.token).user_settings_personal_access_tokens.create_personal_access_token(name="n", expires_at=None)
    assert made.expires_at is None


def test_a_token_is_valid_before_its_last_day(hub: Hubs, ada: Member) -> None:
    soon = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")
    made = hub(ada.token).user_settings_personal_access_tokens.create_personal_access_token(name="n", expires_at=soon)
    assert made.value is not None
    assert accepted(hub, made.value)


@pytest.mark.parametrize(
    "expires_at", ["", "never", "2027-02-30", "27-1-1", "2027-1-1", "2027-01-01T00:00:00Z", "2020-01-01", "9999-12-31"]
)
def test_a_bad_or_past_expiry_makes_no_token(hub: Hubs, ada: Member, expires_at: str) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens
    with pytest.raises(BadRequestError) as refused:
        tokens.create_personal_access_token(name="n", expires_at=expires_at)
    assert "expiresAt" in refused.value.body["message"]
    assert [token.id for token in tokens.get_personal_access_tokens().access_tokens or []] == [ada.token_id]


@pytest.mark.parametrize("name", [None, "", "   ", "a\x00b", "x" * 10_000])
def test_a_token_needs_a_name_that_can_be_read(hub: Hubs, ada: Member, name: str) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens
    with pytest.raises(BadRequestError):
        tokens.create_personal_access_token(name=name)
    assert [token.id for token in tokens.get_personal_access_tokens().access_tokens or []] == [ada.token_id]


def test_names_need_not_differ(hub: Hubs, ada: Member) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens
    made = [tokens.create_personal_access_token(name="same") for _ in range(2)]
    assert made[0].id != made[1].id
    assert made[0].value != made[1].value


def test_a_deleted_token_is_dead_at_once_and_not_deletable_twice(hub: Hubs, ada: Member) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens
    made = tokens.create_personal_access_token(name="n")
    assert made.id is not None
    assert made.value is not None
    assert accepted(hub, made.value)
    tokens.delete_personal_access_token(made.id)
    assert not accepted(hub, made.value)
    with pytest.raises(NotFoundError):
        tokens.delete_personal_access_token(made.id)


def test_a_token_may_delete_itself(hub: Hubs, ada: Member) -> None:
    hub(ada.token).user_settings_personal_access_tokens.delete_personal_access_token(ada.token_id)
    assert not accepted(hub, ada.token)


def test_the_token_of_somebody_else_does_not_exist(hub: Hubs, ada: Member, stage: Backstage) -> None:
    eve = stage.member()
    with pytest.raises(NotFoundError):
        hub(eve.token).user_settings_personal_access_tokens.delete_personal_access_token(ada.token_id)
    assert accepted(hub, ada.token)


def test_an_expired_token_is_refused_and_still_listed(hub: Hubs, ada: Member, stage: Backstage) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens
    made = tokens.create_personal_access_token(name="short", expires_at="2999-01-01")
    assert made.id is not None
    assert made.value is not None
    assert accepted(hub, made.value)
    stage.expire(made.id)
    assert not accepted(hub, made.value)
    assert made.id in [token.id for token in tokens.get_personal_access_tokens().access_tokens or []]


def test_an_account_can_have_only_so_many_tokens(hub: Hubs, ada: Member, stage: Backstage) -> None:
    rows = [(f"{ada.id}-{number}", ada.id, number.to_bytes(4) + ada.id.encode()) for number in range(499)]
    stage.write_many(
        "INSERT INTO tokens (id, account_id, is_default, name, digest, created_at) VALUES (?, ?, FALSE, 'n', ?, 0)",
        rows,
    )
    with pytest.raises(ApiError) as refused:
        hub(ada.token).user_settings_personal_access_tokens.create_personal_access_token(name="one too many")
    assert refused.value.status_code == 403
    assert "500 tokens" in refused.value.body["message"]


# The default token


def test_the_default_token_appears_on_first_sight_and_stays(hub: Hubs, ada: Member) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens
    default = tokens.get_personal_access_tokens().default_token
    assert default is not None
    assert accepted(hub, default)
    assert tokens.get_personal_access_tokens().default_token == default
    assert hub(default).user_settings.get_current_user().id == ada.id
    assert hub(default).user_settings_personal_access_tokens.get_personal_access_tokens().default_token == default


def test_the_default_token_is_made_once_however_many_ask_first(hub: Hubs, ada: Member) -> None:
    def default(_: int) -> str:
        listed = hub(ada.token).user_settings_personal_access_tokens.get_personal_access_tokens()
        return str(listed.default_token)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(default, range(16)))) == 1


def test_rotating_the_default_token_ends_the_old_one_at_once(hub: Hubs, ada: Member) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens
    old = tokens.get_personal_access_tokens().default_token
    new = tokens.regenerate_default_personal_access_token().default_token
    assert old is not None
    assert new is not None
    assert (accepted(hub, old), accepted(hub, new)) == (False, True)
    assert tokens.get_personal_access_tokens().default_token == new


def test_the_default_token_can_be_rotated_before_it_was_ever_seen_and_by_itself(hub: Hubs, ada: Member) -> None:
    first = hub(ada.token).user_settings_personal_access_tokens.regenerate_default_personal_access_token().default_token
    assert first is not None
    second = hub(first).user_settings_personal_access_tokens.regenerate_default_personal_access_token().default_token
    assert second is not None
    assert (accepted(hub, first), accepted(hub, second)) == (False, True)


def test_the_default_token_is_no_element_of_the_list_and_cannot_be_deleted(
    hub: Hubs, ada: Member, stage: Backstage
) -> None:
    tokens = hub(ada.token).user_settings_personal_access_tokens
    listed = tokens.get_personal_access_tokens()
    assert [token.id for token in listed.access_tokens or []] == [ada.token_id]
    ((default_id,),) = stage.rows("SELECT id FROM tokens WHERE account_id = ? AND is_default", ada.id)
    for id in ("default", default_id):
        with pytest.raises(NotFoundError):
            tokens.delete_personal_access_token(id)
    assert tokens.get_personal_access_tokens().default_token == listed.default_token


def test_the_principal_of_the_default_token_has_no_token_to_show(hub: Hubs, ada: Member) -> None:
    default = hub(ada.token).user_settings_personal_access_tokens.get_personal_access_tokens().default_token
    assert default is not None
    principal = hub(default).authentication.authorize_by_personal_access_token()
    assert (principal.id, principal.access_token) == (ada.id, None)
