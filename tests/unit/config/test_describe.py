from pathlib import Path
from typing import Any

from gatepost.server.config import ImageSettings, LimitSettings, Loaded, Settings, effective, load, reference
from gatepost.server.config.fields import leaves

REFERENCE_PAGE = Path(__file__).parents[3] / "docs/reference/settings.md"
LEAVES = leaves(Settings)


def shown(loaded: Loaded) -> dict[str, Any]:
    return {key: value for key, value, _ in effective(loaded)}


def test_a_secret_is_shown_to_nobody_who_does_not_ask() -> None:
    loaded = load(None, {"GATEPOST_MAIL__USERNAME": "u", "GATEPOST_MAIL__PASSWORD": "geheim"}, {})

    assert loaded.settings.mail.password.reveal() == "geheim"
    assert "geheim" not in f"{loaded!r} {loaded.settings.mail.password}"
    assert shown(loaded)["mail.password"] == "********"
    assert shown(load(None, {}, {}))["mail.password"] == ""


def test_the_reference_page_is_current() -> None:
    assert REFERENCE_PAGE.read_text(encoding="utf-8") == reference()


def test_the_reference_page_names_every_setting_with_its_variable_and_meaning() -> None:
    rows = reference().splitlines()

    for leaf in LEAVES.values():
        name = leaf.key.rpartition(".")[2]
        assert any(
            row.startswith(f"| `{name}` | {leaf.expected} |")
            and row.endswith(f"| `{leaf.variable}` | {leaf.description} |")
            for row in rows
        ), leaf.key


def test_the_example_of_the_reference_page_loads() -> None:
    example = reference().partition("```toml\n")[2].partition("```")[0]

    Path("gatepost.toml").write_text(example)
    loaded = load(None, {"GATEPOST_MAIL__PASSWORD": "x"}, {})

    assert loaded.settings.public_url == "https://accounts.example.org"
    assert loaded.settings.images == ImageSettings()
    assert loaded.settings.limits == LimitSettings()


def test_effective_values_print_on_one_line() -> None:
    lines = {setting.key: setting.text for setting in effective(load(None, {}, {"server.trusted_proxies": ["::1"]}))}

    assert lines["server.trusted_proxies"] == '["::1"]'
    assert lines["registration.verify_email"] == "true"
