"""From settings to the OIDC providers that are trusted, and how far."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gatepost.server.config import ConfigError, OidcProvider, Settings
from gatepost.server.domain.clock import system_clock
from gatepost.server.domain.identities import ProviderRules
from gatepost.server.services.credentials import BearerVerifier
from gatepost.server.services.oidc_sign_in import Entrance

if TYPE_CHECKING:
    from gatepost.server.oidc import Issuer, RelyingParty


def bearer_verifier(settings: Settings) -> BearerVerifier | None:
    """Build the check of bearer JWTs; None when they are accepted of no provider.

    Raises ConfigError for a provider that cannot be trusted.
    """
    accepted = [provider for provider in settings.oidc.providers if provider.audience]
    if not accepted:
        return None
    from gatepost.server.oidc import BearerVerifier as Verifier  # only when OIDC is configured

    with _trusting():
        return Verifier([_issuer(provider, provider.audience) for provider in accepted], _seconds)


def entrances(settings: Settings) -> dict[str, Entrance]:
    """Build what signs people in at providers, by the providers' names, in the order of the settings.

    Raises ConfigError for a provider that cannot be trusted.
    """
    signing_in = [provider for provider in settings.oidc.providers if provider.client_id]
    with _trusting():
        return {
            provider.name: Entrance(provider.name, provider.button, _relying_party(provider)) for provider in signing_in
        }


def provider_rules(settings: Settings) -> dict[str, ProviderRules]:
    """Give how new identities of each provider are treated, by its issuer."""
    return {
        provider.issuer: ProviderRules(provider.verify_email, provider.sign_up_always)
        for provider in settings.oidc.providers
    }


@contextmanager
def _trusting() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise ConfigError(f"oidc.providers: {error}") from error


def _relying_party(provider: OidcProvider) -> "RelyingParty":
    from gatepost.server.oidc import Client, RelyingParty  # only when OIDC is configured

    issuer = _issuer(provider, (provider.client_id,))
    client = Client(issuer, provider.client_id, provider.client_secret.reveal(), provider.scopes)
    return RelyingParty(client, _seconds, provider.request_seconds)


def _issuer(provider: OidcProvider, audiences: tuple[str, ...]) -> "Issuer":
    from gatepost.server.oidc import ClaimNames, Issuer  # only when OIDC is configured

    return Issuer(
        name=provider.name,
        url=provider.issuer,
        audiences=audiences,
        jwks_url=provider.jwks_url or None,
        algorithms=tuple(provider.algorithms),
        leeway_seconds=provider.leeway_seconds,
        names=ClaimNames(
            provider.email_claim, provider.email_verified_claim, provider.name_claim, provider.groups_claim
        ),
        allowed_groups=provider.allowed_groups,
    )


def _seconds() -> float:
    return system_clock() / 1_000
