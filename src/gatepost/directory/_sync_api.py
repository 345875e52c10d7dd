# Written from _async_api.py by make gen: change that file.
"""What the directories of single APIs have in common: an operation an API does not have is refused."""

from typing import ClassVar

from gatepost.directory.abilities import Abilities, NotSupportedError, Operation
from gatepost.directory.people import Person


class ApiDirectory:
    """A directory of one API; a subclass has the operations that its API has."""

    abilities: ClassVar[Abilities]

    def __init__(self, name: str) -> None:
        self.name = name

    def create(self, email: str, *, password: str | None = None, name: str | None = None) -> Person:
        """Refuse: the API has no such operation.

        Args:
            email: e-mail address.
            password: the first password, where the API takes one.
            name: name for people.

        Raises:
            NotSupportedError: always.
        """
        raise self._not_supported("create")

    def enable(self, who: str) -> Person:
        """Refuse: the API has no such operation.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotSupportedError: always.
        """
        raise self._not_supported("enable")

    def disable(self, who: str) -> Person:
        """Refuse: the API has no such operation.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotSupportedError: always.
        """
        raise self._not_supported("disable")

    def _not_supported(self, operation: Operation) -> NotSupportedError:
        return NotSupportedError(self.name, operation, self.abilities)

    def __repr__(self) -> str:
        """Show what the directory is called."""
        return f"<{type(self).__name__} {self.name}>"
