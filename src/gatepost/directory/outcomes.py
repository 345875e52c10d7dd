"""What came of looking for a person, or of off-boarding them, in one directory."""

from typing import Literal, TypeAlias

import msgspec

from gatepost.directory.people import Person

Result: TypeAlias = Literal["disabled", "deleted", "absent", "unable", "failed"]
"""`absent`: nobody of that name is visible there; `unable`: the API cannot do it; `failed`: it refused or was away."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a directory knows by a name: `person`, or nobody; `problem` when it could not be asked."""

    directory: str
    person: Person | None = None
    problem: Exception | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What off-boarding came to in a directory; `reason` says in words what is left to do, or is empty."""

    directory: str
    result: Result
    person: Person | None = None
    reason: str = ""
