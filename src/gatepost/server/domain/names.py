"""One display name, as some APIs know people, and the two names that accounts keep.

It is split at its last blank and joined back to exactly what was given; so `last_name` is None without a blank, and
"" after a blank at the end.
"""

from dataclasses import replace
from typing import Protocol

from gatepost.server.domain.accounts import NAME_LIMIT, Person, person
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.text import clean


class Named(Protocol):
    """Whoever has the names of an account."""

    @property
    def username(self) -> str: ...

    @property
    def first_name(self) -> str | None: ...

    @property
    def last_name(self) -> str | None: ...


def split(name: str) -> tuple[str, str | None]:
    """Give first and last name; raises Invalid when blank, longer than 255 characters or not printable."""
    text = clean(name, "name", NAME_LIMIT)
    if not text.strip() or not text.isprintable():
        raise Invalid("name must be printable text that is not blank", "name")
    first, blank, last = text.rpartition(" ")
    return (first, last) if blank else (last, None)


def display_name(who: Named) -> str:
    """Give the name that was split; an account without names is called by its username."""
    if who.first_name is None:
        return who.last_name or who.username
    return who.first_name if who.last_name is None else f"{who.first_name} {who.last_name}"


def named(email: str, name: str, username: str | None = None) -> Person:
    """Check and normalise who somebody says they are, by one display name; the address is kept in lower case.

    `username` defaults to the address. Raises Invalid when a field breaks its rule.
    """
    first, last = split(name)
    return replace(person(email.lower(), username, None, None), first_name=first, last_name=last)
