# Written from _async_kipu.py by make gen: change that file.
"""The Kipu user-service as a directory: finds approved users, changes nobody but the current user."""

from collections.abc import Iterator
from typing import NoReturn

import msgspec

from gatepost._core.errors import NotFoundError
from gatepost.directory.abilities import KIPU, NotSupportedError, Operation
from gatepost.directory.people import Person, full_name
from gatepost.kipu import HubUserClient, RegistrationResponseStatus, UserDto, UserOverviewDto, UserSearchDto


class KipuDirectory:
    """The users of a Kipu Quantum Hub.

    Args:
        client: a client with a personal access token.
        name: what the directory is called in results and errors.
    """

    abilities = KIPU

    def __init__(self, client: HubUserClient, name: str = "kipu") -> None:
        self.name = name
        self._client = client

    def list(self, query: str | None = None) -> Iterator[Person]:
        """Give the users the service finds for a query.

        Args:
            query: a part of name, e-mail address or username, upper and lower case alike; None for no limit.
        """
        if not query:
            raise self._not_supported("list")
        for match in self._client.search.users(q=query):
            yield self._person(match)

    def get(self, who: str) -> Person:
        """Get the current user, or another one by id or e-mail address.

        Args:
            who: key, e-mail address or username.
        """
        current = self._current()
        if current.is_called(who):
            return current
        if "@" not in who:
            return self._person(self._client.users.get_user_by_id(who))
        return self._by_email(who)

    def create(self, email: str, *, password: str | None = None, name: str | None = None) -> NoReturn:
        """Refuse: accounts come from the identity provider.

        Args:
            email: e-mail address.
            password: the first password, where the API takes one.
            name: name for people.
        """
        raise self._not_supported("create")

    def enable(self, who: str) -> NoReturn:
        """Refuse: administrators do that elsewhere.

        Args:
            who: key, e-mail address or username.
        """
        raise self._not_supported("enable")

    def disable(self, who: str) -> NoReturn:
        """Refuse: administrators do that elsewhere.

        Args:
            who: key, e-mail address or username.
        """
        raise self._not_supported("disable")

    def delete(self, who: str) -> None:
        """Delete the current user, and nobody else.

        Args:
            who: key, e-mail address or username.
        """
        current = self._current()
        if not current.is_called(who):
            raise self._not_supported("delete")
        self._client.user_settings.delete_current_user()

    def _current(self) -> Person:
        return self._person(self._client.user_settings.get_current_user())

    def _by_email(self, email: str) -> Person:
        registration = self._client.user_registration_status.get_user_registration_status(email=email)
        if registration.status == RegistrationResponseStatus.NOT_FOUND:
            raise NotFoundError(f"{self.name} knows no {email}")
        matches = self._client.search.users(q=email)
        if len(matches) != 1:
            raise LookupError(
                f"{self.name} finds {len(matches)} users for {email}; its status is {registration.status}"
            )
        return msgspec.structs.replace(self._person(matches[0]), email=email)

    def _person(self, user: UserDto | UserOverviewDto | UserSearchDto) -> Person:
        return Person(
            directory=self.name,
            key=user.id or "",
            email=user.email if isinstance(user, UserDto) else None,
            username=user.username if isinstance(user, UserDto) else None,
            name=full_name(user.firstname, user.lastname),
            record=user,
        )

    def _not_supported(self, operation: Operation) -> NotSupportedError:
        return NotSupportedError(self.name, operation, self.abilities)
