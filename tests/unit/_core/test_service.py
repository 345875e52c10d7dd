"""A remote API as one client sees it."""

from typing import Any

import httpx
import pytest
from rich.pretty import pretty_repr

from gatepost._core.service import adjusted, checked_base_url
from tests.unit._core.conftest import Remote


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api.example", "https://api.example"),
        ("https://api.example/", "https://api.example"),
        ("HTTPS://api.example/v1//", "HTTPS://api.example/v1"),
        ("http://127.0.0.1:8080/user-service", "http://127.0.0.1:8080/user-service"),
        ("http://[::1]:8080/a/", "http://[::1]:8080/a"),
        ("https://münchen.example/v1", "https://münchen.example/v1"),
    ],
)
def test_a_base_url_is_kept_without_the_slashes_at_its_end(url: str, kept: str) -> None:
    assert checked_base_url(url) == kept


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example",
        "api.example:8080/v1",
        "/v1",
        "//api.example",
        "ftp://api.example",
        "https://",
        "https:///v1",
        "https://api.example?tenant=a",
        "https://api.example/?",
        "https://api.example#",
        "https://api.example/#/users",
        "https://ann:s3cret@api.example",
        "ann:s3cret@api.example",
        "https://ann:s3cret@api.example:port/",
        "https://api.example:s3cret",
        "https://s3cret..example",
        "https://xn--",
        "https://s3cret\n.example",
    ],
)
def test_what_is_no_base_url_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError, match=r"^base_url must ") as failed:
        checked_base_url(url)
    assert "s3cret" not in repr((failed.value, failed.value.__cause__, failed.value.__context__))


@pytest.mark.parametrize("shown", [repr, str, pretty_repr, lambda service: repr([service])])
def test_no_view_of_a_service_shows_headers_for_the_caller_may_enter_by_them(remote: Remote, shown: Any) -> None:
    own = httpx.Client(headers={"X-Own": "s3cret"})
    text = shown(remote(client=own, headers={"X-Gateway": "s3cret"}))
    assert "s3cret" not in text
    assert "https://api.example/v1" in text


@pytest.mark.parametrize("setting", ["timeout", "max_retries"])
@pytest.mark.parametrize("value", [-1, -100])
def test_negative_patience_is_refused(remote: Remote, setting: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"^{setting} must be at least 0, not {value}$"):
        remote(**{setting: value})


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("base_url", httpx.URL("https://api.example"), "base_url must be a str, not URL"),
        ("log", "debug", "logging must be a logger or its settings, not str"),
        ("log", True, "logging must be a logger or its settings, not bool"),
        ("log", {"logger": "gatepost", "silent": False}, "logging must be a logger or its settings, not str"),
        ("headers", {"X-Tenant": 5}, "the header X-Tenant must be a str, not int"),
        ("timeout", "5", "not supported between instances of 'str' and 'int'"),
        ("max_retries", "5", "not supported between instances of 'str' and 'int'"),
    ],
)
def test_a_setting_of_another_type_is_refused_at_once(remote: Remote, setting: str, value: Any, reason: str) -> None:
    with pytest.raises(TypeError, match=reason):
        remote(**{setting: value})


def test_adjusting_leaves_what_is_not_given(remote: Remote) -> None:
    first = remote(timeout=5.0, max_retries=1, headers={"X-A": "a", "X-B": "b"})
    other = adjusted(first, None, None, {"X-B": None, "X-C": "c"})
    assert (other.timeout, other.max_retries) == (5.0, 1)
    assert {name for name in ("x-a", "x-b", "x-c") if name in other.headers} == {"x-a", "x-c"}
    assert {name for name in ("x-a", "x-b", "x-c") if name in first.headers} == {"x-a", "x-b"}
    assert (other.credential, other.log) == (first.credential, first.log)


def test_adjusting_to_zero_is_not_leaving_it(remote: Remote) -> None:
    other = adjusted(remote(timeout=5.0, max_retries=1), 0.0, 0, None)
    assert (other.timeout, other.max_retries) == (0.0, 0)
