# Written from _async_people.py by make gen: change that file.
"""The namespaces about users in general."""

from collections.abc import Iterable

from gatepost._core._sync import Namespace
from gatepost._core.options import RequestOptions
from gatepost.kipu import ops
from gatepost.kipu._sync_people_raw import (
    RawAuthenticationClient,
    RawSearchClient,
    RawUserRegistrationStatusClient,
    RawUsersClient,
)
from gatepost.kipu.models import (
    BatchUserResponseDto,
    PersonalAccessTokenPrincipal,
    RegistrationResponse,
    UserOverviewDto,
    UserSearchDto,
)


class AuthenticationClient(Namespace):
    """Who a token stands for.

    Source: Kipu Quantum Hub API SDK reference, HubUserClient, "Principal resolution".
    """

    @property
    def with_raw_response(self) -> RawAuthenticationClient:
        """The same calls, giving the HTTP response beside the result."""
        return RawAuthenticationClient(self._session)

    def authorize_by_personal_access_token(
        self, *, request_options: RequestOptions | None = None
    ) -> PersonalAccessTokenPrincipal:
        """Check the client's token and get the user it stands for.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
            ForbiddenError: the account is not permitted.
        """
        return self._session.run(ops.authorize_by_personal_access_token(), request_options)


class UsersClient(Namespace):
    """What everybody may see of users.

    Source: Kipu Quantum Hub API SDK reference, HubUserClient, "User lookup".
    """

    @property
    def with_raw_response(self) -> RawUsersClient:
        """The same calls, giving the HTTP response beside the result."""
        return RawUsersClient(self._session)

    def get_user_by_id(self, id: str, *, request_options: RequestOptions | None = None) -> UserOverviewDto:
        """Get id, first and last name of a user.

        Args:
            id: id of the user.
            request_options: settings of this call.

        Raises:
            ValueError: the id is empty, `.` or `..`; nothing was sent.
            NotFoundError: there is no such user.
        """
        return self._session.run(ops.get_user_by_id(id), request_options)

    def check_user_exists(self, id: str, *, request_options: RequestOptions | None = None) -> dict[str, str]:
        """Get the headers the service answers for a user who exists, names in lower case.

        Args:
            id: id of the user.
            request_options: settings of this call.

        Raises:
            ValueError: the id is empty, `.` or `..`; nothing was sent.
            NotFoundError: there is no such user.
        """
        return self._session.run(ops.check_user_exists(id), request_options)

    def get_user_profile_image(self, id: str, *, request_options: RequestOptions | None = None) -> str | None:
        """Get the profile image as text, in base64 when the service sends bytes; None when the user has none.

        The bytes themselves are in `with_raw_response.get_user_profile_image(id).response.content`.

        Args:
            id: id of the user.
            request_options: settings of this call.

        Raises:
            ValueError: the id is empty, `.` or `..`; nothing was sent.
            NotFoundError: there is no such user.
        """
        return self._session.run(ops.get_user_profile_image(id), request_options)

    def resolve_users(
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
        return self._session.run(ops.resolve_users(ids), request_options)


class UserRegistrationStatusClient(Namespace):
    """How far a registration has come.

    Source: Kipu Quantum Hub API SDK reference, HubUserClient, "User registration status".
    """

    @property
    def with_raw_response(self) -> RawUserRegistrationStatusClient:
        """The same calls, giving the HTTP response beside the result."""
        return RawUserRegistrationStatusClient(self._session)

    def get_user_registration_status(
        self, *, email: str, request_options: RequestOptions | None = None
    ) -> RegistrationResponse:
        """Get the state of the registration with an e-mail address; an unknown one has the state `NOT_FOUND`.

        Args:
            email: the address.
            request_options: settings of this call.

        Raises:
            BadRequestError: the address is missing or none.
        """
        return self._session.run(ops.get_user_registration_status(email), request_options)


class SearchClient(Namespace):
    """The directory of users.

    Source: Kipu Quantum Hub API SDK reference, HubUserClient, "User search".
    """

    @property
    def with_raw_response(self) -> RawSearchClient:
        """The same calls, giving the HTTP response beside the result."""
        return RawSearchClient(self._session)

    def users(self, *, q: str, request_options: RequestOptions | None = None) -> list[UserSearchDto]:
        """Find users by a part of first name, last name, username or e-mail, upper and lower case alike.

        Args:
            q: what to look for.
            request_options: settings of this call.

        Raises:
            BadRequestError: the query is missing.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return self._session.run(ops.search_users(q), request_options)
