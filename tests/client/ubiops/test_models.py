"""Records, section 6.6 of the contract."""

import copy
import pickle
from datetime import UTC, datetime

import pytest

from gatepost.ubiops import UserDetail, UserPendingCreate, UserPendingDetail

PENDING = UserPendingDetail(email="a@x.io", name="N", phone="+1")


def test_the_fields_of_a_new_user_have_the_order_of_the_official_client() -> None:
    data = UserPendingCreate("a@x.io", "secret", "N", "S", "+1")
    assert data.to_dict() == {"email": "a@x.io", "password": "secret", "name": "N", "surname": "S", "phone": "+1"}


def test_a_new_user_can_be_changed() -> None:
    data = UserPendingCreate(email="a@x.io")
    data.email = "b@x.io"
    assert data == UserPendingCreate(email="b@x.io")
    assert data != UserPendingCreate(email="a@x.io")


def test_a_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="terms_conditions"):
        UserPendingCreate(terms_conditions=True)  # type: ignore[call-arg]  # the refusal is the test
    with pytest.raises(AttributeError, match="mail"):
        UserPendingCreate().mail = "a@x.io"  # type: ignore[attr-defined]  # the refusal is the test


def test_a_record_that_came_does_not_change() -> None:
    with pytest.raises(AttributeError):
        PENDING.email = "b@x.io"  # type: ignore[misc]  # the refusal is the test


def test_a_record_tells_its_fields() -> None:
    assert PENDING.to_dict() == {"email": "a@x.io", "name": "N", "surname": None, "phone": "+1"}
    assert PENDING.to_str() == str(PENDING) == "UserPendingDetail(email='a@x.io', name='N', surname=None, phone='+1')"


def test_a_user_is_given_back_as_on_the_wire() -> None:
    user = UserDetail(email="a", authentication="ubiops", registration_date=datetime(2020, 1, 10, tzinfo=UTC))
    assert user.to_dict()["registration_date"] == "2020-01-10T00:00:00Z"
    assert UserDetail.from_dict(user.to_dict()) == user


@pytest.mark.parametrize("record", [PENDING, UserPendingCreate("a@x.io", "secret")], ids=lambda one: type(one).__name__)
def test_records_can_be_copied(record: object) -> None:
    assert copy.deepcopy(record) == record
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301  made in the same line
