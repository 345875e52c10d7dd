"""The records: exact fields, tolerance, and tokens that stay hidden."""

import copy
import pickle
from typing import Any

import msgspec
import pytest

from gatepost import kipu
from gatepost._core.models import Model
from gatepost.kipu import (
    AccessTokenDto,
    AccessTokensDto,
    BatchUserResponseDto,
    DefaultAccessTokenDto,
    PersonalAccessTokenPrincipal,
    RegistrationResponse,
    RegistrationResponseStatus,
    UserDto,
    UserOverviewDto,
    UserSearchDto,
)

PERSON = {"id": "u1", "firstname": "Ada", "lastname": "Lovelace"}
TOKEN = {
    "id": "t1",
    "name": "ci",
    "createdAt": "2026-01-01 10:00:00",
    "usedAt": "2026-01-02 10:00:00",
    "expiresAt": "2027-01-01",
    "value": "s3cr3t",
}
WHOLE: dict[type[Model], dict[str, Any]] = {
    UserDto: {
        **PERSON,
        "username": "ada",
        "email": "ada@x.io",
        "currentPosition": "Q",
        "homepage": "https://x.io",
        "about": "a",
    },
    UserOverviewDto: PERSON,
    UserSearchDto: PERSON,
    AccessTokenDto: TOKEN,
    AccessTokensDto: {"defaultToken": "s3cr3t", "accessTokens": [TOKEN]},
    DefaultAccessTokenDto: {"defaultToken": "s3cr3t"},
    PersonalAccessTokenPrincipal: {"id": "u1", "accessToken": TOKEN},
    RegistrationResponse: {"status": "PENDING", "message": "Wait."},
    BatchUserResponseDto: {"users": [PERSON], "notFound": ["u9"]},
}
"""Every record as the service sends it, with every field of the document."""

ATTRIBUTES = {
    "currentPosition": "current_position",
    "createdAt": "created_at",
    "usedAt": "used_at",
    "expiresAt": "expires_at",
    "defaultToken": "default_token",
    "accessTokens": "access_tokens",
    "accessToken": "access_token",
    "notFound": "not_found",
}

records = pytest.mark.parametrize(("kind", "wire"), WHOLE.items(), ids=lambda value: getattr(value, "__name__", ""))


def unpickled(record: Model) -> Any:
    return pickle.loads(pickle.dumps(record))  # noqa: S301  bytes of this test's own


def test_every_record_is_known_here() -> None:
    models = {value for value in vars(kipu).values() if isinstance(value, type) and issubclass(value, Model)}
    assert models == set(WHOLE)


@records
def test_the_attributes_are_those_of_the_document(kind: type[Model], wire: dict[str, Any]) -> None:
    names = [field.name for field in msgspec.structs.fields(kind)]
    assert set(names) == {ATTRIBUTES.get(name, name) for name in wire}
    record = kind.from_dict(wire)
    assert all(getattr(record, name) is not None for name in names)


@records
def test_a_record_has_what_the_wire_says(kind: type[Model], wire: dict[str, Any]) -> None:
    assert kind.from_dict(wire).to_dict() == wire


@records
def test_every_field_but_the_name_of_a_token_may_be_missing_or_null(kind: type[Model], wire: dict[str, Any]) -> None:
    required = {"name": "n"} if kind is AccessTokenDto else {}
    assert kind.from_dict(required) == kind.from_dict({**dict.fromkeys(wire), **required}) == kind(**required)


@records
def test_a_field_nobody_knows_is_kept(kind: type[Model], wire: dict[str, Any]) -> None:
    record: Any = kind.from_dict({**wire, "newField": {"a": [1]}})
    assert record.newField == {"a": [1]}
    assert record.to_dict() == {**wire, "newField": {"a": [1]}}
    assert record == kind.from_dict(wire)


def test_a_field_nobody_knows_is_kept_within_records_too() -> None:
    batch: Any = BatchUserResponseDto.from_dict({"users": [{"id": "u1", "title": "Dr"}]})
    assert batch.users[0].title == "Dr"
    assert batch.to_dict()["users"][0]["title"] == "Dr"


@pytest.mark.parametrize("name", ["to_dict", "from_dict", "__class__", "__repr__"])
def test_a_field_nobody_knows_does_not_replace_what_a_record_does(name: str) -> None:
    record = UserDto.from_dict({"id": "u1", name: "mine"})
    assert type(record) is UserDto
    assert record.to_dict()["id"] == "u1"


@records
def test_a_record_does_not_change(kind: type[Model], wire: dict[str, Any]) -> None:
    record: Any = kind.from_dict(wire)
    for field in msgspec.structs.fields(kind):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(record, field.name, None)


@records
@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, unpickled])
def test_a_copy_is_equal_and_keeps_everything(kind: type[Model], wire: dict[str, Any], again: Any) -> None:
    record = kind.from_dict({**wire, "newField": 1})
    assert again(record) == record
    assert again(record).to_dict() == {**wire, "newField": 1}


@records
def test_no_repr_shows_a_token(kind: type[Model], wire: dict[str, Any]) -> None:
    record = kind.from_dict({**wire, "newToken": "s3cr3t"})
    shown = repr(record) + str(record) + repr(list(record.__rich_repr__()))
    assert "s3cr3t" not in shown
    assert shown.startswith(f"{kind.__name__}(")
    assert ("[REDACTED]" in shown) == ("s3cr3t" in str(wire))


def test_a_repr_tells_a_hidden_token_from_none() -> None:
    assert repr(DefaultAccessTokenDto(default_token="s3cr3t")) == "DefaultAccessTokenDto(default_token='[REDACTED]')"
    assert repr(DefaultAccessTokenDto()) == "DefaultAccessTokenDto(default_token=None)"


@pytest.mark.parametrize(
    ("kind", "wire"),
    [
        (UserDto, {"id": 5}),
        (UserDto, []),
        (AccessTokenDto, {}),
        (AccessTokenDto, {"name": None}),
        (AccessTokensDto, {"accessTokens": {}}),
        (RegistrationResponse, {"status": 5}),
        (BatchUserResponseDto, {"notFound": [5]}),
    ],
)
def test_what_the_document_excludes_is_refused(kind: type[Model], wire: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        kind.from_dict(wire)


def test_a_record_can_be_made_by_hand() -> None:
    assert UserDto(id="u1", current_position="Q").to_dict()["currentPosition"] == "Q"
    with pytest.raises(TypeError):
        UserDto(currentPosition="Q")  # type: ignore[call-arg]  # the name on the wire is no parameter


def test_the_states_of_a_registration_are_texts() -> None:
    assert [*RegistrationResponseStatus] == ["PENDING", "APPROVED", "REJECTED", "NOT_FOUND", "EMAIL_NOT_VERIFIED"]
    assert str(RegistrationResponseStatus.PENDING) == f"{RegistrationResponseStatus('PENDING')}" == "PENDING"


def test_a_state_nobody_knows_is_a_text_too() -> None:
    response = RegistrationResponse.from_dict({"status": "ON_HOLD"})
    assert response.status == "ON_HOLD" == unpickled(response).status
    assert isinstance(response.status, RegistrationResponseStatus)
    assert len(RegistrationResponseStatus) == 5
