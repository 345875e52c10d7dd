"""Updates against a model: what is absent or null stays, what is there replaces, and a wrong update does nothing."""

from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.strategies import steady
from tests.kit.site import Site
from tests.kit.vectara import USERS, check_refusal, target

API = ["owner", "administrator", "billing_administrator", "corpus_viewer", "viewer"]
ALIASES = {"corpus_admin": "corpus_administrator", "query_writer": "viewer"}
CORPUS = ["owner", "administrator", "editor", "viewer"]
AGENT = ["agent_administrator", "agent_viewer", "agent_developer", "agent_user"]
KEYS = st.sampled_from(["one", "two", "a-b_c="])
WRONG = {
    "enabled": st.sampled_from(["maybe", 1, [], {}]),
    "description": st.sampled_from([5, True, [], "x" * 5_000]),
    "api_roles": st.sampled_from(["owner", ["king"], [None], [["owner"]], {"owner": 1}, 0]),
    "corpus_roles": st.sampled_from([["viewer"], [{}], [{"corpus_key": "k"}], [{"corpus_key": "k", "role": "king"}]]),
    "agent_roles": st.sampled_from([[{"agent_key": "a/b", "role": "agent_user"}], [None], "x", [{"role": "viewer"}]]),
}

Body = dict[str, Any]

_numbers = count(1)


def on(kind: str, roles: list[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    """Give roles on resources of one kind."""
    return st.lists(st.fixed_dictionaries({f"{kind}_key": KEYS, "role": st.sampled_from(roles)}), max_size=4)


RIGHT: dict[str, st.SearchStrategy[Any]] = {
    "enabled": st.booleans(),
    "description": st.text("aZ ü漢🙂'\"", min_size=1, max_size=20).map(str.strip).filter(bool),
    "api_roles": st.lists(st.sampled_from([*API, *ALIASES]), max_size=4),
    "corpus_roles": on("corpus", CORPUS),
    "agent_roles": on("agent", AGENT),
}
UNKNOWN = {"username": st.just("other"), "email": st.just("other@example.org"), "id": st.just("usr_1")}
"""What nobody can change: such members are left alone."""

_right = st.fixed_dictionaries({}, optional={name: values | st.none() for name, values in RIGHT.items()} | UNKNOWN)
_wrong = st.sampled_from(sorted(WRONG)).flatmap(lambda name: st.fixed_dictionaries({name: WRONG[name]}))
_updates = st.lists(
    st.tuples(_right, st.none() | _wrong).map(lambda pair: (pair[0] | (pair[1] or {}), pair[1])), max_size=6
)


def canonical(name: str, value: Any) -> Any:
    """Give a member as it is answered: roles once each, in an order that does not matter here."""
    if name == "api_roles":
        return sorted({ALIASES.get(role, role) for role in value})
    if name.endswith("_roles"):
        return sorted({tuple(sorted(role.items())) for role in value})
    return value


def after(state: Body, update: Body) -> Body:
    """Say what a right update makes of a user."""
    given = {name: value for name, value in update.items() if name in RIGHT}
    changes = {name: canonical(name, value) for name, value in given.items() if value is not None}
    cleared = {"description": None} if given.get("description", "") is None else {}
    return state | changes | cleared


def seen(user: Body) -> Body:
    return {name: canonical(name, user[name]) for name in RIGHT}


@settings(steady, max_examples=90)
@given(updates=_updates)
def test_updates_do_what_the_model_says(site: Site, token: str, updates: list[tuple[Body, Body | None]]) -> None:
    name = f"u{next(_numbers)}"
    path = USERS + b"/" + name.encode()
    user = site.ask(target("POST", token, body={"email": f"{name}@example.org", "username": name})).json()
    state = seen(user)
    for update, wrong in updates:
        answer = site.ask(target("PATCH", token, path, update))
        if wrong is None:
            state = after(state, update)
            assert (answer.status, seen(answer.json())) == (200, state)
        else:
            assert list(check_refusal(answer, 400)["field_errors"]) == list(wrong)
        found = site.ask(target("GET", token, path)).json()
        assert seen(found) == state
        assert [found[name] for name in ("id", "email", "username")] == [user[n] for n in ("id", "email", "username")]
    site.ask(target("PATCH", token, path, {"api_roles": []}))  # owners are not deleted
    assert site.ask(target("DELETE", token, path)).status == 204
