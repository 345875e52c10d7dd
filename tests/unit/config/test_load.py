import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.config import Loaded, OidcProvider, ServerSettings, Settings, effective, load
from gatepost.server.config.fields import Leaf, bare, fewest, is_mapping, item_of, leaves, metas, note
from gatepost.server.config.kinds import Network

REPOSITORY = Path(__file__).parents[3]
LEAVES = leaves(Settings)
PROVIDER = {"name": "company", "issuer": "https://login.example.org", "audience": ["gatepost"]}


def from_toml(text: str) -> Loaded:
    Path("gatepost.toml").write_text(text, encoding="utf-8")
    return load(None, {}, {})


def shown(loaded: Loaded) -> dict[str, Any]:
    return {key: value for key, value, _ in effective(loaded)}


def test_nothing_given_is_the_defaults() -> None:
    loaded = load(None, {}, {})

    assert loaded.settings.server == ServerSettings()
    assert loaded.settings.data == Path("gatepost-data")
    assert dict(loaded.origin) == dict.fromkeys(LEAVES, "default")


def test_each_source_overrides_the_one_before_it() -> None:
    Path("gatepost.toml").write_text("[server]\nport = 1\nworkers = 1\ndrain_seconds = 1\n")
    environ = {"GATEPOST_SERVER__WORKERS": "2", "GATEPOST_SERVER__DRAIN_SECONDS": "2"}

    loaded = load(None, environ, {"server.drain_seconds": 3})

    assert loaded.settings.server == ServerSettings(port=1, workers=2, drain_seconds=3)
    assert [loaded.origin[f"server.{name}"] for name in ("host", "port", "workers", "drain_seconds")] == [
        "default",
        "gatepost.toml",
        "GATEPOST_SERVER__WORKERS",
        "flag",
    ]


def test_flags_that_were_not_given_override_nothing() -> None:
    loaded = load(None, {"GATEPOST_SERVER__PORT": "81"}, {"server.port": None})

    assert loaded.settings.server.port == 81


def test_flags_may_be_paths(tmp_path: Path) -> None:
    assert load(None, {}, {"data": tmp_path}).settings.data == tmp_path


def test_the_data_directory_may_start_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")

    assert from_toml('data = "~/accounts"').settings.data == Path("/home/somebody/accounts")


def test_a_named_file_is_read_instead_of_the_one_in_the_directory() -> None:
    Path("gatepost.toml").write_text("[server]\nport = 1\n")
    Path("other.toml").write_text("[server]\nworkers = 2\n")

    loaded = load(Path("other.toml"), {}, {})

    assert loaded.settings.server == ServerSettings(workers=2)
    assert loaded.origin["server.workers"] == "other.toml"


@pytest.mark.parametrize("text", ["10.0.0.0/8, ::1,", '["10.0.0.0/8", "::1"]'])
def test_a_list_in_the_environment_is_json_or_separated_by_commas(text: str) -> None:
    loaded = load(None, {"GATEPOST_SERVER__TRUSTED_PROXIES": text}, {})

    assert loaded.settings.server.trusted_proxies == ("10.0.0.0/8", "::1")


def test_providers_read_the_same_from_tables_and_from_json() -> None:
    tables = '[[oidc.providers]]\nname = "company"\nissuer = "https://login.example.org"\naudience = ["gatepost"]'
    environ = {"GATEPOST_OIDC__PROVIDERS": json.dumps([PROVIDER])}

    assert from_toml(tables).settings.oidc == load(None, environ, {}).settings.oidc
    assert load(None, environ, {}).settings.oidc.providers == (
        OidcProvider(name="company", issuer="https://login.example.org", audience=("gatepost",)),
    )


def test_every_default_is_within_its_own_limits() -> None:
    defaults = shown(load(None, {}, {}))

    assert shown(load(None, {}, defaults)) == defaults


def texts() -> st.SearchStrategy[str]:
    return st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=60)


def bounds(hint: Any) -> tuple[int, int]:
    lowest, highest = metas(hint)[0].ge, metas(hint)[0].le
    assert isinstance(lowest, int)
    assert isinstance(highest, int)
    return lowest, highest


def accepted(hint: Any) -> st.SearchStrategy[Any]:
    """Values that a setting of this type takes, in JSON types."""
    kind, item = bare(hint), item_of(hint)
    patterns = [meta.pattern for meta in metas(hint) if meta.pattern]
    if item is not None:
        return st.lists(accepted(item), min_size=fewest(hint), max_size=3)
    if is_mapping(hint):
        return st.dictionaries(texts(), texts(), max_size=3)
    if note(hint, "check") is note(Network, "check"):
        return st.ip_addresses().map(str)
    if patterns:
        return st.from_regex(
            patterns[0], fullmatch=True, alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"])
        )
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    plain = {int: lambda: st.integers(*bounds(hint)), bool: st.booleans}
    return plain.get(kind, texts)()


@st.composite
def choices(draw: st.DrawFn) -> tuple[Leaf, Any]:
    """A setting that stands alone, and a value for it."""
    together = {
        "mail.username",
        "mail.password",
        "oidc.providers",
        "dialects.homebox.oidc_provider",
        "database.listen_url",
    }
    leaf = draw(st.sampled_from([leaf for leaf in LEAVES.values() if leaf.key not in together]))
    values = accepted(leaf.hint)
    if leaf.key == "data":
        values = values.filter(lambda path: not path.startswith("~"))
    if leaf.key.startswith("dialects.") and leaf.key.endswith(".prefix"):
        values = values.filter(bool)
    return leaf, draw(values)


def toml(value: Any) -> str:
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "{" + ", ".join(f"{toml(name)} = {toml(inner)}" for name, inner in value.items()) + "}"


@given(choices())
def test_file_environment_and_flags_mean_the_same(choice: tuple[Leaf, Any]) -> None:
    leaf, value = choice
    text = value if isinstance(value, str) else json.dumps(value)

    by_file = from_toml(f"{leaf.key} = {toml(value)}")
    Path("gatepost.toml").unlink()
    by_variable = load(None, {leaf.variable: text}, {})
    by_flag = load(None, {}, {leaf.key: value})

    assert by_file.settings.server == by_variable.settings.server == by_flag.settings.server
    assert shown(by_file) == shown(by_variable) == shown(by_flag)
    assert leaf.key in {"data", "database.url"} or shown(by_file)[leaf.key] == value


def test_groups_read_the_same_from_a_table_and_from_json() -> None:
    by_file = from_toml('[oidc.groups]\nengineering = "0190"\n"a b" = "0191"')
    by_variable = load(None, {"GATEPOST_OIDC__GROUPS": '{"engineering": "0190", "a b": "0191"}'}, {})

    assert by_file.settings.oidc.groups == {"engineering": "0190", "a b": "0191"}
    assert by_file.settings.oidc == by_variable.settings.oidc


def test_a_provider_that_signs_people_in_needs_no_audience_and_shows_no_secret() -> None:
    client = {"name": "company", "issuer": "https://login.example.org", "client_id": "x", "client_secret": "geheim"}
    loaded = load(None, {"GATEPOST_OIDC__PROVIDERS": json.dumps([client])}, {})

    (provider,) = loaded.settings.oidc.providers
    assert provider.client_secret.reveal() == "geheim"
    assert provider.button == "Sign in with company"
    assert provider.scopes == ("openid", "profile", "email")
    assert "geheim" not in f"{loaded!r} {shown(loaded)}"
    assert shown(loaded)["oidc.providers"][0]["client_secret"] == "********"


def test_reading_the_settings_imports_nothing_but_msgspec() -> None:
    program = (
        "import msgspec, sys; before = set(sys.modules); import gatepost.server.config\n"
        "new = {name.partition('.')[0] for name in sys.modules.keys() - before}\n"
        "print(*new - sys.stdlib_module_names)"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=REPOSITORY,
    )

    assert loaded.stdout.split() == ["gatepost"]
