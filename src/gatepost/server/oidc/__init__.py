"""OIDC providers: the bearer tokens they sign, and the people they sign in.

Theory of operation. A token names its issuer, and that name is only believed to choose among the configured
ones; an unknown issuer is refused before anything is fetched, so nobody can make Gatepost call an address. What a
provider publishes, its description and its keys, is found by discovery unless an address is configured, and cached.
Whoever needs it while it is missing, old, or without the key a token names fetches it, and everyone else who waits
takes the outcome of that one fetch. Between two fetches a pause is kept, so that invented key ids cost the issuer
nothing. When the issuer is down, what is cached keeps working for a day; when it was down at the start, the first
who needs it after its return fetches it.

To sign somebody in, the browser is sent to the provider with three secrets of this one flow: the state comes back
with the answer, the nonce inside the ID token, and the verifier is shown only where the code is redeemed. Nothing
is kept about a flow here; the browser that began it brings it back.

Import this package only when a provider is configured: it brings an HTTP client and a JOSE library.
"""

from gatepost.server.oidc.bearer import BearerVerifier
from gatepost.server.oidc.clients import Client
from gatepost.server.oidc.issuers import ALGORITHMS, ClaimNames, Issuer
from gatepost.server.oidc.relying_party import RelyingParty

__all__ = ["ALGORITHMS", "BearerVerifier", "ClaimNames", "Client", "Issuer", "RelyingParty"]
