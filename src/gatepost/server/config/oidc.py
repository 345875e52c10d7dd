"""The settings of OIDC providers."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from gatepost.server.config.kinds import Issuer, NonEmpty, OptionalName, OptionalUrl, Scope, Secret, Slug

SignatureAlgorithm = Literal[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"
]


class OidcProvider(Struct, frozen=True, kw_only=True):
    """An OpenID Connect provider whose signed tokens are accepted, who signs people in, or both."""

    name: Annotated[
        Slug, Meta(description="Short name, unique among the providers; part of the redirect address it must know.")
    ]
    issuer: Annotated[
        Issuer,
        Meta(description="The token's `iss`, compared exactly; unique among the providers. Use https."),
    ]
    audience: Annotated[
        tuple[NonEmpty, ...],
        Meta(description="Accepted `aud` values of bearer tokens; one must name one of them. Empty: none is accepted."),
    ] = ()
    client_id: Annotated[
        str, Meta(description="What the provider calls this service. Empty: it signs nobody in in the browser.")
    ] = ""
    client_secret: Annotated[
        Secret, Meta(description="The client's secret. Empty: a public client, known by PKCE alone. Never shown.")
    ] = Secret()
    scopes: Annotated[
        tuple[Scope, ...], Meta(min_length=1, description="What is asked for at sign-in; `openid` must be among it.")
    ] = ("openid", "profile", "email")
    button_text: Annotated[
        OptionalName, Meta(description="Text of the button on the sign-in page. Empty: `Sign in with` and the name.")
    ] = ""
    allowed_groups: Annotated[
        tuple[NonEmpty, ...],
        Meta(description="Who is in none of these groups is refused, letter case counts. Empty: all are let in."),
    ] = ()
    verify_email: Annotated[
        bool,
        Meta(
            description="Whether a new identity needs an e-mail address that the provider calls verified. `false` "
            "needs `registration.verify_email = false` too; an address that is not verified opens no account of others."
        ),
    ] = True
    sign_up_always: Annotated[
        bool,
        Meta(
            description="Whether a new identity makes an account even where `registration.mode` is `closed` or "
            "`invitation`."
        ),
    ] = False
    email_claim: Annotated[NonEmpty, Meta(description="Claim with the e-mail address.")] = "email"
    email_verified_claim: Annotated[NonEmpty, Meta(description="Claim that says whether the address is verified.")] = (
        "email_verified"
    )
    name_claim: Annotated[
        NonEmpty,
        Meta(description="Claim with the whole name, used where `given_name` and `family_name` are missing."),
    ] = "name"
    groups_claim: Annotated[NonEmpty, Meta(description="Claim with a group, or a list of groups.")] = "groups"
    request_seconds: Annotated[
        int, Meta(ge=1, le=60, description="Time one call to the provider may take at sign-in, in seconds.")
    ] = 10
    jwks_url: Annotated[
        OptionalUrl,
        Meta(description="Where the provider publishes its keys. Empty: asked of the issuer (discovery)."),
    ] = ""
    algorithms: Annotated[
        tuple[SignatureAlgorithm, ...], Meta(min_length=1, description="Accepted signature algorithms.")
    ] = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
    leeway_seconds: Annotated[
        int, Meta(ge=0, le=600, description="Difference allowed between the two clocks, in seconds.")
    ] = 60

    @property
    def button(self) -> str:
        """The text of the button that leads to it."""
        return self.button_text or f"Sign in with {self.name}"


class OidcSettings(Struct, frozen=True, kw_only=True):
    """Providers whose accounts are accepted here, each in its own `[[oidc.providers]]` table."""

    providers: Annotated[tuple[OidcProvider, ...], Meta(description="The accepted providers.")] = ()
    groups: Annotated[
        dict[str, str],
        Meta(
            description="Groups here that people join as members at sign-in, by what the provider's groups claim says: "
            '`engineering = "id of a group"`. Nobody leaves a group this way.'
        ),
    ] = {}
    flow_minutes: Annotated[
        int, Meta(ge=1, le=60, description="Time a sign-in at a provider may take from the button on, in minutes.")
    ] = 10
