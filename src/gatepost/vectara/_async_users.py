"""The namespace about users."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET, UnsetType

from gatepost._core._async import AsyncNamespace
from gatepost._core.options import RequestOptions
from gatepost.vectara import ops
from gatepost.vectara._async_pager import AsyncPager
from gatepost.vectara._async_users_raw import AsyncRawUsersClient
from gatepost.vectara.listing import awaited_or_iterated
from gatepost.vectara.models import (
    AgentRole,
    CorpusRole,
    CreateUsersResponse,
    ListUsersResponse,
    ResetPasswordUsersResponse,
    User,
)


class AsyncUsersClient(AsyncNamespace):
    """The users of the account.

    A username may be passed as it is or percent-encoded, the request is the same either way. One that holds a percent
    sign before two hexadecimal digits must be passed encoded.

    Source: Vectara Python SDK, "Users".
    """

    @property
    def with_raw_response(self) -> AsyncRawUsersClient:
        """The same calls, giving the HTTP response beside the result."""
        return AsyncRawUsersClient(self._session)

    @awaited_or_iterated
    async def list(
        self,
        *,
        limit: int | None = None,
        page_key: str | None = None,
        corpus_key: str | None = None,
        request_timeout: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> AsyncPager[User, ListUsersResponse]:
        """List the users, page by page; iterating what is given goes through all of them.

        Args:
            limit: users on a page, 1 to 100; the service gives 10 unless told.
            page_key: where to begin, the `page_key` of an earlier answer.
            corpus_key: only users who have access to this corpus.
            request_timeout: seconds the server may work on each page, at least 1.
            request_options: settings of this call, and of those for further pages.

        Raises:
            ForbiddenError: the credential may not list users.
            NotFoundError: there is no such corpus.
            PagingError: while iterating, the list leads back to a page it has already given.
        """
        opened = AsyncPager[User, ListUsersResponse].opening(self._session, request_options)
        operation = ops.list_users(opened, limit, page_key, corpus_key, request_timeout)
        return await self._session.run(operation, request_options)

    async def create(
        self,
        *,
        email: str,
        username: str | UnsetType | None = UNSET,
        description: str | UnsetType | None = UNSET,
        api_roles: Sequence[str] | UnsetType | None = UNSET,
        corpus_roles: Sequence[CorpusRole | Mapping[str, str]] | UnsetType | None = UNSET,
        agent_roles: Sequence[AgentRole | Mapping[str, str]] | UnsetType | None = UNSET,
        request_timeout: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> CreateUsersResponse:
        """Create a user. It is never repeated after a conflict, and otherwise only if it has not reached the service.

        Args:
            email: e-mail address.
            username: login name; the e-mail address unless given.
            description: free text.
            api_roles: roles in the whole account; an empty list gives none.
            corpus_roles: roles on single corpora.
            agent_roles: roles on single agents.
            request_timeout: seconds the server may work on it, at least 1.
            request_options: settings of this call.

        Raises:
            BadRequestError: a field is missing or invalid.
            ForbiddenError: the credential may not create users.
            ConflictError: the username or the e-mail address is taken.
        """
        operation = ops.create_user(
            email=email,
            username=username,
            description=description,
            api_roles=api_roles,
            corpus_roles=corpus_roles,
            agent_roles=agent_roles,
            request_timeout=request_timeout,
        )
        return await self._session.run(operation, request_options)

    async def get(
        self, username: str, *, request_timeout: int | None = None, request_options: RequestOptions | None = None
    ) -> User:
        """Get a user.

        Args:
            username: login name of the user.
            request_timeout: seconds the server may work on it, at least 1.
            request_options: settings of this call.

        Raises:
            ValueError: the username is empty, `.` or `..`; nothing was sent.
            ForbiddenError: the credential may not see users.
            NotFoundError: there is no such user.
        """
        return await self._session.run(ops.get_user(username, request_timeout), request_options)

    async def update(
        self,
        username: str,
        *,
        enabled: bool | UnsetType | None = UNSET,
        api_roles: Sequence[str] | UnsetType | None = UNSET,
        corpus_roles: Sequence[CorpusRole | Mapping[str, str]] | UnsetType | None = UNSET,
        agent_roles: Sequence[AgentRole | Mapping[str, str]] | UnsetType | None = UNSET,
        description: str | UnsetType | None = UNSET,
        request_timeout: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> User:
        """Change a user; what is not passed stays, and None is sent as null.

        Args:
            username: login name of the user.
            enabled: whether the user may sign in.
            api_roles: roles in the whole account, in place of all there were; an empty list takes them.
            corpus_roles: roles on single corpora, likewise.
            agent_roles: roles on single agents, likewise.
            description: free text.
            request_timeout: seconds the server may work on it, at least 1.
            request_options: settings of this call.

        Raises:
            ValueError: the username is empty, `.` or `..`; nothing was sent.
            BadRequestError: a field is invalid.
            ForbiddenError: the credential may not change users.
            NotFoundError: there is no such user.
        """
        operation = ops.update_user(
            username,
            enabled=enabled,
            api_roles=api_roles,
            corpus_roles=corpus_roles,
            agent_roles=agent_roles,
            description=description,
            request_timeout=request_timeout,
        )
        return await self._session.run(operation, request_options)

    async def delete(
        self, username: str, *, request_timeout: int | None = None, request_options: RequestOptions | None = None
    ) -> None:
        """Delete a user.

        Args:
            username: login name of the user.
            request_timeout: seconds the server may work on it, at least 1.
            request_options: settings of this call.

        Raises:
            ValueError: the username is empty, `.` or `..`; nothing was sent.
            ForbiddenError: the credential may not delete users.
            NotFoundError: there is no such user.
        """
        return await self._session.run(ops.delete_user(username, request_timeout), request_options)

    async def reset_password(
        self, username: str, *, request_timeout: int | None = None, request_options: RequestOptions | None = None
    ) -> ResetPasswordUsersResponse:
        """Have the service send the user a mail to choose a new password with.

        Args:
            username: login name of the user.
            request_timeout: seconds the server may work on it, at least 1.
            request_options: settings of this call.

        Raises:
            ValueError: the username is empty, `.` or `..`; nothing was sent.
            ForbiddenError: the credential may not reset passwords.
            NotFoundError: there is no such user.
        """
        return await self._session.run(ops.reset_password(username, request_timeout), request_options)
