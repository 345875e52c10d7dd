"""What is looked at run time: arguments of callers without a type checker, and the shape of decoded JSON."""

from typing import Any, TypeGuard


def require_text(value: object, name: str) -> None:
    """Refuse what is not a text, such as None, which would otherwise go out as the word.

    Raises:
        TypeError: it is not a text.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether decoded JSON is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Tell whether decoded JSON is a list."""
    return isinstance(value, list)
