from pathlib import Path

import limits
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.config import MailSettings, Secret, ServerSettings, Settings, load
from gatepost.server.config.fields import metas
from gatepost.server.config.kinds import HIDDEN, Rate


@pytest.mark.parametrize(
    ("server", "url"),
    [
        (ServerSettings(), "http://127.0.0.1:8080"),
        (ServerSettings(host="0.0.0.0", port=80), "http://localhost"),  # noqa: S104 - nothing is bound
        (ServerSettings(host="::", port=9000), "http://localhost:9000"),
        (ServerSettings(host="::1"), "http://[::1]:8080"),
        (ServerSettings(public_url="https://Accounts.example.org/"), "https://accounts.example.org"),
        (ServerSettings(public_url="https://accounts.example.org:443"), "https://accounts.example.org"),
        (ServerSettings(public_url="https://accounts.example.org:8443"), "https://accounts.example.org:8443"),
    ],
)
def test_the_public_address_is_the_origin_a_browser_names(server: ServerSettings, url: str) -> None:
    settings = Settings(server=server)

    assert settings.public_url == url
    assert settings.secure_cookies == url.startswith("https:")


def test_database_and_key_lie_in_the_data_directory() -> None:
    settings = Settings(data=Path("/srv/data"))

    assert settings.database_path == Path("/srv/data/gatepost.db")
    assert settings.key_path == Path("/srv/data/gatepost.key")


@pytest.mark.parametrize(("url", "path"), [("sqlite:///a/b.db", "a/b.db"), ("sqlite:////a/b.db", "/a/b.db")])
def test_a_database_address_has_a_relative_path_or_with_a_fourth_slash_an_absolute_one(url: str, path: str) -> None:
    assert load(None, {}, {"database.url": url}).settings.database_path == Path(path)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:geheim@one,two:5433/gatepost?sslmode=require",
        "postgresql://:geheim@[::1]/gatepost",
        "postgresql:///gatepost?host=/run/postgresql&password=geheim&user=ada",
        "postgresql://ada@one/gatepost?sslpassword=geheim",
    ],
)
def test_a_database_is_named_without_its_passwords(url: str) -> None:
    named = load(None, {}, {"database.url": url}).settings.database_name

    assert "geheim" not in named
    assert named.replace(HIDDEN, "geheim") == url


@given(st.from_regex(metas(Rate)[0].pattern or "", fullmatch=True))
def test_every_accepted_rate_means_something_to_the_limiter(rate: str) -> None:
    assert len(limits.parse_many(rate)) == rate.count(";") + 1


def test_an_empty_secret_counts_as_none() -> None:
    assert not Secret()
    assert Secret("x")
    assert not MailSettings().password


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        ServerSettings().port = 1  # type: ignore[misc]  # what is tested
