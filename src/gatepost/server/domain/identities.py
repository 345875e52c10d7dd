"""Who an identity provider says somebody is."""

from __future__ import annotations

from dataclasses import dataclass

from gatepost.server.domain import names
from gatepost.server.domain.accounts import Person, person


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token of an OIDC provider states about a person (OpenID Connect Core 1.0, section 5.1).

    `issuer` and `subject` identify the person for good; `subject` has at most 255 characters. The rest is
    what the provider says today. `email_verified` is false unless the provider vouches for the address.
    """

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    preferred_username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    groups: tuple[str, ...] = ()

    def newcomer(self, email: str) -> Person:
        """Check who this is as a new account with that address; raises Invalid for an address that is none.

        The whole name counts where the provider does not tell first and last name apart. A name that cannot be kept
        keeps nobody out.
        """
        first, last, whole = _plain(self.first_name), _plain(self.last_name), _plain(self.name)
        if whole and not (first or last):
            first, last = names.split(whole)
        return person(email, None, first, last)


def _plain(name: str | None) -> str | None:
    """Give a name with ordinary blanks; None when there is none that can be shown."""
    text = " ".join((name or "").split())
    return text if text.isprintable() else None


@dataclass(frozen=True, slots=True)
class ProviderRules:
    """How an identity that is new here is treated.

    With `verify_email` it needs an address that the provider calls verified. With `sign_up_always` it makes an
    account even where people cannot sign up, or only with an invitation.
    """

    verify_email: bool = True
    sign_up_always: bool = False
