"""One sign-in through an OIDC provider, from the first redirect to the provider's answer: the rules."""

import hmac
from dataclasses import dataclass, field
from typing import Self

from gatepost.server.domain.clock import RandomBelow
from gatepost.server.domain.errors import Forbidden, Invalid, Unauthenticated, Unavailable

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SECRET_LENGTH = 43
"""Characters of each secret, 258 bits; a PKCE verifier has at least as many (RFC 7636, section 4.1)."""

STRANGE = "This sign-in was not started in this browser, took too long, or was finished already."
DENIED = "The identity provider says that you did not agree to sign in, or are not allowed to."
FAILED = "The identity provider did not sign you in."
BUSY = "The identity provider cannot sign anybody in at the moment."
RETRY_SECONDS = 5

_PASSING = frozenset({"temporarily_unavailable", "server_error"})


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What the provider sends the browser back with: the query of the callback (RFC 6749, 4.1.2; RFC 9207)."""

    state: str | None
    code: str | None = field(default=None, repr=False)
    error: str | None = None
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """What must be known again when the browser comes back; only that browser may keep it.

    `provider` is the configured name, `redirect_uri` the absolute address that the provider sends the browser to.
    `state` binds the answer to the browser, `nonce` the ID token to the flow, `verifier` the code to us (RFC 7636).
    """

    provider: str
    redirect_uri: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def begin(cls, provider: str, redirect_uri: str, random_below: RandomBelow) -> Self:
        """Start a flow with fresh secrets."""
        state, nonce, verifier = (_secret(random_below) for _ in range(3))
        return cls(provider, redirect_uri, state, nonce, verifier)

    def code_of(self, answer: ProviderAnswer) -> str:
        """Give the code of the answer to this flow.

        Raises Invalid for an answer to another flow, and by what the provider says went wrong: Forbidden,
        Unavailable or Unauthenticated.
        """
        if not answer.state or not _same(answer.state, self.state):
            raise Invalid(STRANGE)
        if answer.error == "access_denied":
            raise Forbidden(DENIED)
        if answer.error in _PASSING:
            raise Unavailable(BUSY, retry_after=RETRY_SECONDS)
        if answer.error or not answer.code:
            raise Unauthenticated(FAILED)
        return answer.code


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


def _secret(random_below: RandomBelow) -> str:
    return "".join(ALPHABET[random_below(len(ALPHABET))] for _ in range(SECRET_LENGTH))
