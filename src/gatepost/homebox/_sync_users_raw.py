# Written from _async_users.py by make gen: change that file.
"""The namespace about accounts."""

from typing import Any

from gatepost._core._sync import HttpResponse, Namespace, Owner
from gatepost._core.options import RequestOptions
from gatepost.homebox import entry, ops
from gatepost.homebox.models import (
    APIKeyCreate,
    APIKeyCreatedOut,
    APIKeyOut,
    ChangePassword,
    ForgotPasswordRequest,
    ResetPasswordRequest,
    TokenResponse,
    UserOut,
    UserRegistration,
    UserSettings,
    UserUpdate,
)
from gatepost.homebox.service import keyring, within


class RawUsersClient(Namespace):
    """The current account, its session and API keys, and how an account is made and regained.

    Source: py-homebox reference, UsersClient.
    """

    def __init__(self, client: Owner) -> None:
        """Share what a client has: connections, settings and token."""
        super().__init__(client._session)  # noqa: SLF001  they are parts of one client
        self._keyring = keyring(self._session.service)

    def change_password(
        self, data: ChangePassword, *, request_options: RequestOptions | None = None
    ) -> HttpResponse[None]:
        """Change the password; other sessions of the account end.

        Args:
            data: the current password and the new one.
            request_options: settings of this call.

        Raises:
            ValueError: the new password is empty; nothing was sent.
            RejectedInputError: the current password is another, or the new one breaks a rule.
            ForbiddenError: the server is a demonstration.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return self._session.run_raw(ops.change_password(data), request_options)

    def forgot_password(
        self, data: ForgotPasswordRequest, *, request_options: RequestOptions | None = None
    ) -> HttpResponse[None]:
        """Have a link mailed that sets a new password; the answer does not tell whether there is such an account.

        Args:
            data: the address.
            request_options: settings of this call.

        Raises:
            BadRequestError: the address is empty.
            ForbiddenError: the server has no passwords, or is a demonstration.
            NotFoundError: the server is older than 0.26.
        """
        return self._session.run_raw(ops.forgot_password(data), request_options)

    def reset_password(
        self, data: ResetPasswordRequest, *, request_options: RequestOptions | None = None
    ) -> HttpResponse[None]:
        """Set a new password by the token from a mailed link; all sessions of the account end.

        Args:
            data: the token and the new password.
            request_options: settings of this call.

        Raises:
            BadRequestError: the token is wrong, expired or used, or the password breaks a rule.
            ForbiddenError: the server has no passwords, or is a demonstration.
            NotFoundError: the server is older than 0.26.
        """
        return self._session.run_raw(ops.reset_password(data), request_options)

    def user_logout(self, *, request_options: RequestOptions | None = None) -> HttpResponse[None]:
        """End the session; calls carry no token from now on.

        Args:
            request_options: settings of this call.

        Raises:
            BadRequestError: the token is an API key, which is deleted instead; the client keeps it.
            UnauthorizedError: the token is missing, wrong or expired; the client keeps it.
        """
        return self._session.run_raw(entry.user_logout(self._keyring), request_options)

    def logout_all(self, *, request_options: RequestOptions | None = None) -> HttpResponse[None]:
        """End all sessions of the account, not its API keys; calls carry no token from now on.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired; the client keeps it.
            NotFoundError: the server is 0.26.2 or older.
        """
        return self._session.run_raw(entry.logout_all(self._keyring), request_options)

    def user_token_refresh(self, *, request_options: RequestOptions | None = None) -> HttpResponse[TokenResponse]:
        """Get a new token for the session, good for 7 days; calls carry it from now on, and the old one ends.

        It is sent once only: if no answer comes the session may be lost.

        Args:
            request_options: settings of this call.

        Raises:
            BadRequestError: the token is an API key, which needs no refresh.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return self._session.run_raw(entry.user_token_refresh(self._keyring), request_options)

    def oidc_login(
        self, timeout: float | None = None, *, request_options: RequestOptions | None = None
    ) -> HttpResponse[str | None]:
        """Begin a login through the server's OpenID provider; the client keeps the cookies `oidc_callback` needs.

        Args:
            timeout: seconds, see the constructor; None leaves those of the client.
            request_options: settings of this call.

        Returns:
            The address to open in a browser, if the server gives one.

        Raises:
            NotFoundError: the server has no OpenID provider.
            ApiError: it cannot reach its provider.
        """
        return self._session.run_raw(entry.oidc_login(self._keyring), within(timeout, request_options))

    def oidc_callback(
        self, code: str, state: str, timeout: float | None = None, *, request_options: RequestOptions | None = None
    ) -> HttpResponse[str | None]:
        """End the login that `oidc_login` of this client began; calls carry the token of the session from now on.

        Args:
            code: what the provider sent the browser back with.
            state: what it sent back beside.
            timeout: seconds, see the constructor; None leaves those of the client.
            request_options: settings of this call.

        Returns:
            Where the server sends a browser to: `/home`, or an address with `oidc_error` in it when it let nobody in.

        Raises:
            NotFoundError: the server has no OpenID provider.
            TooManyRequestsError: too many attempts failed, also after the wait the server asked for.
        """
        operation = entry.oidc_callback(self._keyring, code, state)
        del code, state  # a traceback from the call must not show them
        return self._session.run_raw(operation, within(timeout, request_options))

    def register_new_user(
        self, data: UserRegistration, *, request_options: RequestOptions | None = None
    ) -> HttpResponse[None]:
        """Make an account; `login` follows.

        Args:
            data: name, address, password, and the token of a group invitation where nobody may register without.
            request_options: settings of this call.

        Raises:
            RejectedInputError: a field breaks a rule, the address is taken, or the invitation is used up.
            ForbiddenError: nobody may register, or not without an invitation.
        """
        return self._session.run_raw(ops.register_new_user(data), request_options)

    def get_user_self(self, *, request_options: RequestOptions | None = None) -> HttpResponse[UserOut]:
        """Get the account the token stands for.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return self._session.run_raw(ops.get_user_self(), request_options)

    def update_account(
        self, data: UserUpdate, *, request_options: RequestOptions | None = None
    ) -> HttpResponse[UserUpdate]:
        """Replace name and address; the address is the login name at once.

        Args:
            data: both of them.
            request_options: settings of this call.

        Returns:
            What the server made of them; it may spell the address otherwise.

        Raises:
            RejectedInputError: a field is empty or too long, or the address is taken.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return self._session.run_raw(ops.update_account(data), request_options)

    def get_user_settings(self, *, request_options: RequestOptions | None = None) -> HttpResponse[UserSettings]:
        """Get the settings of the account.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return self._session.run_raw(ops.get_user_settings(), request_options)

    def update_user_settings(
        self, data: UserSettings | dict[str, Any], *, request_options: RequestOptions | None = None
    ) -> HttpResponse[UserSettings]:
        """Replace all settings of the account.

        Args:
            data: the settings; of a `UserSettings` those that are None are left out, a dict is sent as it is.
            request_options: settings of this call.

        Raises:
            TypeError: they are neither; nothing was sent.
            BadRequestError: they take more than 64 KiB.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return self._session.run_raw(ops.update_user_settings(data), request_options)

    def get_api_keys(self, *, request_options: RequestOptions | None = None) -> HttpResponse[list[APIKeyOut]]:
        """List the API keys of the account, newest first and expired ones too, without their values.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
            NotFoundError: the server is older than 0.26.
        """
        return self._session.run_raw(ops.get_api_keys(), request_options)

    def create_api_key(
        self, data: APIKeyCreate, *, request_options: RequestOptions | None = None
    ) -> HttpResponse[APIKeyCreatedOut]:
        """Make an API key; its value is in this result and nowhere else.

        Args:
            data: its name and when it ends.
            request_options: settings of this call.

        Raises:
            UnprocessableEntityError: the name is empty or too long.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return self._session.run_raw(ops.create_api_key(data), request_options)

    def delete_api_key(self, id: str, *, request_options: RequestOptions | None = None) -> HttpResponse[None]:
        """Delete an API key of the account, for ever.

        Args:
            id: id of the key.
            request_options: settings of this call.

        Raises:
            ValueError: the id is empty, `.` or `..`; nothing was sent.
            NotFoundError: the account has no such key.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return self._session.run_raw(ops.delete_api_key(id), request_options)

    def delete_account(self, *, request_options: RequestOptions | None = None) -> HttpResponse[None]:
        """Delete the account with its sessions and API keys, for ever; calls carry no token from now on.

        Groups stay, also when nobody is left in them.

        Args:
            request_options: settings of this call.

        Raises:
            ForbiddenError: the server is a demonstration.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return self._session.run_raw(entry.delete_account(self._keyring), request_options)
