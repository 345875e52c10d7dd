"""The whole configuration, and what follows from it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from gatepost.server.config.dialects import DialectSettings, misplaced
from gatepost.server.config.kinds import Directory, without_password
from gatepost.server.config.oidc import OidcProvider, OidcSettings
from gatepost.server.config.sections import (
    BrandingSettings,
    DatabaseSettings,
    ImageSettings,
    LimitSettings,
    LogSettings,
    MailSettings,
    PasswordSettings,
    RegistrationSettings,
    SearchSettings,
    ServerSettings,
    SessionSettings,
    TokenSettings,
)

_ANY_ADDRESS = {"0.0.0.0": "localhost", "::": "localhost"}  # noqa: S104 - looked up, not bound
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Settings(Struct, frozen=True, kw_only=True):
    """The whole configuration; its own keys stand at the top of the file, before any table."""

    data: Annotated[
        Directory,
        Meta(
            description="Where the database and the key file are, made when missing. Relative to the working directory."
        ),
    ] = Path("gatepost-data")
    key_file: Annotated[
        str,
        Meta(
            description="File with the key that encrypts secrets which can be read again, such as default tokens; made "
            "when missing. All hosts on one database need the same. Empty: `gatepost.key` in the data directory."
        ),
    ] = ""
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    registration: RegistrationSettings = RegistrationSettings()
    passwords: PasswordSettings = PasswordSettings()
    sessions: SessionSettings = SessionSettings()
    tokens: TokenSettings = TokenSettings()
    mail: MailSettings = MailSettings()
    oidc: OidcSettings = OidcSettings()
    images: ImageSettings = ImageSettings()
    search: SearchSettings = SearchSettings()
    limits: LimitSettings = LimitSettings()
    dialects: DialectSettings = DialectSettings()
    log: LogSettings = LogSettings()
    branding: BrandingSettings = BrandingSettings()

    @property
    def public_url(self) -> str:
        """The service's web origin (RFC 6454), without a trailing slash or the scheme's own port."""
        url = (self.server.public_url or self._listening_url()).rstrip("/").lower()
        return url.removesuffix(_DEFAULT_PORTS[url.partition(":")[0]])

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry `Secure`: people reach the service by https."""
        return self.public_url.startswith("https:")

    @property
    def on_postgres(self) -> bool:
        """Whether the database is on a PostgreSQL server."""
        return self.database.url.startswith("postgres")

    @property
    def database_name(self) -> str:
        """The database as people may see it."""
        return without_password(self.database.url) if self.on_postgres else str(self.database_path)

    @property
    def database_path(self) -> Path:
        """The SQLite file; there is none when the database is on PostgreSQL."""
        named = self.database.url.removeprefix("sqlite:///")
        return Path(named) if named else self.data / "gatepost.db"

    @property
    def key_path(self) -> Path:
        """The file with the key that encrypts readable secrets in the database."""
        return Path(self.key_file) if self.key_file else self.data / "gatepost.key"

    def _listening_url(self) -> str:
        host = _ANY_ADDRESS.get(self.server.host, self.server.host)
        return f"http://[{host}]:{self.server.port}" if ":" in host else f"http://{host}:{self.server.port}"


def contradictions(settings: Settings) -> Iterator[tuple[str, str]]:
    """List settings that are right alone and wrong together: the key to change and what it should be."""
    mail, registration = settings.mail, settings.registration
    if registration.allowed_domains and not registration.verify_email:
        yield (
            "registration.verify_email",
            "true, because registration.allowed_domains limits nobody while anybody's address is believed",
        )
    if settings.database.listen_url and not settings.on_postgres:
        yield "database.listen_url", "empty, because database.url is no PostgreSQL database"
    if bool(mail.username) != bool(mail.password):
        missing = "mail.username" if mail.password else "mail.password"
        yield missing, "a value, because mail.username and mail.password go together"
    yield from misplaced(settings.dialects)
    yield from _repetitions(settings.oidc.providers)
    if (named := settings.dialects.homebox.oidc_provider) and not _signs_in(settings.oidc.providers, named):
        yield "dialects.homebox.oidc_provider", "the name of a provider with a client_id"
    for provider in settings.oidc.providers:
        if wanted := _missing(provider, registration):
            yield "oidc.providers", f"{wanted}, in the provider {provider.name}"
        if provider.issuer.rstrip("/").lower() == settings.public_url:
            yield "oidc.providers", f"an issuer other than this service itself, in the provider {provider.name}"


def _signs_in(providers: tuple[OidcProvider, ...], name: str) -> bool:
    return any(provider.name == name and provider.client_id for provider in providers)


def _repetitions(providers: tuple[OidcProvider, ...]) -> Iterator[tuple[str, str]]:
    for attribute in ("name", "issuer"):
        values = [getattr(provider, attribute) for provider in providers]
        if len(set(values)) < len(values):
            yield "oidc.providers", f"providers that differ in {attribute}"


def _missing(provider: OidcProvider, registration: RegistrationSettings) -> str:
    if not provider.client_id and not provider.audience:
        return "client_id to sign people in, audience to accept bearer tokens, or both"
    if provider.client_secret and not provider.client_id:
        return "client_id beside client_secret"
    if "openid" not in provider.scopes:
        return "openid among the scopes"
    if registration.verify_email and not provider.verify_email:
        return "verify_email = true, because registration.verify_email asks every address to be confirmed"
    return ""
