# Written from _async_account.py by make gen: change that file.
"""The namespaces about the current user."""

from msgspec import UNSET, UnsetType

from gatepost._core._async import AsyncHttpResponse, AsyncNamespace
from gatepost._core.files import File
from gatepost._core.options import RequestOptions
from gatepost.kipu import ops
from gatepost.kipu.models import AccessTokenDto, AccessTokensDto, DefaultAccessTokenDto, UserDto


class AsyncRawUserSettingsClient(AsyncNamespace):
    """The profile of the current user.

    Source: Kipu Quantum Hub API SDK reference, HubUserClient, "Current user profile".
    """

    async def get_current_user(self, *, request_options: RequestOptions | None = None) -> AsyncHttpResponse[UserDto]:
        """Get the full profile of the current user; the service creates it at the first call.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run_raw(ops.get_current_user(), request_options)

    async def update_current_user(
        self,
        *,
        current_position: str | UnsetType | None = UNSET,
        homepage: str | UnsetType | None = UNSET,
        about: str | UnsetType | None = UNSET,
        request_options: RequestOptions | None = None,
    ) -> AsyncHttpResponse[UserDto]:
        """Change the profile; what is not passed stays, None clears.

        Args:
            current_position: current professional position or role.
            homepage: personal or professional homepage, a complete URL.
            about: short biography.
            request_options: settings of this call.

        Raises:
            BadRequestError: a field breaks a rule of the service.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run_raw(ops.update_current_user(current_position, homepage, about), request_options)

    async def delete_current_user(self, *, request_options: RequestOptions | None = None) -> AsyncHttpResponse[None]:
        """Delete the current user with tokens, image and profile, for ever.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run_raw(ops.delete_current_user(), request_options)

    async def update_current_user_profile_image(
        self, *, file: File, request_options: RequestOptions | None = None
    ) -> AsyncHttpResponse[None]:
        """Upload the profile image, in place of one that is there.

        Args:
            file: bytes, an open file, or a tuple of file name, content and media type.
            request_options: settings of this call.

        Raises:
            BadRequestError: the service does not take the file as an image.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run_raw(ops.update_current_user_profile_image(file), request_options)

    async def delete_current_user_profile_image(
        self, *, request_options: RequestOptions | None = None
    ) -> AsyncHttpResponse[None]:
        """Delete the profile image; without one nothing happens.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run_raw(ops.delete_current_user_profile_image(), request_options)


class AsyncRawUserSettingsPersonalAccessTokensClient(AsyncNamespace):
    """The personal access tokens of the current user.

    Source: Kipu Quantum Hub API SDK reference, HubUserClient, "Personal access tokens".
    """

    async def get_personal_access_tokens(
        self, *, request_options: RequestOptions | None = None
    ) -> AsyncHttpResponse[AccessTokensDto]:
        """List the tokens, without their values, and the default token with its value.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run_raw(ops.get_personal_access_tokens(), request_options)

    async def create_personal_access_token(
        self,
        *,
        name: str,
        expires_at: str | UnsetType | None = UNSET,
        request_options: RequestOptions | None = None,
    ) -> AsyncHttpResponse[AccessTokenDto]:
        """Make a token; its value is in this result and nowhere else.

        Args:
            name: name for people.
            expires_at: the last day it works, `yyyy-MM-dd`; without one it does not expire.
            request_options: settings of this call.

        Raises:
            BadRequestError: the name or the date breaks a rule of the service.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run_raw(ops.create_personal_access_token(name, expires_at), request_options)

    async def delete_personal_access_token(
        self, id: str, *, request_options: RequestOptions | None = None
    ) -> AsyncHttpResponse[None]:
        """Delete a token of the current user, for ever.

        Args:
            id: id of the token.
            request_options: settings of this call.

        Raises:
            ValueError: the id is empty, `.` or `..`; nothing was sent.
            UnauthorizedError: the token is missing, wrong or expired.
            ForbiddenError: the token may not be deleted.
            NotFoundError: the current user has no such token.
        """
        return await self._session.run_raw(ops.delete_personal_access_token(id), request_options)

    async def regenerate_default_personal_access_token(
        self, *, request_options: RequestOptions | None = None
    ) -> AsyncHttpResponse[DefaultAccessTokenDto]:
        """Make a new default token; the one before stops working.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run_raw(ops.regenerate_default_personal_access_token(), request_options)
