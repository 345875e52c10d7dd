"""The namespaces about users in general."""

from collections.abc import Iterable

from gatepost._core._async import AsyncNamespace
from gatepost._core.options import RequestOptions
from gatepost.kipu import ops
from gatepost.kipu._async_people_raw import (
    AsyncRawAuthenticationClient,
    AsyncRawSearchClient,
    AsyncRawUserRegistrationStatusClient,
    AsyncRawUsersClient,
)
from gatepost.kipu.models import (
    BatchUserResponseDto,
    PersonalAccessTokenPrincipal,
    RegistrationResponse,
    UserOverviewDto,
    UserSearchDto,
)


class AsyncAuthenticationClient(AsyncNamespace):
    """Who a token stands for.

    Source: Kipu Quantum Hub API SDK reference, HubUserClient, "Principal resolution".
    """

    @property
    def with_raw_response(self) -> AsyncRawAuthenticationClient:
        """The same calls, giving the HTTP response beside the result."""
        return AsyncRawAuthenticationClient(self._session)

    async def authorize_by_personal_access_token(
        self, *, request_options: RequestOptions | None = None
    ) -> PersonalAccessTokenPrincipal:
        """Check the client's token and get the user it stands for.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
            ForbiddenError: the account is not permitted.
        """
        return await self._session.run(ops.authorize_by_personal_access_token(), request_options)


class AsyncUsersClient(AsyncNamespace):
    """What everybody may see of users.

    Source: Kipu Quantum Hub API SDK reference, HubUserClient, "User lookup".
    """

    @property
    def with_raw_response(self) -> AsyncRawUsersClient:
        """The same calls, giving the HTTP response beside the result."""
        return AsyncRawUsersClient(self._session)

    async def get_user_by_id(self, id: str, *, request_options: RequestOptions | None = None) -> UserOverviewDto:
        """Get id, first and last name of a user.

        Args:
            id: id of the user.
            request_options: settings of this call.

        Raises:
            ValueError: the id is empty, `.` or `..`; nothing was sent.
            NotFoundError: there is no such user.
        """
        return await self._session.run(ops.get_user_by_id(id), request_options)

    async def check_user_exists(self, id: str, *, request_options: RequestOptions | None = None) -> dict[str, str]:
        """Get the headers the service answers for a user who exists, names in lower case.

        Args:
            id: id of the user.
            request_options: settings of this call.

        Raises:
            ValueError: the id is empty, `.` or `..`; nothing was sent.
            NotFoundError: there is no such user.
        """
        return await self._session.run(ops.check_user_exists(id), request_options)

    async def get_user_profile_image(self, id: str, *, request_options: RequestOptions | None = None) -> str | None:
        """Get the profile image as text, in base64 when the service sends bytes; None when the user has none.

        The bytes themselves are in `with_raw_response.get_user_profile_image(id).response.content`.

        Args:
            id: id of the user.
            request_options: settings of this call.

        Raises:
            ValueError: the id is empty, `.` or `..`; nothing was sent.
            NotFoundError: there is no such user.
        """
        return await self._session.run(ops.get_user_profile_image(id), request_options)

    async def resolve_users(
        self, *, ids: Iterable[str], request_options: RequestOptions | None = None
    ) -> BatchUserResponseDto:
        """Look up several users at once; only approved ones are found.

        Args:
            ids: ids of users, at most 200.
            request_options: settings of this call.

        Raises:
            TypeError: `ids` is one text; nothing was sent.
            BadRequestError: there are too many ids.
        """
        return await self._session.run(ops.resolve_users(ids), request_options)


class AsyncUserRegistrationStatusClient(AsyncNamespace):
    """How far a registration has come.

    Source: Kipu Quantum Hub API SDK reference, HubUserClient, "User registration status".
    """

    @property
    def with_raw_response(self) -> AsyncRawUserRegistrationStatusClient:
        """The same calls, giving the HTTP response beside the result."""
        return AsyncRawUserRegistrationStatusClient(self._session)

    async def get_user_registration_status(
        self, *, email: str, request_options: RequestOptions | None = None
    ) -> RegistrationResponse:
        """Get the state of the registration with an e-mail address; an unknown one has the state `NOT_FOUND`.

        Args:
            email: the address.
            request_options: settings of this call.

        Raises:
            BadRequestError: the address is missing or none.
        """
        return await self._session.run(ops.get_user_registration_status(email), request_options)


class AsyncSearchClient(AsyncNamespace):
    """The directory of users.

    Source: Kipu Quantum Hub API SDK reference, HubUserClient, "User search".
    """

    @property
    def with_raw_response(self) -> AsyncRawSearchClient:
        """The same calls, giving the HTTP response beside the result."""
        return AsyncRawSearchClient(self._session)

    async def users(self, *, q: str, request_options: RequestOptions | None = None) -> list[UserSearchDto]:
        """Find users by a part of first name, last name, username or e-mail, upper and lower case alike.

        Args:
            q: what to look for.
            request_options: settings of this call.

        Raises:
            BadRequestError: the query is missing.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.search_users(q), request_options)
