"""What roles allow, where, and what it takes to hand them out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.domain.errors import Forbidden, Invalid
from gatepost.server.domain.grants import KEY_LIMIT, Grant, granting, permissions_on
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.domain.roles import GRANTING, OWNER, ROLES, ROLES_ON, Permission, ResourceKind

KNOWN = [
    Grant(role, "" if kind is ResourceKind.EVERYWHERE else f"{kind.value}:one")
    for kind, roles in ROLES_ON.items()
    for role in roles
]
LONG = "corpus:" + "a" * (KEY_LIMIT + 1)


def holding(*grants: Grant) -> Principal:
    return Principal("me", CredentialKind.SESSION, grants=frozenset(grants))


def test_every_kind_of_resource_has_roles_and_a_permission_to_grant_them() -> None:
    assert ROLES_ON.keys() == GRANTING.keys() == set(ResourceKind)


def test_an_owner_may_do_everything_and_nobody_else_may() -> None:
    assert [role for role, held in ROLES.items() if held == frozenset(Permission)] == [OWNER]


def test_a_role_on_a_resource_allows_nothing_that_concerns_accounts_or_other_kinds() -> None:
    for kind in (ResourceKind.CORPUS, ResourceKind.AGENT):
        about = {permission.value.partition(":")[0] for held in ROLES_ON[kind].values() for permission in held}
        assert about == {"corpora" if kind is ResourceKind.CORPUS else "agents"}


def test_a_role_holds_on_its_resource_and_on_no_other() -> None:
    me = holding(Grant("editor", "corpus:docs"))
    me.require(Permission.WRITE_CORPORA, "corpus:docs")
    for resource in ("", "corpus:other", "corpus:doc", "agent:docs"):
        with pytest.raises(Forbidden):
            me.require(Permission.WRITE_CORPORA, resource)


def test_a_role_held_everywhere_holds_on_every_resource() -> None:
    holding(Grant("corpus_viewer")).require(Permission.READ_CORPORA, "corpus:docs")


def test_roles_add_up() -> None:
    held = [Grant("viewer", "corpus:docs"), Grant("agent_user")]
    assert permissions_on("corpus:docs", held) == {Permission.READ_CORPORA, Permission.USE_AGENTS}


@pytest.mark.parametrize("grant", [Grant("emperor"), Grant("owner", "planet:mars"), Grant("owner", ":"), Grant("", "")])
def test_what_is_unknown_allows_nothing(grant: Grant) -> None:
    assert grant.permissions == frozenset()
    assert holding(grant).permissions_on(grant.resource) == frozenset()


@pytest.mark.parametrize("grant", KNOWN, ids=str)
def test_a_known_role_takes_the_permission_of_its_kind(grant: Grant) -> None:
    assert grant.kind is not None
    assert granting(grant) is GRANTING[grant.kind]
    assert SYSTEM.covers(grant)
    assert not holding().covers(grant)


@pytest.mark.parametrize(
    "resource",
    [":", "corpus", "corpus:", "corpus:a b", "corpus:a/b", "corpus:ä", "corpus:a\n", "CORPUS:a", "group:a", LONG],
)
def test_what_is_no_resource_is_refused(resource: str) -> None:
    with pytest.raises(Invalid, match="a resource reads corpus:KEY or agent:KEY"):
        granting(Grant("owner", resource))


@pytest.mark.parametrize("grant", [Grant("editor"), Grant("agent_user", "corpus:a"), Grant("viewer", "agent:a")])
def test_a_role_of_another_kind_is_refused(grant: Grant) -> None:
    with pytest.raises(Invalid, match="there is no role"):
        granting(grant)


@given(held=st.sets(st.sampled_from(KNOWN)), more=st.sampled_from(KNOWN))
def test_who_covers_a_role_gains_nothing_by_it(held: set[Grant], more: Grant) -> None:
    me, richer = holding(*held), holding(*held, more)
    same = all(me.permissions_on(place) == richer.permissions_on(place) for place in ("", "corpus:one", "agent:one"))
    assert same or not me.covers(more)
