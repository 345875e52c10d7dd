"""Records that come over the wire: frozen, tolerant of new fields, silent about secrets."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

import msgspec

from gatepost._core.checks import is_list, is_object

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

REDACTED = "[REDACTED]"


class Model(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A record of an API.

    Fields this version does not know are kept as attributes under their wire names; they take no part in equality.
    The fields a subclass names in `secret_fields` are shown as `[REDACTED]`.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Make a record of what `to_dict` gave, or of decoded JSON.

        Raises:
            msgspec.ValidationError: a field has a type the API does not document.
        """
        return convert(fields, cls)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as it looks on the wire, with unknown fields and secrets."""
        fields = {wire_name: getattr(self, name) for wire_name, name in wire_names(type(self)).items()}
        return {name: _plain(value) for name, value in fields.items() if value is not msgspec.UNSET} | self.__dict__

    def __repr__(self) -> str:
        """Show all fields but the secret ones."""
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Give rich what `repr` shows."""
        return [(name, self._shown(name)) for name in wire_names(type(self)).values()]

    def _shown(self, name: str) -> Any:
        value = getattr(self, name)
        return REDACTED if name in self.secret_fields and value is not None else value

    def __copy__(self) -> Self:
        """Give the record itself, as it does not change."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep unknown fields when copied to another process."""
        return convert, (self.to_dict(), type(self))


def unknown_member(kind: type[E], value: object) -> E | None:
    """Make a member of an enumeration for a text it does not list, so that a newer server is understood."""
    if not isinstance(value, str):
        return None
    member = str.__new__(kind, value)
    member._name_ = member._value_ = value
    return member


@cache
def wire_names(kind: type[Model]) -> Mapping[str, str]:
    """Give the name of the attribute by the name on the wire, of every field."""
    return {field.encode_name: field.name for field in msgspec.structs.fields(kind)}


def convert(raw: Any, kind: type[T]) -> T:
    """Make a model, or a list of models, of decoded JSON.

    Raises:
        msgspec.ValidationError: a field has another type; the text names the field and not its value.
    """
    value = msgspec.convert(raw, kind)
    _keep_unknown(value, raw)
    return value


def _keep_unknown(value: Any, raw: Any) -> None:
    if isinstance(value, Model):
        _keep_fields(value, raw)
    elif is_list(value):
        for one, its_raw in zip(value, raw, strict=True):
            _keep_unknown(one, its_raw)
    elif is_object(value):
        for name, one in value.items():
            _keep_unknown(one, raw[name])


def _keep_fields(model: Model, raw: Mapping[str, Any]) -> None:
    known = wire_names(type(model))
    unknown: Any = model.__dict__
    for wire_name, item in raw.items():
        if wire_name in known:
            _keep_unknown(getattr(model, known[wire_name]), item)
        elif not hasattr(type(model), wire_name):  # a server must not replace a method
            unknown[wire_name] = item


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.to_dict()
    if is_list(value):
        return [_plain(item) for item in value]
    if is_object(value):
        return {name: _plain(item) for name, item in value.items()}
    return msgspec.to_builtins(value)
