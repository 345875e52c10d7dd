"""Where a personal access token may come from; a client takes it as `api_key` and never looks for one itself.

    HubUserClient(api_key=DefaultCredentialsProvider().get_access_token())

Source: Kipu Quantum Hub API SDK reference, "Python credential helpers".
"""

import logging
from typing import Protocol

import msgspec

from gatepost._core.secrets import Secret
from gatepost.kipu.config_file import BrokenConfigFile, first_set, get_config_file_path, read_config

__all__ = [
    "ConfigFileCredential",
    "CredentialProvider",
    "CredentialUnavailableError",
    "DefaultCredentialsProvider",
    "EnvironmentCredential",
    "StaticCredential",
    "get_config_file_path",
]

TOKEN_VARIABLES = (
    "KQH_SERVICE_EXECUTION_TOKEN",
    "KQH_PERSONAL_ACCESS_TOKEN",
    "PLANQK_SERVICE_EXECUTION_TOKEN",
    "SERVICE_EXECUTION_TOKEN",
    "PLANQK_PERSONAL_ACCESS_TOKEN",
)
"""The environment variables that may hold a token; the first that is not empty counts."""

_log = logging.getLogger(__name__)


class CredentialUnavailableError(Exception):
    """A token was not found where it was looked for.

    Args:
        message: what is missing; None for advice on how to provide a token.
    """

    def __init__(self, message: str | None = None) -> None:
        super().__init__(
            "Credentials not found. Please set your personal access token as parameter, in the environment, "
            "or use 'qhubctl login' to authenticate."
            if message is None
            else message
        )


class CredentialProvider(Protocol):
    """Something that knows a token."""

    def get_access_token(self) -> str:
        """Give the token.

        Raises:
            CredentialUnavailableError: there is none.
        """
        ...


class StaticCredential(CredentialProvider):
    """A token given in code.

    Args:
        access_token: the token; None or an empty text for none.
    """

    def __init__(self, access_token: str | None = None) -> None:
        self._token = Secret(access_token or "")

    def get_access_token(self) -> str:
        """Give the token.

        Raises:
            CredentialUnavailableError: none was given.
        """
        token = self._token.reveal()
        if not token:
            raise CredentialUnavailableError("Access token not set")
        return token


class EnvironmentCredential(CredentialProvider):
    """A token in an environment variable, the first of `TOKEN_VARIABLES` that is not empty."""

    def get_access_token(self) -> str:
        """Give the token.

        Raises:
            CredentialUnavailableError: none of the variables is set.
        """
        token = first_set(TOKEN_VARIABLES)
        if token is None:
            raise CredentialUnavailableError(
                "None of the environment variables KQH_SERVICE_EXECUTION_TOKEN, KQH_PERSONAL_ACCESS_TOKEN, "
                "PLANQK_SERVICE_EXECUTION_TOKEN, or PLANQK_PERSONAL_ACCESS_TOKEN are set"
            )
        return token


class _Auth(msgspec.Struct, frozen=True):
    value: str | None = None


class _Config(msgspec.Struct, frozen=True):
    auth: _Auth | None = None


class ConfigFileCredential(CredentialProvider):
    """The token that `qhubctl login` stored: `{"auth": {"type": "API_KEY", "value": "…"}}`.

    The path is settled when the object is made: `KQH_CONFIG_FILE_PATH`, else `PLANQK_CONFIG_FILE_PATH`, else
    `~/.config/qhubctl/config.json`, on Windows `%LOCALAPPDATA%\\qhubctl\\config.json`. When no file is there, the
    one in the folder `planqk` beside `qhubctl` counts.
    """

    def __init__(self) -> None:
        self.config_file = get_config_file_path()

    def get_access_token(self) -> str:
        """Read the token.

        Raises:
            CredentialUnavailableError: there is no file, or no token in it.
        """
        try:
            config = read_config(self.config_file, _Config)
            if config is None:
                raise CredentialUnavailableError(f"Config file at {self.config_file} does not exist")
            return _token(config)
        except BrokenConfigFile as broken:
            raise CredentialUnavailableError(f"Failed to parse config file: {broken}") from None


class DefaultCredentialsProvider(CredentialProvider):
    """A token from wherever there is one: given in code, in the environment, in the configuration file.

    Args:
        access_token: a token that wins over the others; None or an empty text for none.
    """

    def __init__(self, access_token: str | None = None) -> None:
        self._providers = (StaticCredential(access_token), EnvironmentCredential(), ConfigFileCredential())

    def get_access_token(self) -> str:
        """Give the first token there is; why a place had none is logged at the level debug.

        Raises:
            CredentialUnavailableError: there is none anywhere.
        """
        for provider in self._providers:
            try:
                return provider.get_access_token()
            except CredentialUnavailableError as unavailable:
                _log.debug("%s: %s", type(provider).__name__, unavailable)
        message = "DefaultCredentialsProvider failed to retrieve an access token"
        _log.warning(message)
        raise CredentialUnavailableError(message)


def _token(config: _Config) -> str:
    """Find the token; a member that is null or empty says no more than none."""
    if config.auth is None:
        raise BrokenConfigFile("Missing expected value - 'auth'")
    if not config.auth.value:
        raise BrokenConfigFile("Missing expected value - 'value'")
    return config.auth.value
