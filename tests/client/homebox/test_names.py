"""The names of the reference document and of the original client, after `homebox` has become `gatepost.homebox`."""

import inspect
from typing import Any

import homebox
import pytest
from homebox import client as official

import gatepost.homebox as ours
from gatepost.homebox import (
    AsyncGroupsClient,
    AsyncHomeboxClient,
    AsyncUsersClient,
    GroupsClient,
    HomeboxClient,
    UsersClient,
)
from tests.client.homebox.calls import ALL

TWINS = [(HomeboxClient, AsyncHomeboxClient), (UsersClient, AsyncUsersClient), (GroupsClient, AsyncGroupsClient)]
OF_ITEMS = {"currency", "get_group_statistics", "get_tag_statistics", "get_label_statistics"}
OF_ITEMS |= {"get_location_statistics", "get_purchase_price_statistics"}
"""Calls of the original client that are not about accounts."""

DOCUMENTED = [
    "change_password",
    "user_logout",
    "user_token_refresh",
    "oidc_login",
    "oidc_callback",
    "register_new_user",
    "get_user_self",
    "update_account",
    "get_user_settings",
    "update_user_settings",
    "delete_account",
]


def calls(kind: Any) -> dict[str, Any]:
    return {name: member for name, member in vars(kind).items() if inspect.isfunction(member) and name[0] != "_"}


@pytest.mark.parametrize("name", ["HomeboxClient", "UsersClient", "GroupsClient"])
def test_every_call_of_the_original_has_its_name_parameters_and_defaults(name: str) -> None:
    for call, theirs in calls(getattr(official, name)).items():
        if call in OF_ITEMS:
            continue
        known = inspect.signature(getattr(getattr(ours, name), call)).parameters
        for parameter in inspect.signature(theirs).parameters.values():
            assert (known[parameter.name].default, known[parameter.name].kind) == (parameter.default, parameter.kind)
        assert list(known)[: len(inspect.signature(theirs).parameters)] == list(inspect.signature(theirs).parameters)
        assert set(known) - set(inspect.signature(theirs).parameters) == {"request_options"}


def test_every_call_of_the_document_is_here() -> None:
    assert set(DOCUMENTED) <= calls(UsersClient).keys()


def test_a_constructor_takes_what_the_original_takes() -> None:
    theirs = list(inspect.signature(homebox.HomeboxClient).parameters)
    assert list(inspect.signature(HomeboxClient).parameters)[: len(theirs)] == theirs
    assert next(iter(inspect.signature(UsersClient).parameters)) == "client"


@pytest.mark.parametrize(("blocking", "awaiting"), TWINS)
def test_both_twins_have_the_same_calls(blocking: Any, awaiting: Any) -> None:
    assert calls(blocking).keys() == calls(awaiting).keys()
    for name, call in calls(blocking).items():
        assert inspect.signature(call) == inspect.signature(getattr(awaiting, name))
        assert call.__doc__ == getattr(awaiting, name).__doc__
        assert inspect.iscoroutinefunction(getattr(awaiting, name))
        assert not inspect.iscoroutinefunction(call)


def test_every_call_is_tested_as_one_of_all() -> None:
    assert ALL.keys() == calls(HomeboxClient).keys() | calls(UsersClient).keys() | calls(GroupsClient).keys()


@pytest.mark.parametrize("kind", [kind for pair in TWINS for kind in pair])
def test_every_call_tells_its_parameters_errors_and_source(kind: Any) -> None:
    assert "Source: py-homebox" in (kind.__doc__ or "")
    for call in calls(kind).values():
        described = inspect.getdoc(call) or ""
        assert "Args:" in described
        assert "Raises:" in described
        for parameter in list(inspect.signature(call).parameters)[1:]:
            assert f"    {parameter}: " in described


@pytest.mark.parametrize("kind", [kind for pair in TWINS[1:] for kind in pair])
def test_every_call_of_a_group_may_give_the_raw_response(kind: Any) -> None:
    client = (AsyncHomeboxClient if kind.__name__.startswith("Async") else HomeboxClient)("https://example.com/api")
    raw = calls(type(kind(client).with_raw_response))
    assert {name: inspect.signature(call).parameters for name, call in raw.items()} == {
        name: inspect.signature(call).parameters for name, call in calls(kind).items()
    }


def test_groups_of_calls_can_be_made_from_a_client() -> None:
    client = HomeboxClient("https://homebox.example.com/api", "TOKEN")
    assert isinstance(client.users, UsersClient)
    assert client.users is client.users
    assert UsersClient(client).with_raw_response is not None
    assert GroupsClient(client).with_raw_response is not None


def test_what_the_package_gives_is_named_in_order() -> None:
    assert sorted(ours.__all__) == list(ours.__all__)
    assert all(hasattr(ours, name) for name in ours.__all__)
