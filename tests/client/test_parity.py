"""The awaiting and the blocking facade of every API: the same classes, calls, parameters and texts."""

import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import gatepost
from gatepost._core._async import AsyncApiClient, AsyncNamespace
from gatepost._core._sync import ApiClient, Namespace
from tools.unasync import SYNC, rewritten

PACKAGE = Path(gatepost.__file__).parent
MODULES = sorted(PACKAGE.glob("*/_async*.py"))
PARAMETER = re.compile(r"^    \*{0,2}(\w+): ", re.MULTILINE)

Pair = tuple[type, type]


def classes(module: str) -> dict[str, type]:
    """Give the public classes a module itself defines."""
    found = inspect.getmembers(import_module(module), inspect.isclass)
    return {name: kind for name, kind in found if kind.__module__ == module and not name.startswith("_")}


def modules() -> Iterator[tuple[str, str]]:
    """Yield the name of every module of awaiting classes with that of the blocking ones."""
    for path in MODULES:
        awaiting = f"gatepost.{path.parent.name}.{path.stem}"
        yield awaiting, awaiting.replace("._async", "._sync")


def pairs() -> Iterator[Pair]:
    """Yield every public awaiting class with the blocking one of its name."""
    for awaiting, blocking in modules():
        twins = classes(blocking)
        yield from ((kind, twins[renamed(name)]) for name, kind in classes(awaiting).items() if renamed(name) in twins)


def renamed(text: str) -> str:
    return rewritten(text, SYNC)


def public(kind: type) -> dict[str, Any]:
    """Give the calls, properties and constructor that a class itself defines."""
    return {name: value for name, value in vars(kind).items() if name == "__init__" or not name.startswith("_")}


def calls(kind: type) -> dict[str, Any]:
    return {name: value for name, value in public(kind).items() if inspect.isfunction(value)}


def shape(call: Any) -> list[tuple[str, ...]]:
    """Give name, kind, default and type of every parameter, and last the type of the result, as texts."""
    taken = [(each.name, each.kind.name, repr(each.default), typed(each.annotation)) for each in parameters_of(call)]
    return [*taken, (typed(inspect.signature(call).return_annotation),)]


def parameters_of(call: Any) -> list[inspect.Parameter]:
    return [each for each in inspect.signature(call).parameters.values() if each.name != "self"]


def typed(annotation: Any) -> str:
    return renamed(inspect.formatannotation(annotation))


def documented(text: str) -> list[str]:
    """Give the names in the section `Args` of a docstring, in order."""
    _, _, rest = text.partition("\nArgs:\n")
    section = re.split(r"\n(?=\S)", rest, maxsplit=1)[0]
    return PARAMETER.findall(section)


def doc(member: Any) -> str:
    """Give the docstring of a call or property itself, not one that is inherited."""
    if isinstance(member, cached_property | property):
        member = member.func if isinstance(member, cached_property) else member.fget
    return inspect.cleandoc(member.__doc__ or "")


each_pair = pytest.mark.parametrize("pair", [*pairs()], ids=lambda pair: f"{pair[0].__module__}.{pair[0].__name__}")


def test_the_clients_are_among_the_classes() -> None:
    names = {awaiting.__name__ for awaiting, _ in pairs()}
    assert {"AsyncHubUserClient", "AsyncUsersClient", "AsyncRawUsersClient", "AsyncApiClient"} <= names


def test_every_class_has_its_twin() -> None:
    for awaiting, blocking in modules():
        assert {renamed(name) for name in classes(awaiting)} == set(classes(blocking))


@each_pair
def test_both_have_the_same_members_in_the_same_order(pair: Pair) -> None:
    awaiting, blocking = pair
    assert [*public(awaiting)] == [*public(blocking)]
    assert {name: type(value) for name, value in public(awaiting).items()} == {
        name: type(value) for name, value in public(blocking).items()
    }


@each_pair
def test_both_take_and_give_the_same(pair: Pair) -> None:
    awaiting, blocking = (calls(kind) for kind in pair)
    assert {name: shape(call) for name, call in awaiting.items()} == {
        name: shape(call) for name, call in blocking.items()
    }


@each_pair
def test_only_one_of_them_has_to_be_awaited(pair: Pair) -> None:
    _, blocking = pair
    assert not [name for name, call in calls(blocking).items() if inspect.iscoroutinefunction(call)]


@each_pair
def test_both_say_the_same_of_themselves(pair: Pair) -> None:
    awaiting, blocking = pair
    assert renamed(awaiting.__doc__ or "") == blocking.__doc__
    assert {name: renamed(doc(member)) for name, member in public(awaiting).items()} == {
        name: doc(member) for name, member in public(blocking).items()
    }


@each_pair
def test_every_member_says_what_it_does(pair: Pair) -> None:
    for kind in pair:
        silent = [name for name, member in public(kind).items() if callable(member) or isinstance(member, property)]
        assert [name for name in silent if name != "__init__" and not doc(public(kind)[name])] == []


@each_pair
def test_every_parameter_is_explained(pair: Pair) -> None:
    for kind in pair:
        for name, call in calls(kind).items():
            text = inspect.cleandoc(kind.__doc__ or "") if name == "__init__" else doc(call)
            if made_or_called_by_people(kind, name, text):
                assert documented(text) == [each.name for each in parameters_of(call)], f"{kind.__name__}.{name}"


@each_pair
def test_what_speaks_an_api_names_its_source(pair: Pair) -> None:
    for kind in pair:
        speaks = issubclass(kind, AsyncApiClient | ApiClient | AsyncNamespace | Namespace)
        assert not speaks or "._core." in kind.__module__ or "Source: " in (kind.__doc__ or ""), kind


def made_or_called_by_people(kind: type, name: str, text: str) -> bool:
    """Tell whether a call needs to explain its parameters; only clients and what says so are made by people."""
    if issubclass(kind, AsyncApiClient | ApiClient):
        return True
    return "\nArgs:\n" in text if name == "__init__" else "._core." not in kind.__module__
