"""The official client repeats POST and PUT after a lost answer, so doing a thing twice must do no harm."""

from collections.abc import Iterator

import pytest
from qhub.api.user import UnauthorizedError

from tests.conformance.kipu.conftest import PREFIX
from tests.conformance.kipu.hubs import Hubs
from tests.kit.backstage import Member
from tests.kit.pictures import picture
from tests.kit.proxy import LATE_503, LOSE, UNAVAILABLE, Proxy, proxying
from tests.kit.server import Server

FAULTS = [LOSE, LATE_503, UNAVAILABLE]


@pytest.fixture(scope="module")
def proxy(server: Server) -> Iterator[Proxy]:
    with proxying(server.port) as running:
        yield running


@pytest.fixture
def shaky(proxy: Proxy, hub: Hubs) -> Iterator[Hubs]:
    """Give clients that reach the server through the proxy."""
    proxy.seen.clear()
    yield lambda token, base_url=None: hub(token, proxy.url + PREFIX)
    assert proxy.faults == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_repeated_creation_gives_a_token_that_works_and_hides_none(
    proxy: Proxy, shaky: Hubs, hub: Hubs, ada: Member, fault: str
) -> None:
    proxy.faults.append(fault)
    made = shaky(ada.token).user_settings_personal_access_tokens.create_personal_access_token(name="ci")
    assert len(proxy.seen) == 2
    assert made.value is not None
    assert hub(made.value).authentication.authorize_by_personal_access_token().id == ada.id
    tokens = hub(ada.token).user_settings_personal_access_tokens
    listed = [token for token in tokens.get_personal_access_tokens().access_tokens or [] if token.name == "ci"]
    assert len(listed) == (1 if fault == UNAVAILABLE else 2)
    for token in listed:
        tokens.delete_personal_access_token(str(token.id))
    with pytest.raises(UnauthorizedError):
        hub(made.value).authentication.authorize_by_personal_access_token()


def test_a_repeated_rotation_ends_with_the_token_that_was_answered(
    proxy: Proxy, shaky: Hubs, hub: Hubs, ada: Member
) -> None:
    proxy.faults.append(LOSE)
    told = (
        shaky(ada.token).user_settings_personal_access_tokens.regenerate_default_personal_access_token().default_token
    )
    assert len(proxy.seen) == 2
    assert told is not None
    assert hub(told).authentication.authorize_by_personal_access_token().id == ada.id
    assert hub(ada.token).user_settings_personal_access_tokens.get_personal_access_tokens().default_token == told


def test_a_repeated_change_and_upload_end_as_they_would_have(proxy: Proxy, shaky: Hubs, hub: Hubs, ada: Member) -> None:
    settings = shaky(ada.token).user_settings
    proxy.faults.append(LOSE)
    assert settings.update_current_user(about="twice").about == "twice"
    proxy.faults.append(LOSE)
    settings.update_current_user_profile_image(file=picture())
    assert hub(ada.token).users.get_user_profile_image(ada.id)
    assert len(proxy.seen) == 4


def test_a_repeated_deletion_of_oneself_finds_the_account_gone(proxy: Proxy, shaky: Hubs, ada: Member) -> None:
    proxy.faults.append(LOSE)
    with pytest.raises(UnauthorizedError):
        shaky(ada.token).user_settings.delete_current_user()
    assert len(proxy.seen) == 2
