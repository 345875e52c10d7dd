"""Whatever people do with groups, in whatever order: the promises of the rules hold, and a model agrees."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from gatepost.server import sealing
from gatepost.server.config import Settings
from gatepost.server.domain.accounts import Account
from gatepost.server.domain.clock import new_id, random_below
from gatepost.server.domain.errors import GatepostError
from gatepost.server.domain.groups import MemberRole
from gatepost.server.domain.principal import SYSTEM, Principal
from gatepost.server.hashing import HashPool
from gatepost.server.parts import assemble
from gatepost.server.services.administration import NewAccount
from gatepost.server.services.ports import Runtime
from gatepost.server.store.opening import open_database
from gatepost.server.store.statement import Query
from tests.kit.engines import Engine
from tests.service.conftest import Clock, World, acting

T = TypeVar("T")
PICK = st.integers(0, 10**6)
ROLES = st.sampled_from(MemberRole)
MOST = 5

_MEMBERSHIPS = Query("tests.memberships", "SELECT account_id, group_id, role, is_default FROM memberships", row=tuple)
_USES = Query("tests.uses", "SELECT id, uses FROM invitations", row=tuple)


class Groups(RuleBasedStateMachine):
    """People, each acting on a group that they may or may not be in."""

    def __init__(self, engine: Engine, hasher: HashPool) -> None:
        super().__init__()
        self.runner, self.installed = asyncio.Runner(), ExitStack()
        data = Path(self.installed.enter_context(TemporaryDirectory()))
        place = self.installed.enter_context(engine.install(data))
        self.database = self.runner.run(open_database(place))
        sealer = sealing.load_or_create(data / "gatepost.key")
        self.clock = Clock()
        runtime = Runtime(self.database, self.clock, new_id, random_below, sealer)
        self.world = World(assemble(Settings(), runtime, hasher), self.clock, self.database, place)
        self.people: list[Account] = []
        self.groups: list[str] = []
        self.invitations: list[tuple[str, str, str]] = []
        self.roles: dict[tuple[str, str], MemberRole] = {}
        self.uses: dict[str, int] = {}
        self.born = 0

    def teardown(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()
        self.installed.close()

    def run(self, asked: Coroutine[Any, Any, T]) -> T | None:
        """Give what came of a use case, None when it was refused."""
        self.clock.forward(1)
        try:
            return self.runner.run(asked)
        except GatepostError:
            return None

    def somebody(self, pick: int) -> Principal:
        return acting(self.people[pick % len(self.people)])

    def members(self, group_id: str) -> set[str]:
        return {account for account, group in self.roles if group == group_id}

    def owners(self, group_id: str) -> set[str]:
        return {account for account in self.members(group_id) if self.roles[account, group_id] is MemberRole.OWNER}

    @precondition(lambda self: len(self.people) < MOST)
    @rule()
    def arrive(self) -> None:
        self.born += 1
        account = self.run(self.world.parts.administration.create(SYSTEM, NewAccount(f"{self.born}@example.org")))
        assert account is not None
        self.people.append(account)

    @precondition(lambda self: self.people)
    @rule(pick=PICK)
    def enter(self, pick: int) -> None:
        me = self.somebody(pick)
        entered = self.run(self.world.parts.groups.enter(me))
        assert entered is not None
        if entered.group_id not in self.groups:
            assert not any(account == me.account_id for account, _ in self.roles)
            self._made(me, entered.group_id)

    @precondition(lambda self: self.people and len(self.groups) < MOST)
    @rule(pick=PICK)
    def make(self, pick: int) -> None:
        me = self.somebody(pick)
        group = self.run(self.world.parts.groups.create(me, "Group"))
        assert group is not None
        self._made(me, group.id)

    def _made(self, me: Principal, group_id: str) -> None:
        self.groups.append(group_id)
        self.roles[me.account_id, group_id] = MemberRole.OWNER

    @precondition(lambda self: self.groups and self.people)
    @rule(pick=PICK, group=PICK, uses=st.integers(1, 2))
    def invite(self, pick: int, group: int, uses: int) -> None:
        me, group_id = self.somebody(pick), self.groups[group % len(self.groups)]
        new = self.run(self.world.parts.invitations.create(me, group_id, uses))
        assert (new is not None) == (me.account_id in self.owners(group_id))
        if new is not None:
            self.invitations.append((new.invitation.id, group_id, new.raw))
            self.uses[new.invitation.id] = uses

    @precondition(lambda self: self.invitations and self.people)
    @rule(pick=PICK, invitation=PICK)
    def accept(self, pick: int, invitation: int) -> None:
        me, (id, group_id, raw) = self.somebody(pick), self.invitations[invitation % len(self.invitations)]
        joined = self.run(self.world.parts.invitations.accept(me, raw))
        can = self.uses.get(id, 0) > 0 and me.account_id not in self.members(group_id)
        assert (joined is not None) == can
        if joined is not None:
            self.uses[id] -= 1
            alone = not self.members(group_id)
            self.roles[me.account_id, group_id] = MemberRole.OWNER if alone else MemberRole.MEMBER

    @precondition(lambda self: self.groups and self.people)
    @rule(pick=PICK, group=PICK, other=PICK, role=ROLES)
    def change_role(self, pick: int, group: int, other: int, role: MemberRole) -> None:
        me, group_id = self.somebody(pick), self.groups[group % len(self.groups)]
        whom = self.somebody(other).account_id
        self.run(self.world.parts.groups.change_role(me, group_id, whom, role))
        owners = self.owners(group_id)
        if me.account_id in owners and whom in self.members(group_id) and owners != {whom}:
            self.roles[whom, group_id] = role

    @precondition(lambda self: self.groups and self.people)
    @rule(pick=PICK, group=PICK, other=PICK)
    def remove(self, pick: int, group: int, other: int) -> None:
        me, group_id = self.somebody(pick), self.groups[group % len(self.groups)]
        whom = self.somebody(other).account_id
        self.run(self.world.parts.groups.remove_member(me, group_id, whom))
        if me.account_id in self.owners(group_id) and whom != me.account_id:
            self.roles.pop((whom, group_id), None)

    @precondition(lambda self: self.groups and self.people)
    @rule(pick=PICK, group=PICK)
    def delete(self, pick: int, group: int) -> None:
        me, group_id = self.somebody(pick), self.groups[group % len(self.groups)]
        mine = {group for account, group in self.roles if account == me.account_id}
        self.run(self.world.parts.groups.delete(me, group_id))
        if me.account_id in self.owners(group_id) and len(mine) > 1:
            self.groups.remove(group_id)
            self._forget(lambda _, group: group == group_id)
            for id, of, _ in self.invitations:
                if of == group_id:
                    self.uses.pop(id, None)

    @precondition(lambda self: self.people)
    @rule(pick=PICK)
    def go(self, pick: int) -> None:
        me = self.somebody(pick)
        self.run(self.world.parts.profiles.delete_own(me))
        self.people = [account for account in self.people if account.id != me.account_id]
        self._forget(lambda account, _: account == me.account_id)
        for account, group_id, role, _ in self.runner.run(self.database.all(_MEMBERSHIPS)):
            if not self.owners(group_id):
                assert (account, group_id) in self.roles
                self.roles[account, group_id] = MemberRole(role)

    def _forget(self, gone: Callable[[str, str], bool]) -> None:
        self.roles = {place: role for place, role in self.roles.items() if not gone(*place)}

    @invariant()
    def the_store_agrees_with_the_model(self) -> None:
        stored = self.runner.run(self.database.all(_MEMBERSHIPS))
        assert {(account, group): role for account, group, role, _ in stored} == self.roles
        assert dict(self.runner.run(self.database.all(_USES))) == self.uses

    @invariant()
    def a_group_with_members_has_an_owner(self) -> None:
        assert all(self.owners(group_id) for group_id in self.groups if self.members(group_id))

    @invariant()
    def an_account_in_groups_has_one_default(self) -> None:
        stored = self.runner.run(self.database.all(_MEMBERSHIPS))
        defaults = [account for account, _, _, is_default in stored if is_default]
        assert sorted(defaults) == sorted({account for account, *_ in stored})


def test_the_promises_of_groups_hold_whatever_happens(engine: Engine, hasher: HashPool) -> None:
    class Here(Groups):
        def __init__(self) -> None:
            super().__init__(engine, hasher)

    run_state_machine_as_test(Here, settings=settings(max_examples=15, stateful_step_count=40, deadline=None))
