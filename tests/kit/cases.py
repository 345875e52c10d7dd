"""Marks on tests that show numbered cases of a wire contract, some with whether the answer was kept or improved."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Case:
    """One case: what it asks and what the original answers; `instead` is what is answered here where that differs."""

    number: int
    what: str
    instead: str = ""


def kept(number: int, what: str) -> Callable[[F], F]:
    """Mark a test that gets the answers of the original."""
    return _marking(Case(number, what))


def improved(number: int, what: str, instead: str) -> Callable[[F], F]:
    """Mark a test that gets other answers than the original gives, on purpose."""
    return _marking(Case(number, what, instead))


def _marking(case: Case) -> Callable[[F], F]:
    def mark(test: F) -> F:
        vars(test).setdefault("cases", []).append(case)
        return test

    return mark


def rows(*numbers: int) -> Callable[[F], F]:
    """Mark a test that shows these rows of the contract's table, where the table itself says what they are about."""

    def mark(test: F) -> F:
        vars(test)["rows_shown"] = numbers
        return test

    return mark


def rows_of(module: ModuleType) -> set[int]:
    """List the rows that the tests of a module show."""
    return {number for test in vars(module).values() for number in getattr(test, "rows_shown", ())}


def cases_of(module: ModuleType) -> list[Case]:
    """List the cases that the tests of a module show."""
    return [case for test in vars(module).values() for case in getattr(test, "cases", ())]
