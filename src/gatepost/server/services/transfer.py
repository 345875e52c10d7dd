"""Accounts from and to other installations and systems, many at a time.

Theory of operation. Lines are taken by the batch. A batch is first stored as if nothing stood in its way: a few
statements run once for all its rows, at nearly the speed of the bare driver. When a unique key turns out to be
taken, that transaction has changed nothing, and the batch is stored again account by account, looking first. So
an import of new accounts pays nothing for the checks, and one that is run again skips what the first run stored.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from msgspec import UNSET, structs

from gatepost.server.domain import passwords
from gatepost.server.domain.accounts import State
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.grants import Grant
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.records import Newcomer, Record, line_of, newcomer, parse
from gatepost.server.domain.roles import Permission
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.grants import require_grantable
from gatepost.server.services.ports import Hasher, Service
from gatepost.server.store import accounts, directory
from gatepost.server.store.database import Duplicate, Transaction, transactional

BATCH = 5_000
"""Lines stored by one transaction; others who write wait for it, about a tenth of a second."""

PAGE = 1_000


class Refusal(NamedTuple):
    """A line that cannot become an account, counted from 1, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class Report:
    """What came of an import; an account whose e-mail there is already is skipped."""

    imported: int = 0
    skipped: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        """Count another report in."""
        self.imported += other.imported
        self.skipped += other.skipped
        self.refused += other.refused


class Line(NamedTuple):
    """A line that keeps every rule that can be checked without the database."""

    number: int
    account: Newcomer
    record: Record


@dataclass(frozen=True, slots=True)
class Transfer(Service):
    """Imports and exports accounts as lines of JSON; `hashes_at_once` passwords are hashed side by side."""

    hasher: Hasher
    min_password_length: int
    hashes_at_once: int

    async def take_in(
        self, principal: Principal, lines: Iterable[bytes], stored: Callable[[int], None] = lambda lines: None
    ) -> Report:
        """Store an account for each line that can become one; safe to repeat.

        `stored` is told after each batch how many lines it had. Reads the lines on the calling thread, and needs
        `accounts:write` and `accounts:transfer`.
        """
        principal.require(Permission.WRITE_ACCOUNTS)
        principal.require(Permission.TRANSFER_ACCOUNTS)
        report, numbered = Report(), enumerate(lines, start=1)
        while batch := list(islice(numbered, BATCH)):
            read = list(self._read(batch, report))
            for role in {role for line in read for role in line.record.roles}:
                require_grantable(principal, Grant(role))
            ready = await self._with_passwords(read, report)
            report.add(await self._store(principal, ready))
            stored(len(batch))
        report.refused.sort()
        return report

    def _read(self, batch: list[tuple[int, bytes]], report: Report) -> Iterator[Line]:
        now, ids = self.runtime.clock(), self.runtime.ids
        for number, text in batch:
            if text.isspace():
                continue
            try:
                parsed = parse(text)
                yield Line(number, newcomer(parsed, ids(), now), parsed)
            except Invalid as problem:
                report.refused.append(Refusal(number, problem.message))

    async def _with_passwords(self, lines: list[Line], report: Report) -> list[Line]:
        if not any(line.record.password for line in lines):
            return lines
        places = asyncio.Semaphore(self.hashes_at_once)
        hashed = await asyncio.gather(*(self._hashed(line, places, report) for line in lines))
        return [line for line in hashed if line is not None]

    async def _hashed(self, line: Line, places: asyncio.Semaphore, report: Report) -> Line | None:
        if not line.record.password:
            return line
        try:
            secret = passwords.accept(line.record.password, self.min_password_length, line.account)
        except Invalid as problem:
            report.refused.append(Refusal(line.number, problem.message))
            return None
        async with places:
            return line._replace(account=structs.replace(line.account, password_hash=await self.hasher.hash(secret)))

    async def _store(self, principal: Principal, lines: list[Line]) -> Report:
        if all(_is_kept_apart_by_keys(line.account) for line in lines):
            try:
                return await self._store_together(principal, lines)
            except Duplicate:
                pass
        return await self._store_one_by_one(principal, lines)

    @transactional
    async def _store_together(self, tx: Transaction, principal: Principal, lines: list[Line]) -> Report:
        await _insert(tx, lines)
        return await self._recorded(tx, principal, Report(imported=len(lines)))

    @transactional
    async def _store_one_by_one(self, tx: Transaction, principal: Principal, lines: list[Line]) -> Report:
        report = Report()
        for line in lines:
            if await _is_known(tx, line.account):
                report.skipped += 1
            elif reason := await _obstacle(tx, line.account):
                report.refused.append(Refusal(line.number, reason))
            else:
                await _insert(tx, [line])
                report.imported += 1
        return await self._recorded(tx, principal, report)

    async def _recorded(self, tx: Transaction, principal: Principal, report: Report) -> Report:
        if report.imported:
            actor, count = principal.account_id, report.imported
            await record(tx, self.runtime, actor, Action.IMPORTED, actor, accounts=count)
        return report

    async def give_out(self, principal: Principal, *, with_passwords: bool) -> AsyncIterator[list[bytes]]:
        """Give every account as a line, a page at a time, in the order of their ids.

        Needs `accounts:read`; `with_passwords` adds the password hashes and needs `accounts:transfer`
        too.
        """
        principal.require(Permission.READ_ACCOUNTS)
        if with_passwords:
            principal.require(Permission.TRANSFER_ACCOUNTS)
        roles, after = await self._roles(), ""
        while page := await self.database.all(accounts.export_page, after=after, limit=PAGE):
            yield [
                line_of(account, tuple(roles.get(account.id, ())), stored if with_passwords else UNSET)
                for account, stored in page
            ]
            after = page[-1][0].id

    async def _roles(self) -> dict[str, list[str]]:
        roles: dict[str, list[str]] = defaultdict(list)
        for account_id, role in await self.database.all(accounts.all_grants):
            roles[account_id].append(role)
        return roles


async def _insert(tx: Transaction, lines: list[Line]) -> None:
    await tx.run_many(accounts.insert_imported, (structs.asdict(line.account) for line in lines))
    grants = [{"id": line.account.id, "role": role} for line in lines for role in line.record.roles]
    await tx.run_many(accounts.grant, grants)
    await directory.add_many(tx, [line.account for line in lines if line.account.usable])


async def _is_known(tx: Transaction, account: Newcomer) -> bool:
    held = await tx.one(accounts.by_email, email_key=account.email_key)
    if held is None and account.state is State.UNVERIFIED:
        held = await tx.one(accounts.attempts_for, email_key=account.email_key)
    return held is not None


async def _obstacle(tx: Transaction, account: Newcomer) -> str | None:
    if await tx.one(accounts.by_id, id=account.id):
        return "There is an account with this id."
    return None if account.state is State.UNVERIFIED else await lifecycle.taken(tx, account)


def _is_kept_apart_by_keys(account: Newcomer) -> bool:
    """Tell whether unique keys alone find out that an account contradicts others.

    Attempts for an unconfirmed address claim none, and no key says that a username is the address of another.
    """
    own_name = account.username_key == account.email_key or "@" not in account.username_key
    return own_name and account.state is not State.UNVERIFIED
