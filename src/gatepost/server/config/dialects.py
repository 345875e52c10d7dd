"""The settings of the user APIs that are spoken: where each answers, and what is its own."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct, structs

from gatepost.server.config.kinds import MountPoint, OptionalHost, OptionalSlug

HOST = "Host name of its own; when set, it answers only there. Empty: any host."
SERVED = "Whether this API is served."


class KipuSettings(Struct, frozen=True, kw_only=True):
    """The Kipu Hub user API."""

    enabled: Annotated[bool, Meta(description=SERVED)] = True
    prefix: Annotated[
        MountPoint, Meta(description="Path it is mounted at; empty only together with `dialects.kipu.host`.")
    ] = "/kipu/user-service"
    host: Annotated[OptionalHost, Meta(description=HOST)] = ""


class UbiopsSettings(Struct, frozen=True, kw_only=True):
    """The UbiOps user API."""

    enabled: Annotated[bool, Meta(description=SERVED)] = True
    prefix: Annotated[
        MountPoint,
        Meta(description="Path above `/v2.1/user` and `/v2/user`; empty only together with `dialects.ubiops.host`."),
    ] = "/ubiops"
    host: Annotated[OptionalHost, Meta(description=HOST)] = ""
    sign_up_needs_token: Annotated[
        bool,
        Meta(description="Whether signing up here needs a token that holds; otherwise a token sent along is ignored."),
    ] = False


class HomeboxSettings(Struct, frozen=True, kw_only=True):
    """The Homebox user API."""

    enabled: Annotated[bool, Meta(description=SERVED)] = True
    prefix: Annotated[
        MountPoint, Meta(description="Path above `/v1`; empty only together with `dialects.homebox.host`.")
    ] = "/homebox/api"
    host: Annotated[OptionalHost, Meta(description=HOST)] = ""
    allow_registration: Annotated[
        bool,
        Meta(
            description="Whether anybody may register here, as far as `registration.mode` lets them; otherwise an "
            "invitation is needed."
        ),
    ] = True
    allow_local_login: Annotated[
        bool, Meta(description="Whether people register and sign in by password here, or through a provider only.")
    ] = True
    verify_email: Annotated[
        bool,
        Meta(
            description="Whether who registers here must confirm the address first, which clients of this API do not "
            "expect. With `registration.allowed_domains` they must in any case."
        ),
    ] = False
    demo: Annotated[
        bool,
        Meta(description="Whether everybody shares an account: nobody may change its password here, or delete it."),
    ] = False
    oidc_provider: Annotated[
        OptionalSlug,
        Meta(description="Name of the provider people sign in through here. Empty: the first that signs people in."),
    ] = ""


class VectaraSettings(Struct, frozen=True, kw_only=True):
    """The Vectara user API."""

    enabled: Annotated[bool, Meta(description=SERVED)] = True
    prefix: Annotated[
        MountPoint,
        Meta(
            description="Path above `/v2/users` and `/oauth2/token`; empty only together with `dialects.vectara.host`."
        ),
    ] = "/vectara"
    host: Annotated[OptionalHost, Meta(description=HOST)] = ""
    personal_keys: Annotated[
        bool,
        Meta(
            description="Whether a personal access token in `x-api-key` is taken beside the access tokens of OAuth2 "
            "clients; it can do what the roles of its account allow."
        ),
    ] = True


class DialectSettings(Struct, frozen=True, kw_only=True):
    """The user APIs that are spoken."""

    homebox: HomeboxSettings = HomeboxSettings()
    kipu: KipuSettings = KipuSettings()
    ubiops: UbiopsSettings = UbiopsSettings()
    vectara: VectaraSettings = VectaraSettings()


AnyDialect = KipuSettings | UbiopsSettings | HomeboxSettings | VectaraSettings


def address_of(dialect: AnyDialect, public_url: str) -> str:
    """Give the URL of an API: below `public_url`, or on the host name of its own."""
    scheme = public_url.partition(":")[0]
    return (f"{scheme}://{dialect.host}" if dialect.host else public_url) + dialect.prefix


def misplaced(dialects: DialectSettings) -> Iterator[tuple[str, str]]:
    """List what places a dialect nowhere, or where another is: the key to change and what it should be."""
    taken: dict[tuple[str, str], str] = {}
    for name, chosen in structs.asdict(dialects).items():
        key = f"dialects.{name}"
        if not chosen.prefix and not chosen.host:
            yield f"{key}.prefix", f"a path such as /{name}, because {key}.host is empty"
        if chosen.enabled:
            other = taken.setdefault((chosen.host, chosen.prefix), key)
            if other != key:
                yield f"{key}.prefix", f"another path than that of {other}"
