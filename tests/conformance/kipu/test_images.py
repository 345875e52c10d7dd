import io
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from qhub.api.user import BadRequestError, NotFoundError

from tests.conformance.kipu.hubs import Hubs
from tests.kit.backstage import Member
from tests.kit.pictures import SVG, picture, png_claiming, size_of

RED = picture()


def opened(folder: Path) -> Any:
    """Give an open file named after nothing that is true."""
    path = folder / "köpfe.txt"
    path.write_bytes(RED)
    return path.open("rb")


FORMS: dict[str, Callable[[Path], Any]] = {
    "bytes": lambda _: RED,
    "BytesIO": lambda _: io.BytesIO(RED),
    "open file": opened,
    "name and content": lambda _: ("a.png", RED),
    "lying name": lambda _: ('ü"☃.html', RED),
    "lying type": lambda _: ("a.svg", RED, "text/html"),
    "part headers": lambda _: ("a.png", RED, "image/png", {"X-Extra": "ü"}),
    "no name": lambda _: (None, RED),
    "list": lambda _: [("first.png", RED), ("second.png", b"not a picture")],
}


@pytest.mark.parametrize("form", FORMS)
def test_an_upload_is_taken_in_every_form_the_client_can_send(
    hub: Hubs, ada: Member, form: str, tmp_path: Path
) -> None:
    client, file = hub(ada.token), FORMS[form](tmp_path)
    client.user_settings.update_current_user_profile_image(file=file)
    getattr(file, "close", lambda: None)()
    shown = client.users.get_user_profile_image(ada.id)
    assert shown is not None
    assert size_of(b64decode(shown, validate=True)) == (8, 6)


NO_PICTURES: dict[str, Any] = {
    "text": "a str is text, and text is no picture",
    "nothing in the file": b"",
    "svg": SVG,
    "signature only": b"\x89PNG\r\n\x1a\n",
    "cut short": RED[: len(RED) // 2],
    "claims 4 gigapixels": png_claiming(65_000, 65_000),
    "no part at all": None,
    "an empty list": [],
}


@pytest.mark.parametrize("case", NO_PICTURES)
def test_what_is_no_picture_is_refused_and_the_old_one_stays(hub: Hubs, ada: Member, case: str) -> None:
    client = hub(ada.token)
    client.user_settings.update_current_user_profile_image(file=RED)
    before = client.users.get_user_profile_image(ada.id)
    with pytest.raises(BadRequestError) as refused:
        client.user_settings.update_current_user_profile_image(file=NO_PICTURES[case])
    assert refused.value.body["message"]
    assert client.users.get_user_profile_image(ada.id) == before


def test_other_parts_may_come_before_the_file(hub: Hubs, ada: Member) -> None:
    client = hub(ada.token)
    client.user_settings.update_current_user_profile_image(
        file=RED, request_options={"additional_body_parameters": {"caption": "me ☃"}}
    )
    assert client.users.get_user_profile_image(ada.id)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_four_formats_are_accepted(hub: Hubs, ada: Member, kind: str) -> None:
    client = hub(ada.token)
    client.user_settings.update_current_user_profile_image(file=picture(kind))
    assert client.users.get_user_profile_image(ada.id)


def test_an_upload_replaces_and_a_removal_can_be_repeated(hub: Hubs, ada: Member) -> None:
    client = hub(ada.token)
    assert client.users.get_user_profile_image(ada.id) is None
    client.user_settings.update_current_user_profile_image(file=RED)
    first = client.users.get_user_profile_image(ada.id)
    client.user_settings.update_current_user_profile_image(file=picture(size=(20, 10)))
    second = client.users.get_user_profile_image(ada.id)
    assert first is not None
    assert second is not None
    assert size_of(b64decode(second)) == (20, 10)
    for _ in range(2):
        client.user_settings.delete_current_user_profile_image()
        assert client.users.get_user_profile_image(ada.id) is None


def test_the_image_of_an_unknown_user_is_not_found(hub: Hubs, ada: Member) -> None:
    with pytest.raises(NotFoundError) as refused:
        hub(ada.token).users.get_user_profile_image("nobody")
    assert refused.value.body["status"] == 404


@pytest.fixture(scope="module")
def browser() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def address(sync_hub: Hubs, ada: Member, base_url: str) -> str:
    """Give the address of a picture that was uploaded."""
    sync_hub(ada.token).user_settings.update_current_user_profile_image(file=RED)
    return f"{base_url}/users/{ada.id}/profile-image"


@pytest.mark.parametrize("accept", ["image/*", "image/png", "image/avif,image/webp,*/*;q=0.8", "IMAGE/PNG, */*"])
def test_who_asks_for_an_image_by_name_gets_its_bytes(browser: httpx.Client, address: str, accept: str) -> None:
    answer = browser.get(address, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] in {"image/png", "image/jpeg"}
    assert size_of(answer.content) == (8, 6)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html", ""])
def test_everybody_else_gets_the_string_the_generated_clients_expect(
    browser: httpx.Client, address: str, accept: str
) -> None:
    answer = browser.get(address, headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/json"
    assert size_of(b64decode(answer.json())) == (8, 6)


def test_both_forms_may_be_cached_for_ten_days_and_are_kept_apart(browser: httpx.Client, address: str) -> None:
    for accept in ("*/*", "image/*"):
        headers = browser.get(address, headers={"Accept": accept}).headers
        assert "max-age=864000" in headers["cache-control"]
        assert "must-revalidate" in headers["cache-control"]
        assert headers["vary"].lower() == "accept"


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', '"other",W/{}', "*"])
def test_a_cached_picture_is_confirmed_without_sending_it_again(
    browser: httpx.Client, address: str, known: str
) -> None:
    etag = browser.get(address, headers={"Accept": "image/*"}).headers["etag"]
    again = browser.get(address, headers={"Accept": "image/*", "If-None-Match": known.format(etag)})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert "max-age" in again.headers["cache-control"]


def test_a_picture_that_changed_is_sent_again(browser: httpx.Client, address: str, sync_hub: Hubs, ada: Member) -> None:
    etag = browser.get(address, headers={"Accept": "image/*"}).headers["etag"]
    sync_hub(ada.token).user_settings.update_current_user_profile_image(file=picture(colour="blue"))
    changed = browser.get(address, headers={"Accept": "image/*", "If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


@pytest.mark.parametrize("accept", ["*/*", "image/*"])
def test_no_picture_and_no_user_differ_whatever_is_asked_for(
    browser: httpx.Client, ada: Member, base_url: str, accept: str
) -> None:
    none = browser.get(f"{base_url}/users/{ada.id}/profile-image", headers={"Accept": accept})
    assert (none.status_code, none.content) == (204, b"")
    unknown = browser.get(f"{base_url}/users/nobody/profile-image", headers={"Accept": accept})
    assert unknown.status_code == 404
    assert unknown.json()["status"] == 404
