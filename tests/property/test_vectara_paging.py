"""Pages of a list that changes while it is read: who is there throughout is listed once, and nobody twice."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.strategies import steady
from tests.kit.site import Site
from tests.kit.vectara import USERS, target

_numbers = count(1)
_changes = st.lists(
    st.tuples(st.sampled_from(["add", "add", "remove", "remove", "give", "take"]), st.integers(0, 30)), max_size=4
)


class Town:
    """People who come and go, and have a role on one corpus or not; `members` maps each name to that."""

    def __init__(self, site: Site, token: str) -> None:
        self._site = site
        self._token = token
        self.corpus = f"c{next(_numbers)}"
        self.members: dict[str, bool] = {}
        self.add(True)

    def add(self, reads: bool) -> None:
        name = f"p{next(_numbers)}"
        self._ask("POST", body={"email": f"{name}@example.org", "username": name, "corpus_roles": self._roles(reads)})
        self.members[name] = reads

    def change(self, act: str, pick: int) -> None:
        names = list(self.members)[1:]  # the first stays: a corpus nobody has a role on is none
        if act == "add" or not names:
            return self.add(pick % 2 == 0)
        name = names[pick % len(names)]
        if act == "remove":
            self._ask("DELETE", USERS + b"/" + name.encode())
            del self.members[name]
        else:
            self.members[name] = act == "give"
            roles = {"corpus_roles": self._roles(act == "give")}
            self._ask("PATCH", USERS + b"/" + name.encode(), body=roles)
        return None

    def page(self, limit: int, page_key: str | None, filtered: bool) -> tuple[list[str], str | None]:
        """Read one page; nobody from another example is on it."""
        corpus = f"&corpus_key={self.corpus}" if filtered else ""
        asked = f"?limit={limit}{corpus}" + (f"&page_key={quote(page_key)}" if page_key else "")
        answer = self._ask("GET", USERS + asked.encode())
        key = answer["metadata"].get("page_key")
        assert answer["users"] or not key
        return [user["username"] for user in answer["users"]], key

    def listed(self, filtered: bool) -> set[str]:
        """Say who belongs into the list at this moment."""
        return {name for name, reads in self.members.items() if reads or not filtered}

    def leave(self) -> None:
        for name in self.members:
            self._ask("DELETE", USERS + b"/" + name.encode())

    def _roles(self, reads: bool) -> list[dict[str, str]]:
        return [{"corpus_key": self.corpus, "role": "viewer"}] if reads else []

    def _ask(self, method: str, path: bytes = USERS, body: Any = None) -> Any:
        answer = self._site.ask(target(method, self._token, path, body))
        assert answer.status in {200, 201, 204}, (method, path, answer)
        return answer.json() if answer.body else None


@pytest.fixture(scope="session")
def open_town(site: Site, token: str) -> Callable[[], Town]:
    return partial(Town, site, token)


@pytest.mark.parametrize("filtered", [False, True], ids=["everybody", "a corpus"])
@settings(steady, max_examples=40)
@given(people=st.lists(st.booleans(), max_size=12), limit=st.integers(1, 5), changes=st.lists(_changes, max_size=8))
def test_whoever_stays_is_listed_once(
    open_town: Callable[[], Town], filtered: bool, people: list[bool], limit: int, changes: list[Any]
) -> None:
    town = open_town()
    for reads in people:
        town.add(reads)
    throughout = town.listed(filtered)
    found, key = town.page(limit, None, filtered)
    pending = iter(changes)
    while key:
        for act, pick in next(pending, []):
            town.change(act, pick)
            throughout &= town.listed(filtered)
        page, key = town.page(limit, key, filtered)
        found += page
        assert len(set(found)) == len(found)
    assert throughout <= set(found)
    town.leave()
