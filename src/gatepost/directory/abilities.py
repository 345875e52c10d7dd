"""Whom the operations of each API reach, as data."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

Operation: TypeAlias = Literal["list", "get", "create", "enable", "disable", "delete"]
"""What may be done in a directory."""


class Reach(StrEnum):
    """Whom an operation of an API reaches."""

    EVERYBODY = "everybody"
    MATCHES = "matches"  # those a search text matches, as many as the server shows
    GROUP = "group"  # members of the collection the client works in
    SELF = "self"  # the account the client is signed in as
    NOBODY = "nobody"


class Abilities(msgspec.Struct, frozen=True, kw_only=True):
    """Whom each operation reaches through one API; `notes` say why it reaches no further."""

    list: Reach
    get: Reach
    create: Reach
    enable: Reach
    disable: Reach
    delete: Reach
    notes: Mapping[Operation, str] = {}

    def of(self, operation: Operation) -> Reach:
        """Give the reach of an operation."""
        reach: Reach = getattr(self, operation)
        return reach


class NotSupportedError(Exception):
    """An API cannot do this; nothing was sent."""

    def __init__(self, directory: str, operation: Operation, abilities: Abilities) -> None:
        note = abilities.notes.get(operation)
        super().__init__(
            f"{directory} cannot {operation} {_whom(abilities.of(operation))}{f': {note}' if note else ''}"
        )
        self.directory = directory
        self.operation = operation


def _whom(reach: Reach) -> str:
    return "anybody" if reach is Reach.NOBODY else f"others than {reach.value}"


KIPU = Abilities(
    list=Reach.MATCHES,
    get=Reach.EVERYBODY,
    create=Reach.NOBODY,
    enable=Reach.NOBODY,
    disable=Reach.NOBODY,
    delete=Reach.SELF,
    notes={
        "list": "a query is needed, and the service shows a limited number of matches",
        "get": "by id, or by an e-mail address for which the search finds one user",
        "create": "accounts come from the identity provider",
        "enable": "administrators do that elsewhere",
        "disable": "administrators do that elsewhere",
        "delete": "users delete themselves",
    },
)

HOMEBOX = Abilities(
    list=Reach.GROUP,
    get=Reach.GROUP,
    create=Reach.EVERYBODY,
    enable=Reach.NOBODY,
    disable=Reach.NOBODY,
    delete=Reach.SELF,
    notes={
        "create": "with a password, where registration is open",
        "enable": "accounts cannot be disabled",
        "disable": "accounts cannot be disabled; an owner can remove the member from the group",
        "delete": "users delete themselves; an owner can remove the member from the group",
    },
)

UBIOPS = Abilities(
    list=Reach.SELF,
    get=Reach.SELF,
    create=Reach.EVERYBODY,
    enable=Reach.NOBODY,
    disable=Reach.NOBODY,
    delete=Reach.SELF,
    notes={
        "create": "with a password; the account waits for the link in its mail",
        "enable": "the API has no such operation",
        "disable": "the API has no such operation",
        "delete": "users delete themselves",
    },
)

VECTARA = Abilities(
    list=Reach.EVERYBODY,
    get=Reach.EVERYBODY,
    create=Reach.EVERYBODY,
    enable=Reach.EVERYBODY,
    disable=Reach.EVERYBODY,
    delete=Reach.EVERYBODY,
    notes={"create": "without a password: people choose theirs by the link in the mail"},
)
