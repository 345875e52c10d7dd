"""The one protocol, and what a script does with several directories at once."""

from collections.abc import AsyncIterator, Iterable
from typing import Protocol

import httpx

from gatepost._core.errors import ApiError, NotFoundError
from gatepost.directory.abilities import Abilities, NotSupportedError, Reach
from gatepost.directory.outcomes import Finding, Outcome, Result
from gatepost.directory.people import Person


class AsyncDirectory(Protocol):
    """People as one API shows them; what it cannot do raises `NotSupportedError` before anything is sent."""

    @property
    def name(self) -> str:
        """What the directory is called in results and errors."""
        ...

    @property
    def abilities(self) -> Abilities:
        """Whom each operation reaches."""
        ...

    def list(self, query: str | None = None) -> AsyncIterator[Person]:
        """Give people, all that can be reached or those whose name, e-mail or username holds the query.

        Args:
            query: a part of name, e-mail address or username, upper and lower case alike; None for no limit.
        """
        ...

    async def get(self, who: str) -> Person:
        """Get a person by key, e-mail address or username.

        Args:
            who: key, e-mail address or username.

        Raises:
            NotFoundError: nobody of that name is visible.
            LookupError: several people are, and the API does not tell which is meant.
        """
        ...

    async def create(self, email: str, *, password: str | None = None, name: str | None = None) -> Person:
        """Make an account, or the invitation to one.

        Args:
            email: e-mail address.
            password: the first password, where the API takes one.
            name: name for people.

        Raises:
            ValueError: the API needs a password, or takes none.
        """
        ...

    async def enable(self, who: str) -> Person:
        """Let a disabled account act again.

        Args:
            who: key, e-mail address or username.
        """
        ...

    async def disable(self, who: str) -> Person:
        """Keep an account, and refuse it everything.

        Args:
            who: key, e-mail address or username.
        """
        ...

    async def delete(self, who: str) -> None:
        """Delete an account for ever.

        Args:
            who: key, e-mail address or username.
        """
        ...


async def find(directories: Iterable[AsyncDirectory], who: str) -> list[Finding]:
    """Look for a person in every directory; one that fails does not stop the others.

    Args:
        directories: where to look.
        who: e-mail address or username.
    """
    return [await _look(directory, who) for directory in directories]


async def offboard(directories: Iterable[AsyncDirectory], who: str, *, delete: bool = False) -> list[Outcome]:
    """Disable a person in every directory, or delete them; one that fails does not stop the others.

    Args:
        directories: where the person may have an account.
        who: e-mail address or username.
        delete: delete the account for ever and do not only disable it.
    """
    return [await _end(directory, who, delete) for directory in directories]


async def _look(directory: AsyncDirectory, who: str) -> Finding:
    try:
        return Finding(directory=directory.name, person=await directory.get(who))
    except NotFoundError:
        return Finding(directory=directory.name)
    except (ApiError, LookupError, NotSupportedError, ValueError, httpx.HTTPError) as problem:
        return Finding(directory=directory.name, problem=problem)


async def _end(directory: AsyncDirectory, who: str, delete: bool) -> Outcome:
    found = await _look(directory, who)
    if found.problem is not None:
        return _left(directory, found.problem)
    if found.person is None:
        return Outcome(directory=directory.name, result="absent", reason=_seen(directory.abilities.get))
    try:
        return await _ended(directory, found.person, delete)
    except (ApiError, NotSupportedError, ValueError, httpx.HTTPError) as problem:
        return _left(directory, problem, found.person)


async def _ended(directory: AsyncDirectory, person: Person, delete: bool) -> Outcome:
    if delete:
        await directory.delete(person.key)
        return Outcome(directory=directory.name, result="deleted", person=person)
    return Outcome(directory=directory.name, result="disabled", person=await directory.disable(person.key))


def _left(directory: AsyncDirectory, problem: Exception, person: Person | None = None) -> Outcome:
    result: Result = "unable" if isinstance(problem, NotSupportedError) else "failed"
    return Outcome(directory=directory.name, result=result, person=person, reason=str(problem))


def _seen(reach: Reach) -> str:
    return "" if reach is Reach.EVERYBODY else f"only {reach.value} can be seen"
