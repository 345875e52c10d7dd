"""The rules of groups and invitations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.domain import groups
from gatepost.server.domain.errors import Conflict, Forbidden, Invalid
from gatepost.server.domain.groups import Invitation, MemberRole, Membership


@given(st.text(max_size=300))
def test_the_group_of_ones_own_always_has_a_name_that_is_accepted(owner: str) -> None:
    printable = "".join(filter(str.isprintable, owner))
    name = groups.home_name(printable)
    assert groups.valid_group_name(name) == name


def test_the_group_of_ones_own_is_named_after_its_owner() -> None:
    assert groups.home_name("Ann") == "Ann's Home"
    assert groups.home_name(" ") == "Home"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 256, "\ud800", "a\x00"])
def test_a_group_has_a_printable_name(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        groups.valid_group_name(name)
    assert refusal.value.field == "name"


def test_a_name_of_255_characters_is_accepted() -> None:
    assert groups.valid_group_name(f" {'é' * 255} ") == "é" * 255


def test_a_currency_is_known_by_its_code_whatever_the_case() -> None:
    assert groups.valid_currency(" eur ") == "EUR"


@pytest.mark.parametrize("code", ["", "EURO", "XXX", "€", "eu r"])
def test_other_currencies_are_refused(code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        groups.valid_currency(code)
    assert refusal.value.field == "currency"


@pytest.mark.parametrize("uses", [1, 100])
def test_an_invitation_has_one_to_a_hundred_uses(uses: int) -> None:
    assert groups.valid_uses(uses) == uses


@pytest.mark.parametrize("uses", [-1, 0, 101, 10**30])
def test_an_invitation_has_no_other_number_of_uses(uses: int) -> None:
    with pytest.raises(Invalid) as refusal:
        groups.valid_uses(uses)
    assert refusal.value.field == "uses"


def test_an_invitation_is_open_until_it_expires_or_is_used_up() -> None:
    Invitation("i", "g", uses=1, created_at=0, expires_at=10).require_open(9)
    with pytest.raises(Conflict, match="expired"):
        Invitation("i", "g", uses=1, created_at=0, expires_at=10).require_open(10)
    with pytest.raises(Conflict, match="used up"):
        Invitation("i", "g", uses=0, created_at=0, expires_at=10).require_open(9)


def test_only_owners_administer_a_group() -> None:
    Membership("a", "g", MemberRole.OWNER, False, 0).require_owner()
    with pytest.raises(Forbidden):
        Membership("a", "g", MemberRole.MEMBER, True, 0).require_owner()
