"""Reads the setting structs themselves: the keys there are, their types, and what they accept in words."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from msgspec import NODEFAULT, Meta, Struct, structs

from gatepost.server.config.kinds import Secret

ENVIRONMENT_PREFIX = "GATEPOST_"


class Leaf(Struct, frozen=True):
    """One setting: dotted key, annotated type, and default (`NODEFAULT` when it must be given)."""

    key: str
    hint: Any
    default: Any

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return ENVIRONMENT_PREFIX + self.key.replace(".", "__").upper()

    @property
    def description(self) -> str:
        """What it means, as its field says."""
        return next(meta.description for meta in metas(self.hint) if meta.description)

    @property
    def expected(self) -> str:
        """What it accepts, in words."""
        return expected(self.hint)

    @property
    def required(self) -> bool:
        """Whether there is no default."""
        return self.default is NODEFAULT


@cache
def leaves(section: type[Struct]) -> dict[str, Leaf]:
    """List all settings below a section, by key relative to it, in the order they are declared."""
    return {leaf.key: leaf for leaf in _walk(section, "")}


def sections(section: type[Struct], key: str = "") -> dict[str, type[Struct]]:
    """List the section itself and all below it, by dotted key."""
    found = {key: section}
    for field in structs.fields(section):
        if is_struct(field.type):
            found |= sections(field.type, f"{key}.{field.name}".lstrip("."))
    return found


def _walk(section: type[Struct], prefix: str) -> Iterator[Leaf]:
    for field in structs.fields(section):
        key = prefix + field.name
        if is_struct(field.type):
            yield from _walk(field.type, key + ".")
        else:
            made = NODEFAULT if field.default_factory is NODEFAULT else field.default_factory()
            yield Leaf(key, field.type, field.default if made is NODEFAULT else made)


def bare(hint: Any) -> Any:
    """Give the type without its annotations."""
    return get_args(hint)[0] if metas(hint) else hint


def metas(hint: Any) -> tuple[Meta, ...]:
    """List the annotations of a type, innermost first."""
    return tuple(found for found in getattr(hint, "__metadata__", ()) if isinstance(found, Meta))


def note(hint: Any, name: str) -> Any:
    """Give what the type's annotations say under `name` in their `extra`, or None."""
    return next((meta.extra[name] for meta in metas(hint) if meta.extra and name in meta.extra), None)


def is_struct(hint: Any) -> bool:
    """Tell whether the type is a table of settings."""
    return isinstance(hint, type) and issubclass(hint, Struct)


def item_of(hint: Any) -> Any:
    """Give the type of a list's items, or None when the type is no list."""
    return get_args(bare(hint))[0] if get_origin(bare(hint)) is tuple else None


def is_mapping(hint: Any) -> bool:
    """Tell whether the type is a table whose keys are up to whoever writes it."""
    return get_origin(bare(hint)) is dict


def fewest(hint: Any) -> int:
    """Give the number of items a list must have at least."""
    return next((meta.min_length for meta in metas(hint) if meta.min_length is not None), 0)


def expected(hint: Any) -> str:
    """Say in words what a setting of this type accepts."""
    kind, item = bare(hint), item_of(hint)
    if words := note(hint, "expected"):
        return str(words)
    if item is not None:
        return _expected_list(hint, item)
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    if kind is int:
        return _expected_number(hint)
    if is_mapping(hint):
        return "a table of texts"
    return {bool: "true or false", str: "text", Secret: "text", Path: "a path"}[kind]


def _expected_list(hint: Any, item: Any) -> str:
    if is_struct(item):
        return "a list of tables"
    return f"a {'non-empty ' if fewest(hint) else ''}list of: {expected(item)}"


def _expected_number(hint: Any) -> str:
    bounds = metas(hint)[0]
    return f"a whole number from {bounds.ge} to {bounds.le}"
