# Written from _async_ubiops.py by make gen: change that file.
"""UbiOps as a directory: makes accounts, and sees the current user only."""

from collections.abc import Iterator

from gatepost.directory._sync_api import ApiDirectory
from gatepost.directory.abilities import UBIOPS
from gatepost.directory.people import Person, first_and_last, full_name
from gatepost.ubiops import CoreApi, UserDetail, UserPendingCreate, UserPendingDetail


class UbiOpsDirectory(ApiDirectory):
    """The current user of UbiOps.

    Args:
        api: the operations, with a token.
        name: what the directory is called in results and errors.
    """

    abilities = UBIOPS

    def __init__(self, api: CoreApi, name: str = "ubiops") -> None:
        super().__init__(name)
        self._api = api

    def list(self, query: str | None = None) -> Iterator[Person]:
        """Give the current user, when the query is part of name or e-mail.

        Args:
            query: a part of name, e-mail address or username, upper and lower case alike; None for no limit.
        """
        current = self._current()
        if query is None or current.matches(query):
            yield current

    def get(self, who: str) -> Person:
        """Get the current user, and nobody else.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotSupportedError: it is not the current user.
        """
        current = self._current()
        if not current.is_called(who):
            raise self._not_supported("get")
        return current

    def create(self, email: str, *, password: str | None = None, name: str | None = None) -> Person:
        """Make an account that waits for the link in its mail; `name` is split at its last blank.

        Args:
            email: e-mail address.
            password: the first password, where the API takes one.
            name: name for people.

        Raises:
            ValueError: there is no password.
        """
        if password is None:
            raise ValueError("UbiOps needs a password")
        first, surname = first_and_last(name)
        asked = UserPendingCreate(email=email, password=password, name=first, surname=surname)
        del password  # a traceback from the call must not show it
        return self._person(self._api.user_create(asked))

    def delete(self, who: str) -> None:
        """Delete the current user, and nobody else.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotSupportedError: it is not the current user.
        """
        current = self._current()
        if not current.is_called(who):
            raise self._not_supported("delete")
        self._api.user_delete()

    def _current(self) -> Person:
        return self._person(self._api.user_get())

    def _person(self, user: UserDetail | UserPendingDetail) -> Person:
        return Person(
            directory=self.name,
            key=user.email,
            email=user.email,
            username=user.email,
            name=full_name(user.name, user.surname),
            record=user,
        )
