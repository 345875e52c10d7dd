"""Where a token may come from, section 5 of the contract."""

import json
import logging
import os
from pathlib import Path

import pytest

from gatepost.kipu import HubUserClient
from gatepost.kipu.credentials import (
    ConfigFileCredential,
    CredentialProvider,
    CredentialUnavailableError,
    DefaultCredentialsProvider,
    EnvironmentCredential,
    StaticCredential,
    get_config_file_path,
)
from tests.kit.scripted import answer, scripted

IN_ORDER = [
    "KQH_SERVICE_EXECUTION_TOKEN",
    "KQH_PERSONAL_ACCESS_TOKEN",
    "PLANQK_SERVICE_EXECUTION_TOKEN",
    "SERVICE_EXECUTION_TOKEN",
    "PLANQK_PERSONAL_ACCESS_TOKEN",
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty home, in an environment without tokens and paths."""
    for name in [*IN_ORDER, "KQH_CONFIG_FILE_PATH", "PLANQK_CONFIG_FILE_PATH"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def stored(home: Path, content: object, tool: str = "qhubctl") -> Path:
    path = home / ".config" / tool / "config.json"
    path.parent.mkdir(parents=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def refusal(provider: CredentialProvider) -> str:
    with pytest.raises(CredentialUnavailableError) as refused:
        provider.get_access_token()
    return str(refused.value)


def test_a_token_given_in_code_is_given_back() -> None:
    assert StaticCredential("pat").get_access_token() == "pat"


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_token_given_in_code_is_said(nothing: str | None) -> None:
    assert refusal(StaticCredential(nothing)) == "Access token not set"


def test_no_repr_shows_a_token() -> None:
    providers = (StaticCredential("s3cr3t"), DefaultCredentialsProvider("s3cr3t"))
    assert "s3cr3t" not in str([(provider, vars(provider)) for provider in providers])


def test_the_first_variable_that_is_not_empty_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    credential = EnvironmentCredential()
    for name in reversed(IN_ORDER):
        monkeypatch.setenv(name, f"from {name}")
        assert credential.get_access_token() == f"from {name}"
    monkeypatch.setenv(IN_ORDER[0], "")
    monkeypatch.setenv(IN_ORDER[1], " ")
    assert credential.get_access_token() == " "


def test_an_environment_without_a_token_names_its_variables() -> None:
    assert refusal(EnvironmentCredential()) == (
        "None of the environment variables KQH_SERVICE_EXECUTION_TOKEN, KQH_PERSONAL_ACCESS_TOKEN, "
        "PLANQK_SERVICE_EXECUTION_TOKEN, or PLANQK_PERSONAL_ACCESS_TOKEN are set"
    )


def test_the_file_is_where_the_tool_keeps_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert get_config_file_path() == str(home / ".config" / "qhubctl" / "config.json")
    monkeypatch.setenv("PLANQK_CONFIG_FILE_PATH", "/former.json")
    assert get_config_file_path() == "/former.json"
    monkeypatch.setenv("KQH_CONFIG_FILE_PATH", "/present.json")
    assert get_config_file_path() == "/present.json"


def test_on_windows_the_file_is_in_the_local_application_data(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatepost.kipu.config_file.WINDOWS", True)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert get_config_file_path() == str(home / "qhubctl" / "config.json")
    monkeypatch.setenv("LOCALAPPDATA", str(home / "Local"))
    assert get_config_file_path() == str(home / "Local" / "qhubctl" / "config.json")


def test_a_user_without_a_home_may_have_a_token_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)
    monkeypatch.setenv("KQH_PERSONAL_ACCESS_TOKEN", "pat")
    assert DefaultCredentialsProvider().get_access_token() == "pat"


def test_the_token_is_read_from_the_file(home: Path) -> None:
    stored(home, {"auth": {"type": "API_KEY", "value": "pat", "new": 1}, "context": {"id": "u1"}, "new": []})
    assert ConfigFileCredential().get_access_token() == "pat"


def test_the_path_is_settled_when_the_credential_is_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(home, {"auth": {"value": "pat"}})
    credential = ConfigFileCredential()
    monkeypatch.setenv("KQH_CONFIG_FILE_PATH", "/elsewhere.json")
    assert credential.get_access_token() == "pat"


def test_the_file_of_the_former_name_counts_when_the_other_is_missing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(home, {"auth": {"value": "former"}}, tool="planqk")
    assert ConfigFileCredential().get_access_token() == "former"
    monkeypatch.setenv("KQH_CONFIG_FILE_PATH", str(home / "missing.json"))
    assert ConfigFileCredential().get_access_token() == "former"
    stored(home, "{")
    monkeypatch.delenv("KQH_CONFIG_FILE_PATH")
    assert refusal(ConfigFileCredential()) == "Failed to parse config file: Invalid JSON"


def test_a_file_that_is_missing_is_named(home: Path) -> None:
    path = home / ".config" / "qhubctl" / "config.json"
    assert refusal(ConfigFileCredential()) == f"Config file at {path} does not exist"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "Invalid JSON"),
        ("", "Invalid JSON"),
        ("{}", "Missing expected value - 'auth'"),
        ('{"auth": null}', "Missing expected value - 'auth'"),
        ('{"auth": {}}', "Missing expected value - 'value'"),
        ('{"auth": {"value": null}}', "Missing expected value - 'value'"),
        ('{"auth": {"value": ""}}', "Missing expected value - 'value'"),
        ('{"auth": {"value": 5}}', "Expected `str | null`, got `int` - at `$.auth.value`"),
        ("[]", "Expected `object`, got `array`"),
    ],
)
def test_a_file_without_a_token_says_why(home: Path, content: str, reason: str) -> None:
    stored(home, content)
    assert refusal(ConfigFileCredential()) == f"Failed to parse config file: {reason}"


def test_what_is_in_a_broken_file_is_not_shown(home: Path) -> None:
    secret = f"pat-{os.getpid()}"
    stored(home, {"auth": {"value": [secret]}})
    with pytest.raises(CredentialUnavailableError) as refused:
        ConfigFileCredential().get_access_token()
    shown = refused.traceback.filter(lambda entry: entry.path != Path(__file__))
    assert len(shown) == 1
    assert secret not in str([refused.value, refused.value.__context__, shown[0].locals])


def test_a_file_that_cannot_be_read_says_why(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    stored(home, {"auth": {"value": "pat"}})
    monkeypatch.setattr(Path, "read_bytes", refuse)  # whoever runs the tests may be allowed to read everything
    assert refusal(ConfigFileCredential()) == "Failed to parse config file: Permission denied"


def test_code_wins_over_the_environment_and_that_over_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(home, {"auth": {"value": "from the file"}})
    assert DefaultCredentialsProvider().get_access_token() == "from the file"
    monkeypatch.setenv("KQH_PERSONAL_ACCESS_TOKEN", "from the environment")
    assert DefaultCredentialsProvider("").get_access_token() == "from the environment"
    assert DefaultCredentialsProvider("from code").get_access_token() == "from code"
    assert DefaultCredentialsProvider(access_token="from code").get_access_token() == "from code"


def test_no_token_anywhere_is_an_error_and_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "gatepost"):
        assert refusal(DefaultCredentialsProvider()) == "DefaultCredentialsProvider failed to retrieve an access token"
    levels = [(record.levelname, record.getMessage().partition(":")[0]) for record in caplog.records]
    assert levels == [
        ("DEBUG", "StaticCredential"),
        ("DEBUG", "EnvironmentCredential"),
        ("DEBUG", "ConfigFileCredential"),
        ("WARNING", "DefaultCredentialsProvider failed to retrieve an access token"),
    ]


def test_the_error_advises_by_itself() -> None:
    assert str(CredentialUnavailableError()) == (
        "Credentials not found. Please set your personal access token as parameter, in the environment, "
        "or use 'qhubctl login' to authenticate."
    )


def test_a_client_takes_the_token_that_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KQH_PERSONAL_ACCESS_TOKEN", "found")
    with (
        scripted(answer(json={"id": "u1"})) as server,
        HubUserClient(base_url=server.url, api_key=DefaultCredentialsProvider().get_access_token()) as hub,
    ):
        hub.user_settings.get_current_user()
    assert server.requests[0].headers["x-auth-token"] == "found"
