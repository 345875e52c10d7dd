"""The configuration that `qhubctl login` writes: where it is and what it says."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")

WINDOWS = os.name == "nt"

PATH_VARIABLES = ("KQH_CONFIG_FILE_PATH", "PLANQK_CONFIG_FILE_PATH")


class BrokenConfigFile(ValueError):
    """The file is there and cannot be used; no text of this error shows what is in it."""


def first_set(variables: Sequence[str]) -> str | None:
    """Give the value of the first environment variable that is not empty, None when all are."""
    return next((value for name in variables if (value := os.environ.get(name))), None)


def get_config_file_path() -> str:
    """Give the path in use now: that of the environment, else the one where `qhubctl` keeps it."""
    return first_set(PATH_VARIABLES) or str(_folder("qhubctl") / "config.json")


def read_config(path: str, kind: type[T]) -> T | None:
    """Read the file, or the one under the tool's former name when it is missing; None when both are.

    Raises:
        BrokenConfigFile: a file is there and cannot be read, or has another shape than `kind`.
    """
    found = next((place for place in _places(path) if place.is_file()), None)
    return None if found is None else _read(found, kind)


def _places(path: str) -> Iterator[Path]:
    yield Path(path)
    yield _folder("planqk") / "config.json"


def _folder(tool: str) -> Path:
    home = os.path.expanduser("~")  # noqa: PTH111  Path.home() fails without a home; a token may be elsewhere
    if WINDOWS:
        return Path(os.environ.get("LOCALAPPDATA") or home) / tool
    return Path(home) / ".config" / tool


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as cause:
        raise BrokenConfigFile(cause.strerror) from cause
    except msgspec.ValidationError as cause:  # its text names the place and the type, not the value
        raise BrokenConfigFile(str(cause)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BrokenConfigFile("Invalid JSON") from None
