"""Whatever people do with each other's roles, in whatever order: an owner stays, and nobody rises by oneself."""

import asyncio
from collections.abc import Coroutine
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from gatepost.server import sealing
from gatepost.server.config import Settings
from gatepost.server.domain.accounts import Account
from gatepost.server.domain.clock import new_id, random_below
from gatepost.server.domain.errors import GatepostError
from gatepost.server.domain.grants import Grant
from gatepost.server.domain.principal import SYSTEM, Principal
from gatepost.server.domain.roles import OWNER, ROLES, ROLES_ON, Permission, ResourceKind
from gatepost.server.hashing import HashPool
from gatepost.server.parts import assemble
from gatepost.server.services.administration import NewAccount
from gatepost.server.services.ports import Runtime
from gatepost.server.store import accounts
from gatepost.server.store.opening import open_database
from tests.kit.engines import Engine
from tests.service.conftest import Clock, World, acting

PEOPLE = 4
PICK = st.sampled_from(range(PEOPLE))
PLACES = ("", "corpus:one", "corpus:two", "agent:one")
KINDS = {"": ResourceKind.EVERYWHERE, "c": ResourceKind.CORPUS, "a": ResourceKind.AGENT}

P = Permission
DEPUTY = frozenset({P.GRANT_ROLES, P.READ_ACCOUNTS, P.WRITE_ACCOUNTS, P.READ_CORPORA})
CURATOR = frozenset({P.GRANT_ON_CORPORA, P.READ_CORPORA})
PARTIAL = [Grant("deputy"), Grant("curator", "corpus:one"), Grant("corpus_viewer"), Grant("viewer", "corpus:one")]
"""Who may grant without being able to do everything there, and what such may grant: no shipped role is like that."""

SHIPPED = [Grant(role, place) for place in PLACES for role in ROLES_ON[KINDS[place[:1]]]]
GRANTS = st.sampled_from(SHIPPED) | st.sampled_from(PARTIAL)
Rights = dict[str, frozenset[Permission]]


class Roles(RuleBasedStateMachine):
    """People with roles, who act on each other."""

    def __init__(self, engine: Engine, hasher: HashPool) -> None:
        super().__init__()
        self.runner, self.installed = asyncio.Runner(), ExitStack()
        data = Path(self.installed.enter_context(TemporaryDirectory()))
        place = self.installed.enter_context(engine.install(data))
        self.database = self.runner.run(open_database(place))
        sealer = sealing.load_or_create(data / "gatepost.key")
        runtime = Runtime(self.database, Clock(), new_id, random_below, sealer)
        self.world = World(assemble(Settings(), runtime, hasher), Clock(), self.database, place)
        self.people: list[Account] = []

    def teardown(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()
        self.installed.close()

    @initialize(held=st.frozensets(GRANTS, max_size=3))
    def arrive(self, held: frozenset[Grant]) -> None:
        for number, grants in enumerate([[Grant(OWNER)], PARTIAL[:1], PARTIAL[1:2], sorted(held)]):
            new = NewAccount(f"{number}@example.org")
            account = self.runner.run(self.world.parts.administration.create(SYSTEM, new))
            for grant in grants:
                self.runner.run(self.world.parts.grants.grant(SYSTEM, account.id, grant.role, grant.resource))
            self.people.append(account)

    def me(self, pick: int) -> Principal:
        return self.runner.run(self.world.parts.grants.empowered(acting(self.people[pick])))

    def rights(self, pick: int) -> Rights:
        return {place: self.me(pick).permissions_on(place) for place in PLACES}

    def act(self, pick: int, other: int, asked: Coroutine[Any, Any, object]) -> None:
        """Do it or be refused; either way nobody rises above what the actor may do, and the actor does not rise."""
        mine, before = self.rights(pick), [self.rights(number) for number in range(PEOPLE)]
        try:
            self.runner.run(asked)
        except GatepostError:
            assert [self.rights(number) for number in range(PEOPLE)] == before
        after = self.rights(other)
        for place in PLACES:
            assert after[place] <= before[other][place] | mine[place]
            assert before[other][place] <= after[place] | mine[place]
            assert self.rights(pick)[place] <= mine[place]

    @rule(pick=PICK, other=PICK, grant=GRANTS)
    def give(self, pick: int, other: int, grant: Grant) -> None:
        asked = self.world.parts.grants.grant(self.me(pick), self.people[other].id, grant.role, grant.resource)
        self.act(pick, other, asked)

    @rule(pick=PICK, other=PICK, grant=GRANTS)
    def take(self, pick: int, other: int, grant: Grant) -> None:
        asked = self.world.parts.grants.revoke(self.me(pick), self.people[other].id, grant.role, grant.resource)
        self.act(pick, other, asked)

    @rule(pick=PICK, other=PICK, wanted=st.frozensets(GRANTS, max_size=2), kind=st.sampled_from(ResourceKind))
    def replace(self, pick: int, other: int, wanted: frozenset[Grant], kind: ResourceKind) -> None:
        fitting = [grant for grant in wanted if grant.kind is kind]
        asked = self.world.parts.grants.replace(self.me(pick), self.people[other].id, kind, fitting)
        self.act(pick, other, asked)

    @rule(pick=PICK, other=PICK, disabled=st.booleans())
    def set_disabled(self, pick: int, other: int, disabled: bool) -> None:
        administration, id = self.world.parts.administration, self.people[other].id
        asked = administration.disable if disabled else administration.enable
        self.act(pick, other, asked(self.me(pick), id))

    @rule(pick=PICK, roles=st.frozensets(st.sampled_from(sorted(ROLES)), min_size=1, max_size=2))
    def make(self, pick: int, roles: frozenset[str]) -> None:
        me, new = self.me(pick), NewAccount(f"{new_id()}@example.org", roles=tuple(roles))
        try:
            made = self.runner.run(self.world.parts.administration.create(me, new))
        except GatepostError:
            return
        assert self.runner.run(self.world.parts.grants.empowered(acting(made))).permissions <= me.permissions

    @invariant()
    def somebody_who_may_act_is_an_owner(self) -> None:
        if self.people:
            assert self.runner.run(self.database.all(accounts.usable_holders, role=OWNER))


def test_the_promises_of_roles_hold_whatever_happens(
    engine: Engine, hasher: HashPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROLES_ON[ResourceKind.EVERYWHERE], "deputy", DEPUTY)
    monkeypatch.setitem(ROLES_ON[ResourceKind.CORPUS], "curator", CURATOR)

    class Here(Roles):
        def __init__(self) -> None:
            super().__init__(engine, hasher)

    run_state_machine_as_test(Here, settings=settings(max_examples=15, stateful_step_count=30, deadline=None))
