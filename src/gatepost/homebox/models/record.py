"""What all records of this API have; attributes are called as on the wire, as in the client people come from."""

from types import SimpleNamespace
from typing import Any, Self, TypeGuard

import msgspec

from gatepost._core.models import Model


class Record(Model, frozen=True, kw_only=True):
    """A record of this API."""

    def model_dump(self, *, exclude_none: bool = False) -> dict[str, Any]:
        """Give the record as `to_dict` does, if wished without the fields that are None."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        parts = {name: part.model_dump(exclude_none=exclude_none) for name, part in fields.items() if _is_record(part)}
        return _dumped({**self.to_dict(), **parts}, exclude_none)


class UserSettings(SimpleNamespace):
    """Arbitrary settings of a user, each an attribute that can be read, set and deleted.

    A setting that is called like a method hides it; `vars` gives all of them.
    """

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> Self:
        """Make settings of what `to_dict` gave, or of decoded JSON."""
        return cls(**settings)

    def to_dict(self) -> dict[str, Any]:
        """Give the settings as they look on the wire."""
        fields: dict[str, Any] = msgspec.to_builtins(vars(self))
        return fields

    def model_dump(self, *, exclude_none: bool = False) -> dict[str, Any]:
        """Give the settings as `to_dict` does, if wished without those that are None."""
        return _dumped(UserSettings.to_dict(self), exclude_none)


def _is_record(value: object) -> TypeGuard[Record]:
    return isinstance(value, Record)


def _dumped(fields: dict[str, Any], exclude_none: bool) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if not (exclude_none and value is None)}
