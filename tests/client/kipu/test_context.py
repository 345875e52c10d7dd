"""For whom the command-line tool works, end of section 5 of the contract."""

from pathlib import Path

import pytest

from gatepost.kipu.context import Context, ContextResolver

WHOLE = '{"context": {"id": "o1", "displayName": "Ada", "isOrganization": true, "role": "r", "accountType": "t"}}'


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the path of a configuration that is not there, in an environment that names no organization."""
    for name in ("KQH_ORGANIZATION_ID", "PLANQK_ORGANIZATION_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KQH_CONFIG_FILE_PATH", str(tmp_path / "config.json"))
    return tmp_path / "config.json"


def test_the_context_is_read_from_the_file(file: Path) -> None:
    file.write_text(WHOLE)
    assert ContextResolver().get_context() == Context(
        id="o1", display_name="Ada", is_organization=True, role="r", account_type="t"
    )


def test_no_file_has_no_context() -> None:
    assert ContextResolver().get_context() is None


@pytest.mark.parametrize("content", ["{}", '{"context": null}', '{"auth": {"value": "pat"}}'])
def test_a_file_may_have_no_context(file: Path, content: str) -> None:
    file.write_text(content)
    assert ContextResolver().get_context() is None


@pytest.mark.parametrize("content", ["{", '{"context": {"id": 5}}', '{"context": []}'])
def test_a_broken_file_is_an_error(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(ValueError, match=r"Invalid JSON|Expected"):
        ContextResolver().get_context()


def test_only_an_organization_has_its_id() -> None:
    assert Context(id="o1", is_organization=True).get_organization_id() == "o1"
    assert Context(id="u1", is_organization=False).get_organization_id() is None
    assert Context(id="u1").get_organization_id() is None


def test_the_environment_names_the_organization_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANQK_ORGANIZATION_ID", "former")
    assert Context(id="o1", is_organization=True).get_organization_id() == "former"
    monkeypatch.setenv("KQH_ORGANIZATION_ID", "present")
    assert Context().get_organization_id() == "present"
