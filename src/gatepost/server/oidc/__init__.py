"""Bearer JWTs of the configured OIDC providers: is this one of theirs, meant for us, and still valid?

Theory of operation. A token names its issuer, and that name is only believed to choose among the configured
ones; an unknown issuer is refused before anything is fetched, so nobody can make Gatepost call an address. The
issuer's keys come from its JWKS, found by discovery unless its address is configured, and are cached. Whoever
needs them while they are missing, old, or without the key a token names fetches them, and everyone else who
waits takes the outcome of that one fetch. Between two fetches a pause is kept, so that invented key ids cost the
issuer nothing. When the issuer is down, cached keys keep working for a day.

Import this module only when a provider is configured: it brings an HTTP client and a JOSE library.
"""

from gatepost.server.oidc.bearer import BearerVerifier
from gatepost.server.oidc.issuers import ALGORITHMS, Issuer

__all__ = ["ALGORITHMS", "BearerVerifier", "Issuer"]
