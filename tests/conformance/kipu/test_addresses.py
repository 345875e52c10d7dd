"""What the client does not encode, the server decodes exactly once, and nothing odd reaches anything destructive."""

from collections.abc import Callable
from typing import Any

import pytest
from qhub.api.user import HubUserClient, NotFoundError
from qhub.api.user.core import ApiError

from tests.conformance.kipu.conftest import Passing
from tests.conformance.kipu.hubs import Hubs
from tests.kit.backstage import Backstage, Member
from tests.kit.pictures import picture
from tests.kit.server import Server
from tests.kit.wire import exchange


@pytest.mark.parametrize("slashes", ["/", "//"])
def test_slashes_at_the_end_of_the_base_url_make_no_difference(
    hub: Hubs, ada: Member, base_url: str, slashes: str
) -> None:
    assert hub(ada.token, base_url + slashes).user_settings.get_current_user().id == ada.id


# Ids that name nobody, as a caller may pass them by mistake. `..` is absent: see the row for it in test_rows.py.
STRAY = ["a/b", "a//b", "/", "//", "%2F", "%2f..%2f", "ü ☃", "a+b@x.io", "", " ", "./z", "a?b#c", "a%20b", "a%00b"]
STRAY += ["%2e", "%2e%2e", "%2E%2e/me", ".%2e", "..%2f..", "%", "%zz", "%ff", "%ED%A0%80", "x" * 5_000, "~kipu", "0"]

LOOK_UPS: dict[str, Callable[[HubUserClient, str], Any]] = {
    "get_user_by_id": lambda client, id: client.users.get_user_by_id(id),
    "check_user_exists": lambda client, id: client.users.check_user_exists(id),
    "get_user_profile_image": lambda client, id: client.users.get_user_profile_image(id),
    "delete_token": lambda client, id: client.user_settings_personal_access_tokens.delete_personal_access_token(id),
}


@pytest.fixture(scope="module")
def victim(stage: Backstage) -> Member:
    """Make a member who has everything that could be lost."""
    member = stage.member()
    stage.call(stage.parts.profiles.put_image, stage.principal(member), picture())
    return member


@pytest.mark.parametrize("look_up", LOOK_UPS)
@pytest.mark.parametrize("id", STRAY)
def test_a_stray_id_is_404_and_changes_nothing(
    sync_hub: Hubs, victim: Member, stage: Backstage, look_up: str, id: str
) -> None:
    before = stage.contents()
    with pytest.raises(ApiError) as refused:
        LOOK_UPS[look_up](sync_hub(victim.token), id)
    assert refused.value.status_code == 404
    assert isinstance(refused.value, NotFoundError) == (look_up != "check_user_exists")
    assert stage.contents() == before


ODD = {"a+b@x.io": "a+b@x.io", "a%2Bb%40y.io": "a+b@y.io", "c%2Fd": "c/d", "%252F": "%2F", "e%20f": "e f", "g h": "g h"}


@pytest.mark.parametrize("written", ODD)
def test_a_segment_is_decoded_exactly_once(hub: Hubs, ada: Member, passing: Passing, written: str) -> None:
    users, odd = hub(ada.token).users, passing(id=ODD[written])
    assert users.get_user_by_id(written).id == odd.id
    assert users.check_user_exists(written)
    assert users.get_user_profile_image(written) is None


def test_an_id_may_be_percent_encoded_but_not_twice(hub: Hubs, ada: Member) -> None:
    once = "".join(f"%{ord(character):02x}" for character in ada.id)
    assert hub(ada.token).users.get_user_by_id(once).id == ada.id
    with pytest.raises(NotFoundError):
        hub(ada.token).users.get_user_by_id(once.replace("%", "%25"))


RAW = ["..", ".", "", "%2e%2e", "%2e.", "../access-tokens", "..%2f..%2fme", "%2e%2e/", "x/..", "x/../..", "//"]


@pytest.mark.parametrize("segment", RAW)
@pytest.mark.parametrize("method", ["DELETE", "PUT", "GET", "POST"])
def test_no_way_up_the_path_leads_anywhere(
    server: Server, victim: Member, stage: Backstage, segment: str, method: str
) -> None:
    before = stage.contents()
    path = f"/kipu/user-service/me/access-tokens/{segment}"
    request = f"{method} {path} HTTP/1.1\r\nHost: h\r\nX-Auth-Token: {victim.token}\r\nContent-Length: 0\r\n\r\n"
    answer = exchange(server.port, request.encode())
    assert answer is not None
    assert answer.status in {404, 405}
    assert answer.json()["path"] == path
    assert stage.contents() == before
