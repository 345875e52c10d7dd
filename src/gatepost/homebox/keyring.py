"""What a client holds to get in."""

from collections.abc import Mapping

from gatepost._core.flow import Flow, alone
from gatepost._core.secrets import Secret, SecretHeaders, header_secret

SCHEME = "Bearer "


class Keyring:
    """The token of a client, and the cookies of an OIDC login between its two calls.

    Whatever changes the token runs alone. So a call that was refused waits for it, and is made once more with the
    token that came of it: others may go on calling while one refreshes.
    """

    def __init__(self, token: str | None) -> None:
        self._token: Secret | None = None
        self._cookies: Secret | None = None
        if token is not None:
            self.adopt(token)

    @property
    def token(self) -> str | None:
        """The token with `Bearer ` before it; None without one."""
        return None if self._token is None else self._token.reveal()

    def adopt(self, token: str) -> None:
        """Show this token from now on, given with or without `Bearer `.

        Raises:
            ValueError: it is empty, or cannot travel in a header.
        """
        given = header_secret(token, "token").reveal()
        bare = given[len(SCHEME) :] if given.lower().startswith(SCHEME.lower()) else given
        self._token = Secret(SCHEME + bare)

    def drop(self) -> None:
        """Show no token from now on."""
        self._token = None

    def keep_cookies(self, cookies: Mapping[str, str]) -> None:
        """Hold the cookies of an OIDC login, in place of those of an earlier one; without any hold none."""
        line = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._cookies = Secret(line) if line else None

    def cookie_headers(self) -> dict[str, str]:
        """Give the headers that carry the cookies of an OIDC login."""
        return {} if self._cookies is None else {"cookie": self._cookies.reveal()}

    def headers(self) -> Flow[SecretHeaders]:
        """Give the header that carries the token."""
        yield from ()
        return self._headers()

    def renew(self, refused: SecretHeaders) -> Flow[bool]:
        """Wait for a call that is changing the token, and tell whether there is another one now."""
        return (yield from alone(self._differs(refused)))

    def _differs(self, refused: SecretHeaders) -> Flow[bool]:
        yield from ()
        return self._token is not None and self._token is not refused.get("authorization")

    def _headers(self) -> SecretHeaders:
        token = self._token
        return {} if token is None else {"authorization": token}
