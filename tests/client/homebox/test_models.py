"""The records, as users of the original client make, read and dump them."""

import copy
import pickle
from typing import Any

import msgspec
import pytest
from homebox import models as official

from gatepost.homebox import models


@pytest.mark.parametrize("name", models.__all__)
def test_every_record_of_the_original_is_here_with_its_fields(name: str) -> None:
    theirs = set(getattr(official, name).model_fields)
    ours = set(getattr(getattr(models, name), "__struct_fields__", ()))
    assert theirs <= ours
    assert ours - theirs <= {"raw", "group"}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("ChangePassword", {"current": "secret1"}),
        ("UserRegistration", {"name": "Ann", "email": "a@x.io", "password": "secret1"}),
        ("UserUpdate", {"name": "Ann", "email": "a@x.io"}),
        ("UserOut", {"id": "u1", "groupIds": ["g1"], "isSuperuser": False}),
        ("ForgotPasswordRequest", {"email": "a@x.io"}),
        ("APIKeyCreatedOut", {"id": "k1", "token": "hb_value"}),
        ("GroupInvitationCreate", {"uses": 1}),
        ("APISummary", {"health": True, "build": {"version": "1"}, "versions": ["1"]}),
        ("UserSettings", {"theme": "dark", "none": None, "deep": {"none": None}, "a-b": 1}),
    ],
)
@pytest.mark.parametrize("exclude_none", [False, True])
def test_a_record_is_dumped_as_the_original_does(name: str, fields: dict[str, Any], exclude_none: bool) -> None:
    theirs = getattr(official, name)(**fields).model_dump(exclude_none=exclude_none)
    assert getattr(models, name).from_dict(fields).model_dump(exclude_none=exclude_none) == theirs


def test_required_fields_are_required() -> None:
    with pytest.raises(TypeError, match="email"):
        models.UserUpdate(name="Ann")  # type: ignore[call-arg]  # what a caller without a type checker writes
    with pytest.raises(msgspec.ValidationError, match="email"):
        models.UserUpdate.from_dict({"name": "Ann"})


def test_unknown_fields_are_kept() -> None:
    user = models.UserOut.from_dict({"id": "u1", "locale": "de"})
    assert user.locale == "de"  # type: ignore[attr-defined]  # a field of a newer server
    assert user.to_dict()["locale"] == "de"
    assert "locale" not in repr(user)


def test_records_do_not_change() -> None:
    user = models.UserOut(id="u1")
    with pytest.raises(AttributeError):
        user.id = "u2"  # type: ignore[misc]  # what a caller without a type checker writes
    assert models.UserOut(id="u1") == user


def test_a_bare_token_gets_the_form_of_the_header() -> None:
    assert models.TokenResponse(raw="T").token == "Bearer T"
    assert models.TokenResponse.from_dict({"raw": "T"}).token == "Bearer T"
    assert models.TokenResponse(raw="T", token="Bearer U").token == "Bearer U"
    assert models.TokenResponse().token is None


def test_settings_are_attributes_that_can_be_read_set_and_deleted() -> None:
    settings = models.UserSettings(theme="dark")
    settings.page = 5
    assert (settings.theme, settings.page) == ("dark", 5)
    del settings.theme
    with pytest.raises(AttributeError):
        _ = settings.theme
    assert settings.to_dict() == {"page": 5}
    assert repr(settings) == "UserSettings(page=5)"


def test_settings_may_have_any_name() -> None:
    fields = {"self": 1, "cls": 2, "a b": 3, "to_dict": 4, "model_dump": 5, "__class__": 6, "": 7}
    settings = models.UserSettings.from_dict(fields)
    assert vars(settings) == fields
    assert models.UserSettings.to_dict(settings) == models.UserSettings.model_dump(settings) == fields


def test_a_dump_of_settings_shares_nothing_with_them() -> None:
    settings = models.UserSettings(deep={"list": [1]})
    settings.to_dict()["deep"]["list"].append(2)
    assert settings.deep == {"list": [1]}


@pytest.mark.parametrize("record", [models.UserSettings(theme="dark"), models.UserOut.from_dict({"id": "u1", "x": 1})])
def test_records_can_be_copied(record: Any) -> None:
    for twin in (copy.deepcopy(record), pickle.loads(pickle.dumps(record))):  # noqa: S301  just written here
        assert twin == record
        assert twin.to_dict() == record.to_dict()
