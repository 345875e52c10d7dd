"""What Gatepost is called at a provider that signs people in for it."""

from dataclasses import dataclass, field

from gatepost.server.oidc.issuers import Issuer


@dataclass(frozen=True, slots=True)
class Client:
    """A registration as a relying party (OpenID Connect Core 1.0, section 2).

    `issuer` must have `id` as its only audience. Without a `secret` the client is a public one, known by its
    redirect address and PKCE alone.
    """

    issuer: Issuer
    id: str
    secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "profile", "email")
