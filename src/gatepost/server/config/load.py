"""Reads the settings once, from defaults, file, environment and flags, and remembers where each came from.

Every source is first reduced to dotted keys, so that a later one replaces an earlier one key by key. Only
then is each value read by the type of its setting: key and source are at hand when a message is needed.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, structs

from gatepost.server.config import fields
from gatepost.server.config.fields import leaves
from gatepost.server.config.kinds import Secret
from gatepost.server.config.settings import Settings, contradictions
from gatepost.server.config.sources import (
    ConfigError,
    Given,
    flatten,
    from_environment,
    from_file,
    from_flags,
)

_S = TypeVar("_S", bound=Struct)
# What no setting needs and what breaks logs, mail headers and file names: control characters, broken UTF-8.
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class Loaded(Struct, frozen=True):
    """The settings and, by dotted key, where each came from: `default`, the file, the variable, or `flag`."""

    settings: Settings
    origin: Mapping[str, str]


def load(config_file: Path | None, environ: Mapping[str, str], flags: Mapping[str, object]) -> Loaded:
    """Merge defaults < file < `GATEPOST_*` environment < flags.

    `config_file` None means `gatepost.toml` in the working directory, if there is one. `flags` maps dotted
    keys to values; None stands for a flag that was not given. Raises `ConfigError` for the first unknown key,
    wrong value or unreadable file.
    """
    known = leaves(Settings)
    given = from_file(config_file, known) | from_environment(environ, known) | from_flags(flags, known)
    settings = _build(Settings, given)
    origin = {key: given[key].origin if key in given else "default" for key in known}
    for key, expected in contradictions(settings):
        raise ConfigError(f"{key} ({origin[key]}): expected {expected}")
    return Loaded(settings, MappingProxyType(origin))


def _build(section: type[_S], given: Mapping[str, Given], prefix: str = "") -> _S:
    values: dict[str, Any] = {}
    for field in structs.fields(section):
        key = prefix + field.name
        if fields.is_struct(field.type):
            values[field.name] = _build(field.type, given, key + ".")
        elif key in given:
            values[field.name] = _read(field.type, given[key])
    return section(**values)


def _read(hint: Any, given: Given) -> Any:
    item = fields.item_of(hint)
    if item is not None:
        return _read_list(hint, item, given)
    if fields.is_mapping(hint):
        return _read_mapping(hint, given)
    return _read_table(hint, given) if fields.is_struct(hint) else _read_scalar(hint, given)


def _read_list(hint: Any, item: Any, given: Given) -> tuple[Any, ...]:
    raw = _split(given.raw) if given.textual else given.raw
    if not isinstance(raw, list | tuple) or len(raw) < fields.fewest(hint):
        raise given.refuse(fields.expected(hint), secret=fields.is_struct(item))
    return tuple(_read(item, Given(f"{given.key}[{i}]", value, given.origin)) for i, value in enumerate(raw))


def _split(text: str) -> Any:
    """Read a list from JSON or from parts separated by commas; None when it is neither."""
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    return _decoded(text)


def _decoded(text: str) -> Any:
    """What a text says as JSON; None when it is none."""
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return None


def _read_mapping(hint: Any, given: Given) -> dict[str, str]:
    raw = _decoded(given.raw) if given.textual else given.raw
    if not isinstance(raw, dict):
        raise given.refuse(fields.expected(hint))
    texts = {key: Given(f"{given.key}.{key}", value, given.origin) for key, value in raw.items()}
    return {key: _read_scalar(str, text) for key, text in texts.items()}


def _read_table(section: type[Struct], given: Given) -> Struct:
    if not isinstance(given.raw, dict):
        raise given.refuse("a table", secret=True)
    known = leaves(section)
    inner = flatten(given.raw, known, given.origin, given.key + ".")
    for leaf in known.values():
        if leaf.required and leaf.key not in inner:
            raise ConfigError(f"{given.key}.{leaf.key} ({given.origin}) is missing: {leaf.expected}")
    return _build(section, inner)


def _read_scalar(hint: Any, given: Given) -> Any:
    expected, secret = fields.expected(hint), fields.bare(hint) is Secret or bool(fields.note(hint, "shown"))
    if isinstance(given.raw, str) and _UNUSABLE.search(given.raw):
        raise given.refuse(f"{expected}, without control characters", secret=secret)
    try:
        value = msgspec.convert(given.raw, hint, strict=not given.textual, dec_hook=_from_text)
        (fields.note(hint, "check") or _accept)(value)
    except (ValueError, RuntimeError):  # RuntimeError: a `~` without a home directory
        raise given.refuse(expected, secret=secret) from None
    return value


def _accept(value: Any) -> None:
    """Accept every value, for a type without a check of its own."""


def _from_text(kind: type, raw: Any) -> Any:
    if not isinstance(raw, str):
        raise TypeError("not a text")
    if kind is Secret:
        return Secret(raw)
    if not raw:
        raise ValueError("empty")
    return Path(raw).expanduser()
