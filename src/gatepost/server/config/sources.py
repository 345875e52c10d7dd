"""Reduces file, environment and flags to dotted keys, refusing what is not a setting."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path, PurePath
from typing import Any

from msgspec import Struct

from gatepost.server.config.fields import ENVIRONMENT_PREFIX, Leaf

DEFAULT_FILE = Path("gatepost.toml")
_LONGEST_SHOWN = 80

# Kubernetes gives every pod such variables for each service beside it, also for a service called "gatepost".
_SERVICE_LINK = re.compile(
    r"GATEPOST(_[A-Z0-9_]+)?_(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)=|PORT(_[0-9]+_(TCP|UDP|SCTP))?=(tcp|udp|sctp)://"
    r"|PORT_[0-9]+_(TCP|UDP|SCTP)_(PROTO|PORT|ADDR)=)"
)


class ConfigError(ValueError):
    """The configuration cannot be used; one line that names the key, its source and what is expected."""


class Given(Struct, frozen=True):
    """A value as its source gave it; `textual` when the source has no other type than text."""

    key: str
    raw: Any
    origin: str
    textual: bool = False

    def refuse(self, expected: str, *, secret: bool = False) -> ConfigError:
        """Make the error for a value that is not what its setting takes; a secret value is not shown."""
        got = "" if secret else f", got {_shown(self.raw)}"
        return ConfigError(f"{self.key} ({self.origin}): expected {expected}{got}")


def from_file(config_file: Path | None, known: Mapping[str, Leaf]) -> dict[str, Given]:
    """Read what the file says; without a file named, `gatepost.toml` in the working directory if there is one."""
    if config_file is None and not DEFAULT_FILE.is_file():
        return {}
    path = config_file or DEFAULT_FILE
    return flatten(_parse(path), known, str(path))


def from_environment(environ: Mapping[str, str], known: Mapping[str, Leaf]) -> dict[str, Given]:
    """Read what the `GATEPOST_*` variables say."""
    keys = {leaf.variable: key for key, leaf in known.items()}
    given = {}
    for name, text in environ.items():
        if name in keys:
            given[keys[name]] = Given(keys[name], text, name, textual=True)
        elif name.startswith(ENVIRONMENT_PREFIX) and not _SERVICE_LINK.match(f"{name}={text}"):
            raise _unknown_variable(name, known)
    return given


def from_flags(flags: Mapping[str, object], known: Mapping[str, Leaf]) -> dict[str, Given]:
    """Read what the command line says, by dotted key; None stands for a flag that was not given."""
    given = {key: _from_flag(key, value) for key, value in flags.items() if value is not None}
    for key in given.keys() - known.keys():
        raise _unknown_key(key, known, "flag")
    return given


def flatten(table: Mapping[str, Any], known: Mapping[str, Leaf], origin: str, prefix: str = "") -> dict[str, Given]:
    """Give a nested table by dotted keys relative to it; `prefix` completes them where messages name them."""
    return dict(_flat(table, known, origin, prefix, ""))


def _flat(
    table: Mapping[str, Any], known: Mapping[str, Leaf], origin: str, prefix: str, section: str
) -> Iterator[tuple[str, Given]]:
    for name, value in table.items():
        key = section + name
        given = Given(prefix + key, value, origin)
        if key in known:
            yield key, given
        elif not any(other.startswith(key + ".") for other in known):
            raise _unknown_key(key, known, origin, prefix)
        elif isinstance(value, dict):
            yield from _flat(value, known, origin, prefix, key + ".")
        else:
            raise given.refuse("a table")


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None


def _from_flag(key: str, value: object) -> Given:
    raw = str(value) if isinstance(value, PurePath) else value
    return Given(key, raw, "flag", textual=isinstance(raw, str))


def _unknown_key(key: str, known: Mapping[str, Leaf], origin: str, prefix: str = "") -> ConfigError:
    near = " or ".join(prefix + other for other in _nearest(key, known))
    return ConfigError(f"{json.dumps(prefix + key)} in {origin} is not a setting; the nearest is {near}")


def _unknown_variable(name: str, known: Mapping[str, Leaf]) -> ConfigError:
    key = name.removeprefix(ENVIRONMENT_PREFIX).lower().replace("__", ".")
    near = " or ".join(known[other].variable for other in _nearest(key, known))
    return ConfigError(f"{json.dumps(name)} in the environment is not a setting; the nearest is {near}")


def _nearest(key: str, known: Mapping[str, Leaf]) -> list[str]:
    # A right name in the wrong section is the commoner slip, and letters alone would find another one.
    moved = [other for other in known if other.rpartition(".")[2] == key.rpartition(".")[2]]
    return moved or get_close_matches(key, known, n=1, cutoff=0.0)


def _shown(raw: Any) -> str:
    if isinstance(raw, str):
        text = re.sub(r"://.*@", "://********@", raw, flags=re.DOTALL)
        return json.dumps(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")
    if isinstance(raw, bool | int | float):
        return json.dumps(raw)[:_LONGEST_SHOWN]
    if isinstance(raw, list | tuple):
        return "a list"
    return "a table" if isinstance(raw, dict) else f"a {type(raw).__name__}"
