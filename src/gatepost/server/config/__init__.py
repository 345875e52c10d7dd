"""The configuration: frozen settings, read once from defaults, `gatepost.toml`, the environment and flags."""

from gatepost.server.config.describe import Shown, effective, reference
from gatepost.server.config.dialects import (
    DialectSettings,
    HomeboxSettings,
    KipuSettings,
    UbiopsSettings,
    VectaraSettings,
    address_of,
)
from gatepost.server.config.kinds import Secret
from gatepost.server.config.load import Loaded, load
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
from gatepost.server.config.settings import Settings
from gatepost.server.config.sources import ConfigError

__all__ = [
    "BrandingSettings",
    "ConfigError",
    "DatabaseSettings",
    "DialectSettings",
    "HomeboxSettings",
    "ImageSettings",
    "KipuSettings",
    "LimitSettings",
    "Loaded",
    "LogSettings",
    "MailSettings",
    "OidcProvider",
    "OidcSettings",
    "PasswordSettings",
    "RegistrationSettings",
    "SearchSettings",
    "Secret",
    "ServerSettings",
    "SessionSettings",
    "Settings",
    "Shown",
    "TokenSettings",
    "UbiopsSettings",
    "VectaraSettings",
    "address_of",
    "effective",
    "load",
    "reference",
]
