"""Lists in pages: the keys that lead from one to the next, and what they do not lead to."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatepost.server.domain.grants import Grant
from tests.kit.engines import Install
from tests.kit.site import Site, open_site
from tests.kit.vectara import FIELDS, USERS, bearer, check_refusal, oauth_client, target

ON_DOCS = frozenset({Grant("viewer", "corpus:docs")})


@pytest.fixture(scope="module")
def site(install: Install) -> Iterator[Site]:
    """Open a site of one's own, where nobody else makes accounts."""
    with open_site(install("pages")) as opened:
        yield opened


@pytest.fixture(scope="module")
def token(site: Site) -> str:
    return bearer(site.stage, oauth_client(site.stage, "owner"))


@pytest.fixture(scope="module", autouse=True)
def people(site: Site) -> list[str]:
    """Give the usernames of all, in order: an owner, and others of whom every other one has a role on a corpus."""
    site.stage.account("owner@example.org", roles=("owner",))
    for number in range(7):
        site.stage.account(f"page{number}@example.org", on_resources=ON_DOCS if number % 2 else frozenset())
    return [name for (name,) in site.stage.rows("SELECT username FROM accounts ORDER BY id")]


def page(site: Site, token: str, *query: str) -> dict[str, Any]:
    answer = site.ask(target("GET", token, USERS + f"?{'&'.join(query)}".encode()))
    assert answer.status == 200, answer.body
    body: dict[str, Any] = answer.json()
    assert list(body) == ["users", "metadata"]
    return body


def pages(site: Site, token: str, *query: str) -> list[list[str]]:
    """Give the usernames page by page."""
    found: list[list[str]] = []
    key = ""
    while not found or key:
        body = page(site, token, *query, f"page_key={key}")
        found.append([user["username"] for user in body["users"]])
        key = body["metadata"]["page_key"] or ""
    return found


def test_a_page_has_ten_users_unless_it_is_told_otherwise(data: Path) -> None:
    with open_site(data) as site:
        token = bearer(site.stage, oauth_client(site.stage, "owner"))
        assert pages(site, token) == [[]]
        for number in range(21):
            site.stage.account(f"p{number}@example.org")
        assert list(map(len, pages(site, token))) == [10, 10, 1]
        assert list(map(len, pages(site, token, "limit=100"))) == [21]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 8, 9])
def test_everybody_is_listed_once_and_no_page_is_empty(site: Site, token: str, people: list[str], limit: int) -> None:
    found = pages(site, token, f"limit={limit}")
    assert [name for some in found for name in some] == people
    assert all(found)


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_a_corpus_has_a_list_of_its_own(site: Site, token: str, limit: int) -> None:
    found = pages(site, token, f"limit={limit}", "corpus_key=docs")
    assert [name for some in found for name in some] == [
        "owner@example.org",
        *(f"page{n}@example.org" for n in (1, 3, 5)),
    ]
    assert all(found)


def test_a_user_on_a_page_is_the_one_that_is_found_alone(site: Site, token: str) -> None:
    for user in page(site, token, "limit=3")["users"]:
        assert list(user) == FIELDS
        assert site.ask(target("GET", token, USERS + f"/{user['username']}".encode())).json() == user


def test_who_is_deleted_meanwhile_breaks_no_list(site: Site, token: str, people: list[str]) -> None:
    site.stage.account("gone@example.org")
    key = page(site, token, f"limit={len(people)}")["metadata"]["page_key"]
    site.ask(target("DELETE", token, USERS + b"/gone@example.org"))
    assert page(site, token, f"page_key={key}") == {"users": [], "metadata": {"page_key": None}}


def key_of(site: Site, token: str, *query: str) -> str:
    key: str = page(site, token, "limit=1", *query)["metadata"]["page_key"]
    return key


def check_no_key(site: Site, token: str, key: str, *query: str) -> None:
    answer = site.ask(target("GET", token, USERS + f"?{'&'.join([f'page_key={key}', *query])}".encode()))
    assert list(check_refusal(answer, 400)["field_errors"]) == ["page_key"]


def test_a_key_fits_its_own_list_only(site: Site, token: str) -> None:
    everybody, docs = key_of(site, token), key_of(site, token, "corpus_key=docs")
    check_no_key(site, token, everybody, "corpus_key=docs")
    check_no_key(site, token, docs)
    check_no_key(site, token, docs, "corpus_key=doc")
    assert page(site, token, f"page_key={everybody}", "limit=2")["users"]


def test_a_key_tells_nothing(site: Site, token: str) -> None:
    key = key_of(site, token)
    opened = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    (first,) = site.stage.rows("SELECT id FROM accounts ORDER BY id LIMIT 1")[0]
    assert first.encode() not in opened


def test_a_key_that_was_changed_is_refused(site: Site, token: str) -> None:
    key = key_of(site, token)
    for place in range(0, len(key) - 1, 7):
        changed = "A" if key[place] != "A" else "B"
        check_no_key(site, token, key[:place] + changed + key[place + 1 :])
    for wrong in (
        key[:-4],
        key[4:],
        key + "AAAA",
        key * 2,
        "x",
        "eyJ%2B%2F%3D",
        key[:8] + "!" + key[8:],
        "%C3%BC",
        "%00",
        "A" * 3_000,
        "0",
    ):
        check_no_key(site, token, wrong)


def test_a_key_of_another_installation_is_refused(site: Site, token: str, data: Path) -> None:
    with open_site(data) as other:
        for number in range(2):
            other.stage.account(f"p{number}@example.org")
        key = key_of(other, bearer(other.stage, oauth_client(other.stage, "owner")))
    check_no_key(site, token, key)


def test_an_unknown_corpus_is_not_found_by_its_key(site: Site, token: str) -> None:
    answer = site.ask(target("GET", token, USERS + b"?corpus_key=nowhere"))
    assert check_refusal(answer, 404)["id"] == "nowhere"
