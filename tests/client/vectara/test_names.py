"""Where names are and what they take: the same in both clients, and what the document and the official client have."""

import inspect

import pytest
import vectara
from vectara.base_client import BaseVectara
from vectara.users.client import UsersClient as OfficialUsersClient

import gatepost.vectara as ours
from gatepost.vectara import AsyncUsersClient, AsyncVectara, UsersClient, Vectara, errors

METHODS = ("list", "create", "get", "update", "delete", "reset_password")
PAIRS = [(getattr(UsersClient, name), getattr(AsyncUsersClient, name)) for name in METHODS]


def parameters(function: object) -> list[str]:
    assert callable(function)
    return list(inspect.signature(function).parameters)


@pytest.mark.parametrize("name", METHODS)
def test_methods_take_what_those_of_the_official_client_take(name: str) -> None:
    mine = set(parameters(getattr(UsersClient, name)))
    assert mine - {"request_timeout"} == set(parameters(getattr(OfficialUsersClient, name)))


@pytest.mark.parametrize("name", [*METHODS, "with_raw_response"])
def test_both_clients_explain_every_call_alike(name: str) -> None:
    blocking, awaiting = getattr(UsersClient, name), getattr(AsyncUsersClient, name)
    assert blocking.__doc__ == awaiting.__doc__
    assert inspect.isdatadescriptor(blocking) or parameters(blocking) == parameters(awaiting)


def test_constructors_take_what_those_of_the_official_client_take() -> None:
    official = set(inspect.signature(BaseVectara.__init__).parameters)
    assert official - {"_token_getter_override"} == set(parameters(Vectara.__init__)) - {"max_retries"}
    assert parameters(Vectara.__init__) == parameters(AsyncVectara.__init__)


@pytest.mark.parametrize(
    "name",
    ["User", "CreateUsersResponse", "ResetPasswordUsersResponse", "ListUsersResponse", "CorpusRole", "AgentRole"],
)
def test_records_have_the_fields_of_the_official_ones(name: str) -> None:
    places = (vectara, vectara.users, vectara.types)
    official = next(getattr(place, name) for place in places if hasattr(place, name))
    assert set(official.model_fields) <= set(getattr(ours, name).__struct_fields__)


def test_everything_public_is_exported() -> None:
    assert ours.__all__ == sorted(ours.__all__)
    assert all(hasattr(ours, name) for name in ours.__all__)
    assert set(errors.__all__) <= set(ours.__all__)


def test_all_errors_extend_one() -> None:
    assert all(issubclass(getattr(errors, name), errors.ApiError) for name in errors.__all__)
