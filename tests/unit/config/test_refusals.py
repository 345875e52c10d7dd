import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.config import ConfigError, Settings, load
from gatepost.server.config.fields import Leaf, leaves

LEAVES = leaves(Settings)
PROVIDER = {"name": "company", "issuer": "https://login.example.org", "audience": ["gatepost"]}
NOTHING: Mapping[str, str] = {}


def refusal(toml: str = "", environ: Mapping[str, str] = NOTHING, flags: Mapping[str, object] = NOTHING) -> str:
    Path("gatepost.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(None, environ, flags)
    return str(caught.value)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[mail]\nhots = 'x'", '"mail.hots" in gatepost.toml is not a setting; the nearest is mail.host'),
        ("prot = 1", '"prot" in gatepost.toml is not a setting; the nearest is '),
        ("port = 1", '"port" in gatepost.toml is not a setting; the nearest is server.port or mail.port'),
        ("[kipu]\nprefix = '/k'", '"kipu" in gatepost.toml is not a setting; the nearest is '),
        ("[dialects.kipu]\npath = '/k'", "the nearest is dialects.kipu."),
        ("mail = 'smtp'", 'mail (gatepost.toml): expected a table, got "smtp"'),
        (
            "[[oidc.providers]]\nname = 'a'\nisuer = 'x'",
            '"oidc.providers[0].isuer" in gatepost.toml is not a setting; the nearest is oidc.providers[0].',
        ),
        (
            "[[oidc.providers]]\nname = 'a'",
            "oidc.providers[0].issuer (gatepost.toml) is missing: an address such as https://login.example.org/realm",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_one(toml: str, message: str) -> None:
    assert message in refusal(toml)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("GATEPOST_MAIL_HOST", "GATEPOST_MAIL__HOST"),
        ("GATEPOST_PORT", "GATEPOST_SERVER__PORT or GATEPOST_MAIL__PORT"),
        ("GATEPOST_LOG__LEVLE", "GATEPOST_LOG__LEVEL"),
        ("GATEPOST_", "GATEPOST_"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest_one(name: str, nearest: str) -> None:
    message = refusal(environ={name: "9"})

    assert message.startswith(f'"{name}" in the environment is not a setting; the nearest is {nearest}')


def test_an_unknown_flag_is_refused() -> None:
    assert refusal(flags={"prot": 1}).startswith('"prot" in flag is not a setting')


def test_variables_of_others_and_of_kubernetes_services_are_left_alone() -> None:
    environ = {
        "GATE": "1",
        "GATEPOST_SERVICE_HOST": "10.0.0.1",
        "GATEPOST_SERVICE_PORT_HTTP": "80",
        "GATEPOST_PORT": "tcp://10.0.0.1:80",
        "GATEPOST_PORT_80_TCP": "tcp://10.0.0.1:80",
        "GATEPOST_PORT_80_TCP_ADDR": "10.0.0.1",
        "GATEPOST_MAILER_SERVICE_HOST": "10.0.0.2",
    }

    assert set(load(None, environ, {}).origin.values()) == {"default"}


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[server]\nport = 0", "server.port (gatepost.toml): expected a whole number from 1 to 65535, got 0"),
        ('[server]\nport = "80"', 'a whole number from 1 to 65535, got "80"'),
        ("[server]\nport = true", "a whole number from 1 to 65535, got true"),
        (
            "[server]\nport = 99999999999999999999999",
            "a whole number from 1 to 65535, got 99999999999999999999999",
        ),
        ("[registration]\nverify_email = 1", "expected true or false, got 1"),
        ("[registration]\nmode = 'opne'", 'expected one of open, approval, invitation, closed, got "opne"'),
        (
            "[registration]\nallowed_domains = 'a.org'",
            'expected a list of: a domain such as example.org, got "a.org"',
        ),
        (
            "[registration]\nallowed_domains = ['a.org', '@b.org']",
            "registration.allowed_domains[1] (gatepost.toml)",
        ),
        (
            "[server]\ntrusted_proxies = ['10.0.0.0/33']",
            'a network such as 10.0.0.0/8 or an IP address, got "10.',
        ),
        (
            "[server]\npublic_url = 'https://a.org/x'",
            "expected an address such as https://accounts.example.org",
        ),
        ("[server]\nhost = '127.0.0.1:80'", "expected a host name or IP address, without a port"),
        (
            "[database]\nurl = 'postgresql://a:p@ss@h/d'",
            "of a password as %40 …), or empty",
        ),
        ("[database]\nurl = 'postgresql://a:p/ss@h/d'", "expected sqlite:///path, postgresql://role@host/database"),
        ("[database]\nurl = 'sqlite:///:memory:'", "expected sqlite:///path, postgresql://role@host/database"),
        (
            "[passwords]\nmin_length = 7",
            "passwords.min_length (gatepost.toml): expected a whole number from 8",
        ),
        ("[limits]\nmail_per_address = '0/hour'", "expected a rate such as 5/minute"),
        ("[limits]\nmail_per_address = 'often'", "expected a rate such as 5/minute"),
        ("[dialects.kipu]\nprefix = '/kipu/'", "expected a path such as /kipu that ends without a slash"),
        ("[mail]\nsender = 'Gatepost'", "expected a mail address such as"),
        ("[branding]\nname = 2026-01-01", "expected text of 1 to 60 characters, got a date"),
        ('[branding]\nname = "A\\nBcc: x@y.z"', "without control characters"),
        ("data = ''", 'data (gatepost.toml): expected a directory, got ""'),
        ("data = '~nobody-of-this-name/x'", "data (gatepost.toml): expected a directory"),
        ("data = {}", "data (gatepost.toml): expected a directory, got a table"),
        ("[oidc]\nproviders = 'x'", "oidc.providers (gatepost.toml): expected a list of tables"),
        (
            "[[oidc.providers]]\nname = 'a'\nissuer = 'https://a.org'\nscopes = []",
            "oidc.providers[0].scopes (gatepost.toml): expected a non-empty list of: a scope such as openid",
        ),
        ("[oidc]\ngroups = 'x'", 'oidc.groups (gatepost.toml): expected a table of texts, got "x"'),
        ("[oidc.groups]\na = 1", "oidc.groups.a (gatepost.toml): expected text, got 1"),
        ("[oidc]\nproviders = ['x']", "oidc.providers[0] (gatepost.toml): expected a table"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_expected(toml: str, message: str) -> None:
    assert message in refusal(toml)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_tokens_that_anyone_could_sign_are_never_accepted(algorithm: str) -> None:
    providers = json.dumps([PROVIDER | {"algorithms": [algorithm]}])

    message = refusal(environ={"GATEPOST_OIDC__PROVIDERS": providers})

    assert message.startswith("oidc.providers[0].algorithms[0] (GATEPOST_OIDC__PROVIDERS): expected one of RS256")


CONTRADICTORY: list[tuple[dict[str, object], str]] = [
    ({"dialects.homebox.oidc_provider": "company"}, "dialects.homebox.oidc_provider (flag): expected the name of a"),
    ({"mail.username": "u"}, "mail.password (default): expected a value"),
    ({"mail.password": "p"}, "mail.username (default): expected a value"),
    (
        {"registration.allowed_domains": "a.org", "registration.verify_email": False},
        "registration.verify_email (flag): expected true, because registration.allowed_domains limits nobody",
    ),
    ({"dialects.kipu.prefix": ""}, "dialects.kipu.prefix (flag): expected a path such as /kipu"),
    ({"dialects.ubiops.prefix": ""}, "dialects.ubiops.prefix (flag): expected a path such as /ubiops"),
    (
        {"dialects.ubiops.prefix": "/kipu/user-service"},
        "dialects.ubiops.prefix (flag): expected another path than that of dialects.kipu",
    ),
    ({"oidc.providers": [PROVIDER, PROVIDER | {"issuer": "https://b.org"}]}, "providers that differ in name"),
    ({"oidc.providers": [PROVIDER, PROVIDER | {"name": "b"}]}, "providers that differ in issuer"),
    ({"oidc.providers": [PROVIDER | {"audience": []}]}, "client_id to sign people in, audience"),
    (
        {"oidc.providers": [PROVIDER | {"client_secret": "x"}]},
        "client_id beside client_secret, in the provider company",
    ),
    ({"oidc.providers": [PROVIDER | {"scopes": ["email"]}]}, "openid among the scopes"),
    (
        {"oidc.providers": [PROVIDER | {"verify_email": False}]},
        "verify_email = true, because registration.verify_email",
    ),
]


@pytest.mark.parametrize(("flags", "message"), CONTRADICTORY)
def test_settings_that_contradict_each_other_are_refused(flags: dict[str, object], message: str) -> None:
    assert message in refusal(flags=flags)


def test_what_contradicts_alone_may_be_right_together() -> None:
    flags = {
        "mail.username": "u",
        "mail.password": "p",
        "dialects.kipu.prefix": "",
        "dialects.kipu.host": "k.org",
    }

    assert load(None, {}, flags).settings.mail.password.reveal() == "p"


@pytest.mark.parametrize("text", ["[", "[" * 100_000, "{}", "x"])
def test_a_list_that_is_neither_json_nor_of_tables_is_refused(text: str) -> None:
    message = refusal(environ={"GATEPOST_OIDC__PROVIDERS": text})

    assert message.startswith("oidc.providers")
    assert "(GATEPOST_OIDC__PROVIDERS): expected a" in message


@pytest.mark.parametrize("content", [b"port = ", b"\xff", b"a = 1\na = 2", b"a = " + b"[" * 100_000])
def test_a_file_that_is_not_toml_is_refused(content: bytes) -> None:
    Path("gatepost.toml").write_bytes(content)

    with pytest.raises(ConfigError, match=r"^gatepost\.toml is not valid TOML: "):
        load(None, {}, {})


def test_a_named_file_must_be_there() -> None:
    with pytest.raises(ConfigError, match=r"^absent\.toml cannot be read: No such file"):
        load(Path("absent.toml"), {}, {})


@given(leaf=st.sampled_from(list(LEAVES.values())), text=st.text() | st.text("[]{},\"'1eE-\ud800\n", max_size=9))
def test_any_text_in_a_variable_is_taken_or_refused_in_one_line(leaf: Leaf, text: str) -> None:
    try:
        load(None, {leaf.variable: text}, {})
    except ConfigError as error:
        message = str(error)
        assert leaf.key in message or leaf.key in ("mail.username", "mail.password")
        assert message.isprintable()


@given(key=st.sampled_from(list(LEAVES)), data=st.data())
def test_a_letter_left_out_of_a_key_is_never_ignored(key: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(key) - 1))

    with pytest.raises(ConfigError, match="is not a setting; the nearest is"):
        load(None, {}, {key[:at] + key[at + 1 :]: 1})


@pytest.mark.parametrize(
    "toml",
    [
        '[mail]\npassword = "4711\\n"',
        "[mail]\npassword = 4711",
        "[database]\nurl = 'postgresql://gatepost:4711@@db/gatepost'",
        "[oidc]\nproviders = [{name = 'A', client_secret = '4711'}]",
    ],
)
def test_a_secret_is_not_part_of_a_refusal(toml: str) -> None:
    assert "4711" not in refusal(toml)
