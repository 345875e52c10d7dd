"""Homebox as a directory: makes accounts, and sees the members of the current user's group."""

from collections.abc import AsyncIterator

from gatepost._core.errors import NotFoundError
from gatepost.directory._async_api import AsyncApiDirectory
from gatepost.directory.abilities import HOMEBOX
from gatepost.directory.people import Person
from gatepost.homebox import AsyncHomeboxClient, UserOut, UserRegistration, UserSummary


class AsyncHomeboxDirectory(AsyncApiDirectory):
    """The members of a Homebox group.

    Args:
        client: a client that is signed in.
        name: what the directory is called in results and errors.
    """

    abilities = HOMEBOX

    def __init__(self, client: AsyncHomeboxClient, name: str = "homebox") -> None:
        super().__init__(name)
        self._client = client

    async def list(self, query: str | None = None) -> AsyncIterator[Person]:
        """Give the members of the group, or those whose name or e-mail holds the query.

        Args:
            query: a part of name, e-mail address or username, upper and lower case alike; None for no limit.
        """
        for member in await self._client.groups.get_group_members():
            person = self._person(member)
            if query is None or person.matches(query):
                yield person

    async def get(self, who: str) -> Person:
        """Get a member of the group.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotFoundError: nobody in the group is called so.
        """
        async for person in self.list():
            if person.is_called(who):
                return person
        raise NotFoundError(f"{who} is no member of the group")

    async def create(self, email: str, *, password: str | None = None, name: str | None = None) -> Person:
        """Register an account; without a name it is called by its e-mail address.

        Args:
            email: e-mail address.
            password: the first password, where the API takes one.
            name: name for people.

        Raises:
            ValueError: there is no password.
        """
        if password is None:
            raise ValueError("Homebox needs a password")
        called = name or email
        asked = UserRegistration(email=email, name=called, password=password)
        del password  # a traceback from the call must not show it
        await self._client.users.register_new_user(asked)
        return Person(directory=self.name, key=email, email=email, name=called)

    async def delete(self, who: str) -> None:
        """Delete the current user, and nobody else.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotSupportedError: it is not the current user.
        """
        current = self._person(await self._client.users.get_user_self())
        if not current.is_called(who):
            raise self._not_supported("delete")
        await self._client.users.delete_account()

    def _person(self, member: UserSummary | UserOut) -> Person:
        return Person(
            directory=self.name,
            key=member.id or "",
            email=member.email,
            username=member.email,
            name=member.name,
            record=member,
        )
