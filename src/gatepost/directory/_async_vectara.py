"""Vectara as a directory: all operations on everybody."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from msgspec import UNSET

from gatepost.directory._async_api import AsyncApiDirectory
from gatepost.directory.abilities import VECTARA
from gatepost.directory.people import Person
from gatepost.vectara import AsyncVectara, NotFoundError, User


class AsyncVectaraDirectory(AsyncApiDirectory):
    """The users of a Vectara account.

    Args:
        client: a client that may manage users.
        name: what the directory is called in results and errors.
    """

    abilities = VECTARA

    def __init__(self, client: AsyncVectara, name: str = "vectara") -> None:
        super().__init__(name)
        self._users = client.users

    async def list(self, query: str | None = None) -> AsyncIterator[Person]:
        """Give all users, or those whose e-mail or username holds the query; the API itself does not search.

        Args:
            query: a part of name, e-mail address or username, upper and lower case alike; None for no limit.
        """
        async for user in await self._users.list(limit=100):
            person = self._person(user)
            if query is None or person.matches(query):
                yield person

    async def get(self, who: str) -> Person:
        """Get a user by username, or by e-mail address, for which all users are listed.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotFoundError: there is no such user.
        """
        try:
            return self._person(await self._users.get(_exactly(who)))
        except NotFoundError:
            async for person in self.list(who):
                if person.is_called(who):
                    return person
            raise

    async def create(self, email: str, *, password: str | None = None, name: str | None = None) -> Person:
        """Invite a user by mail; `name` becomes the description.

        Args:
            email: e-mail address.
            password: the first password, where the API takes one.
            name: name for people.

        Raises:
            ValueError: there is a password.
        """
        if password is not None:
            raise ValueError("Vectara takes no password: people choose theirs by the link in the mail")
        return self._person(await self._users.create(email=email, description=UNSET if name is None else name))

    async def enable(self, who: str) -> Person:
        """Let a user act again.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotFoundError: there is no such user.
        """
        return self._person(await self._users.update(_exactly(who), enabled=True))

    async def disable(self, who: str) -> Person:
        """Refuse a user everything.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotFoundError: there is no such user.
        """
        return self._person(await self._users.update(_exactly(who), enabled=False))

    async def delete(self, who: str) -> None:
        """Delete a user.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotFoundError: there is no such user.
        """
        await self._users.delete(_exactly(who))

    def _person(self, user: User) -> Person:
        return Person(
            directory=self.name,
            key=user.username or user.email or "",
            email=user.email,
            username=user.username,
            name=user.description,
            enabled=user.enabled,
            record=user,
        )


def _exactly(username: str) -> str:
    """Encode a username, for the client takes escapes in it for what they stand for."""
    return quote(username, safe="")
