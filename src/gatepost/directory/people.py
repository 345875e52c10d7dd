"""People as all directories show them."""

from typing import Any

from gatepost._core.models import Model


class Person(Model, frozen=True, kw_only=True):
    """A person as one directory knows them.

    Attributes:
        directory: name of the directory.
        key: what `get`, `enable`, `disable` and `delete` of that directory take.
        email: e-mail address; None where the API does not show it.
        username: login name; None where the API has none or does not show it.
        name: name for people; None where there is none.
        enabled: whether the account may act; None where the API does not tell.
        record: the API's own record, of which the above was read.
    """

    directory: str
    key: str
    email: str | None = None
    username: str | None = None
    name: str | None = None
    enabled: bool | None = None
    record: Any = None

    def is_called(self, who: str) -> bool:
        """Tell whether a key, e-mail address or username, upper and lower case alike, is this person's."""
        wanted = who.casefold()
        return wanted in {known.casefold() for known in (self.key, self.email, self.username) if known}

    def matches(self, text: str) -> bool:
        """Tell whether a text is part of the person's name, e-mail address or username."""
        wanted = text.casefold()
        return any(known is not None and wanted in known.casefold() for known in (self.name, self.email, self.username))


def full_name(*parts: str | None) -> str | None:
    """Join first and last name; None when there is neither."""
    return " ".join(part for part in parts if part) or None


def first_and_last(name: str | None) -> tuple[str | None, str | None]:
    """Split a name at its last blank; a single word is a first name."""
    first, _, last = (name or "").strip().rpartition(" ")
    return (first, last) if first else (last or None, None)
