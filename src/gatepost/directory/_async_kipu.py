"""The Kipu user-service as a directory: finds approved users, changes nobody but the current user."""

from collections.abc import AsyncIterator

import msgspec

from gatepost._core.errors import NotFoundError
from gatepost.directory._async_api import AsyncApiDirectory
from gatepost.directory.abilities import KIPU
from gatepost.directory.people import Person, full_name
from gatepost.kipu import AsyncHubUserClient, RegistrationResponseStatus, UserDto, UserOverviewDto, UserSearchDto


class AsyncKipuDirectory(AsyncApiDirectory):
    """The users of a Kipu Quantum Hub.

    Args:
        client: a client with a personal access token.
        name: what the directory is called in results and errors.
    """

    abilities = KIPU

    def __init__(self, client: AsyncHubUserClient, name: str = "kipu") -> None:
        super().__init__(name)
        self._client = client

    async def list(self, query: str | None = None) -> AsyncIterator[Person]:
        """Give the users the service finds for a query.

        Args:
            query: a part of name, e-mail address or username, upper and lower case alike; None for no limit.

        Raises:
            NotSupportedError: there is no query.
        """
        if not query:
            raise self._not_supported("list")
        for match in await self._client.search.users(q=query):
            yield self._person(match)

    async def get(self, who: str) -> Person:
        """Get the current user, or another one by id or e-mail address.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotFoundError: there is no such user.
            LookupError: the search finds several users for the e-mail address, or none.
        """
        current = await self._current()
        if current.is_called(who):
            return current
        if "@" not in who:
            return self._person(await self._client.users.get_user_by_id(who))
        return await self._by_email(who)

    async def delete(self, who: str) -> None:
        """Delete the current user, and nobody else.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotSupportedError: it is not the current user.
        """
        current = await self._current()
        if not current.is_called(who):
            raise self._not_supported("delete")
        await self._client.user_settings.delete_current_user()

    async def _current(self) -> Person:
        return self._person(await self._client.user_settings.get_current_user())

    async def _by_email(self, email: str) -> Person:
        registration = await self._client.user_registration_status.get_user_registration_status(email=email)
        if registration.status == RegistrationResponseStatus.NOT_FOUND:
            raise NotFoundError(f"{self.name} knows no {email}")
        matches = await self._client.search.users(q=email)
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
