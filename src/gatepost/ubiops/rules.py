"""What is checked before a user is sent, in the words of the official client.

Source: UbiOps API reference, "User", and the official client 4.15.0; `phone` as in the clients that had it.
"""

from collections.abc import Mapping

import msgspec

from gatepost.ubiops.errors import ApiValueError


class Text(msgspec.Struct, frozen=True):
    """The rule of a text; lengths in code points."""

    longest: int
    shortest: int = 0
    required: bool = False

    def broken_by(self, name: str, value: object) -> str | None:
        """Say how a value breaks the rule, without the value; None when it does not."""
        if value is None:
            return missing(name) if self.required else None
        if not isinstance(value, str):
            return f"Parameter `{name}` must be a string"
        if len(value) > self.longest:
            return f"Invalid value for `{name}`, length must be less than or equal to `{self.longest}`"
        if len(value) < self.shortest:
            return f"Invalid value for `{name}`, length must be greater than or equal to `{self.shortest}`"
        return None


RULES = {
    "email": Text(254, shortest=1, required=True),
    "password": Text(128, shortest=1, required=True),
    "name": Text(256),
    "surname": Text(256),
    "phone": Text(17),
}


def missing(name: str) -> str:
    """Say that a field must be given."""
    return f"Invalid value for `{name}`, must not be `None`"


def check(fields: Mapping[str, object]) -> None:
    """Check the fields of a user who is to be created.

    Raises:
        ApiValueError: one breaks its rule.
    """
    for name, rule in RULES.items():
        if problem := rule.broken_by(name, fields.get(name)):
            raise ApiValueError(problem)
