import pytest
from qhub.api.user import BadRequestError, UserDto

from tests.conformance.kipu.hubs import Hubs
from tests.kit.backstage import Backstage, Member

NO_PROFILE = {"currentPosition": None, "homepage": None, "about": None}


def test_a_user_reads_every_field_of_the_own_record(hub: Hubs, ada: Member) -> None:
    me = hub(ada.token).user_settings.get_current_user()
    assert isinstance(me, UserDto)
    assert me.dict() == {
        "id": ada.id,
        "username": ada.username,
        "email": ada.email,
        "firstname": "Ada",
        "lastname": "Lovelace",
        **NO_PROFILE,
    }


def test_names_that_were_never_given_are_null(hub: Hubs, stage: Backstage) -> None:
    me = hub(stage.member().token).user_settings.get_current_user()
    assert (me.firstname, me.lastname) == (None, None)


def test_an_update_answers_the_whole_record_as_it_is_now(hub: Hubs, ada: Member) -> None:
    settings = hub(ada.token).user_settings
    changed = settings.update_current_user(
        current_position="Quantum Engineer", homepage="https://example.org/~ada?q=ü#☃", about="é\n\U0001f600"
    )
    assert changed.current_position == "Quantum Engineer"
    assert changed.homepage == "https://example.org/~ada?q=ü#☃"
    assert changed.about == "é\n\U0001f600"
    assert (changed.id, changed.email, changed.firstname) == (ada.id, ada.email, "Ada")
    assert changed == settings.get_current_user()


def test_a_field_that_is_absent_stays_and_one_that_is_null_is_cleared(hub: Hubs, ada: Member) -> None:
    settings = hub(ada.token).user_settings
    settings.update_current_user(current_position="Q", homepage="http://h", about="a")
    changed = settings.update_current_user(current_position=None)
    assert (changed.current_position, changed.homepage, changed.about) == (None, "http://h", "a")
    assert settings.update_current_user() == changed


def test_an_empty_text_is_kept_as_such(hub: Hubs, ada: Member) -> None:
    changed = hub(ada.token).user_settings.update_current_user(current_position="", homepage="", about="")
    assert (changed.current_position, changed.homepage, changed.about) == ("", "", "")


def test_only_the_three_profile_fields_can_be_changed(hub: Hubs, ada: Member) -> None:
    settings = hub(ada.token).user_settings
    forged = {"id": "1", "email": "eve@example.org", "username": "eve", "firstname": "Eve", "roles": ["owner"]}
    changed = settings.update_current_user(about="x", request_options={"additional_body_parameters": forged})
    assert (changed.id, changed.email, changed.username) == (ada.id, ada.email, ada.username)
    assert (changed.firstname, changed.about) == ("Ada", "x")


@pytest.mark.parametrize(
    "homepage", ["example.org", "ftp://example.org", "javascript:alert(1)", "https://", "http://a b"]
)
def test_a_homepage_is_an_absolute_web_address(hub: Hubs, ada: Member, homepage: str) -> None:
    settings = hub(ada.token).user_settings
    with pytest.raises(BadRequestError) as refused:
        settings.update_current_user(homepage=homepage, about="must not be kept")
    assert refused.value.body["message"].startswith("homepage must be")
    assert settings.get_current_user().about is None
