"""Pages of accounts, in the order of their ids: all that claim their names, and those with access to a resource.

Each is a merge of index ranges that are in this order already, so a page costs the same wherever it begins. Neither
shows sign-up attempts: nothing tells several for one address apart.
"""

from collections.abc import Iterable, Iterator

from gatepost.server.domain.accounts import Account, State
from gatepost.server.domain.roles import Permission, ResourceKind, roles_with
from gatepost.server.store.accounts import COLUMNS, account_of
from gatepost.server.store.statement import Query, query

_FIRST = "ORDER BY id LIMIT :limit"


def _merged(name: str, ranges: Iterable[str]) -> Query[Account]:
    """Merge ranges, of which PostgreSQL sees the order only where it is asked for."""
    ranges = tuple(ranges)
    return query(
        name,
        f"{' UNION ALL '.join(ranges)} {_FIRST}",
        account_of,
        postgresql=f"{' UNION ALL '.join(f'({each} {_FIRST})' for each in ranges)} {_FIRST}",
    )


def _claiming() -> Iterator[str]:
    for state in State:
        if state is not State.UNVERIFIED:
            yield f"SELECT {COLUMNS} FROM accounts WHERE state = '{state}' AND id > :after"


def _with_access() -> Iterator[str]:
    columns = COLUMNS.removeprefix("id, ")
    everywhere = [(role, "''") for role in roles_with(Permission.READ_CORPORA, ResourceKind.EVERYWHERE)]
    there = [(role, ":resource") for role in roles_with(Permission.READ_CORPORA, ResourceKind.CORPUS)]
    for role, resource in [*everywhere, *there]:
        # CROSS keeps SQLite from beginning with the accounts.
        yield (
            f"SELECT account_id AS id, {columns} FROM grants CROSS JOIN accounts WHERE id = account_id AND "
            f"role = '{role}' AND resource = {resource} AND account_id > :after AND state <> 'unverified'"
        )


page = _merged("roster.page", _claiming())
page_with_access = _merged("roster.page_with_access", _with_access())
"""Who may read a corpus; an account comes once for each role that lets it."""
