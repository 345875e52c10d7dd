"""Roles over the wire: whatever people ask of each other's, an owner stays, and nobody rises by oneself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.domain.roles import ADMINISTRATOR, OWNER, ROLES_ON, Permission, ResourceKind
from gatepost.server.store import accounts
from tests.fuzz.strategies import steady
from tests.kit.backstage import Backstage, Member
from tests.kit.site import Site, open_site
from tests.kit.vectara import USERS, target

PEOPLE = 4
PICK = st.sampled_from(range(PEOPLE))
PLACES = ("", "corpus:one", "agent:one")

API_ROLES = st.lists(st.sampled_from(sorted(ROLES_ON[ResourceKind.EVERYWHERE])), max_size=2)
CORPUS_ROLES = st.lists(st.sampled_from(sorted(ROLES_ON[ResourceKind.CORPUS])), max_size=1)
AGENT_ROLES = st.lists(st.sampled_from(sorted(ROLES_ON[ResourceKind.AGENT])), max_size=1)
ROLES = st.fixed_dictionaries(
    {},
    optional={
        "api_roles": API_ROLES,
        "corpus_roles": CORPUS_ROLES.map(lambda roles: [{"corpus_key": "one", "role": role} for role in roles]),
        "agent_roles": AGENT_ROLES.map(lambda roles: [{"agent_key": "one", "role": role} for role in roles]),
    },
)
LAWFUL = {200, 201, 204, 400, 401, 403, 404, 409}

Rights = dict[str, frozenset[Permission]]


class Roles(RuleBasedStateMachine):
    """People with roles, who act on each other by their personal keys."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site
        self.stage: Backstage = site.stage
        self.people: list[Member] = []

    @initialize(more=API_ROLES)
    def arrive(self, more: list[str]) -> None:
        for roles in ((OWNER,), (ADMINISTRATOR,), (ADMINISTRATOR, "billing_administrator"), tuple(sorted(set(more)))):
            self.people.append(self.stage.member(roles=roles))

    def teardown(self) -> None:
        for (id,) in self.stage.rows("SELECT id FROM accounts"):
            self.erase(id)

    def erase(self, id: str) -> None:
        self.stage.write("DELETE FROM grants WHERE account_id = ?", id)
        self.stage.call(self.stage.parts.administration.delete, SYSTEM, id)

    def rights(self) -> list[Rights]:
        """Say what each of the people may do, and where."""
        return self.stage.call(self._rights, [self.stage.principal(one) for one in self.people])

    async def _rights(self, principals: list[Principal]) -> list[Rights]:
        grants = self.stage.parts.grants
        empowered = [await grants.empowered(principal) for principal in principals]
        return [{place: one.permissions_on(place) for place in PLACES} for one in empowered]

    def ask(self, pick: int, method: str, other: int | None = None, body: Any = None) -> int:
        path = USERS if other is None else USERS + b"/" + self.people[other].username.encode()
        answer = self.site.ask(target(method, None, path, body, x_api_key=self.people[pick].token))
        assert answer.status in LAWFUL, answer
        return answer.status

    def act(self, pick: int, other: int, method: str, body: Any = None) -> None:
        """Ask, and see that nobody rises above the actor, who does not rise and leaves alone who may do more."""
        before = self.rights()
        mine, theirs = before[pick], before[other]
        refused = self.ask(pick, method, other, body) >= 400
        after = self.rights()
        assert refused or all(theirs[place] <= mine[place] for place in PLACES)
        assert after == before or not refused
        assert all(after[other][place] <= theirs[place] | mine[place] for place in PLACES)
        assert all(after[pick][place] <= mine[place] for place in PLACES)

    @rule(pick=PICK, other=PICK, role=st.sampled_from([OWNER, ADMINISTRATOR, "viewer"]))
    def promote(self, pick: int, other: int, role: str) -> None:
        self.act(pick, other, "PATCH", {"api_roles": [role]})

    @rule(pick=PICK, other=PICK, roles=ROLES)
    def replace(self, pick: int, other: int, roles: dict[str, Any]) -> None:
        self.act(pick, other, "PATCH", roles)

    @rule(pick=PICK, other=PICK, enabled=st.booleans(), roles=ROLES)
    def set_enabled(self, pick: int, other: int, enabled: bool, roles: dict[str, Any]) -> None:
        self.act(pick, other, "PATCH", {"enabled": enabled, **roles})

    @rule(pick=PICK, other=PICK)
    def delete(self, pick: int, other: int) -> None:
        self.act(pick, other, "DELETE")
        if not self.stage.rows("SELECT 1 FROM accounts WHERE id = ?", self.people[other].id):
            self.people[other] = self.stage.member(roles=(ADMINISTRATOR,))

    @rule(pick=PICK, roles=ROLES)
    def create(self, pick: int, roles: dict[str, Any]) -> None:
        email = f"new.{self.people[pick].email}"
        if self.ask(pick, "POST", body={"email": email, **roles}) < 400:
            ((id,),) = self.stage.rows("SELECT id FROM accounts WHERE email = ?", email)
            mine = self.rights()[pick]
            (made,) = self.stage.call(self._rights, [Principal(id, CredentialKind.SESSION)])
            assert all(made[place] <= mine[place] for place in PLACES)
            self.erase(id)

    @invariant()
    def somebody_who_may_act_is_an_owner(self) -> None:
        if self.people:
            assert self.stage.call(self.stage.parts.grants.database.all, accounts.usable_holders, role=OWNER)


@pytest.fixture
def own_site(data: Path) -> Iterator[Site]:
    """Open a site whose only accounts are those of this test."""
    with open_site(data) as opened:
        yield opened


def test_the_promises_of_roles_hold_whatever_is_asked(own_site: Site) -> None:
    class Here(Roles):
        def __init__(self) -> None:
            super().__init__(own_site)

    run_state_machine_as_test(Here, settings=settings(steady, max_examples=10, stateful_step_count=25))
