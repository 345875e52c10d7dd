"""Groups and who is in them."""

from gatepost.server.domain.groups import Group, Member, MemberRole, Membership
from gatepost.server.store.statement import Row, command, query, scalar

_GROUP = "g.id, g.name, g.currency, g.created_at, g.updated_at"
_MEMBERSHIP = "account_id, group_id, role, is_default, joined_at"


def _group(row: Row) -> Group:
    return Group(*row)


def _membership(row: Row) -> Membership:
    return Membership(row[0], row[1], MemberRole(row[2]), bool(row[3]), row[4])


def _member(row: Row) -> Member:
    return Member(row[0], row[1], row[2], row[3], row[4], MemberRole(row[5]))


by_id = query("groups.by_id", f"SELECT {_GROUP} FROM groups g WHERE g.id = :id", _group)

of_account = query(
    "groups.of_account",
    f"SELECT {_GROUP} FROM memberships m JOIN groups g ON g.id = m.group_id "
    "WHERE m.account_id = :account_id ORDER BY m.group_id",
    _group,
)

insert = command(
    "groups.insert",
    "INSERT INTO groups (id, name, currency, created_at, updated_at) VALUES (:id, :name, :currency, :now, :now)",
)

change = command(
    "groups.change", "UPDATE groups SET name = :name, currency = :currency, updated_at = :now WHERE id = :id"
)

delete = command("groups.delete", "DELETE FROM groups WHERE id = :id")

membership = query(
    "memberships.one",
    f"SELECT {_MEMBERSHIP} FROM memberships WHERE account_id = :account_id AND group_id = :group_id",
    _membership,
)

memberships_of = query(
    "memberships.of_account",
    f"SELECT {_MEMBERSHIP} FROM memberships WHERE account_id = :account_id ORDER BY group_id",
    _membership,
)

count_of_account = query(
    "memberships.count_of_account", "SELECT count(*) FROM memberships WHERE account_id = :account_id", scalar
)

default_of = query(
    "memberships.default_of",
    f"SELECT {_MEMBERSHIP} FROM memberships WHERE account_id = :account_id AND is_default",
    _membership,
)

members = query(
    "memberships.members",
    "SELECT a.id, a.email, a.username, a.first_name, a.last_name, m.role FROM memberships m JOIN accounts a "
    "ON a.id = m.account_id WHERE m.group_id = :group_id ORDER BY m.joined_at, m.account_id",
    _member,
)

member_ids = query("memberships.member_ids", "SELECT account_id FROM memberships WHERE group_id = :group_id", scalar)

owner_ids = query(
    "memberships.owner_ids",
    "SELECT account_id FROM memberships WHERE group_id = :group_id AND role = 'owner'",
    scalar,
)

# A plain condition on the state would let SQLite begin with all active accounts.
_USABLE = "CASE WHEN a.disabled THEN FALSE ELSE a.state = 'active' END"

heir = query(
    "memberships.heir",
    # Who may not act comes last: the others could wait for them forever.
    "SELECT m.account_id FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.group_id = :group_id "
    f"AND m.account_id <> :leaving ORDER BY {_USABLE} DESC, m.joined_at, m.account_id LIMIT 1",
    scalar,
)

owned_alone = query(
    "memberships.owned_alone",
    "SELECT m.group_id FROM memberships m WHERE m.account_id = :account_id AND m.role = 'owner' AND NOT EXISTS "
    "(SELECT 1 FROM memberships o JOIN accounts a ON a.id = o.account_id WHERE o.group_id = m.group_id "
    f"AND o.role = 'owner' AND o.account_id <> m.account_id AND {_USABLE})",
    scalar,
)

join = command(
    "memberships.insert",
    "INSERT INTO memberships (account_id, group_id, role, is_default, joined_at) "
    "VALUES (:account_id, :group_id, :role, :is_default, :now)",
)

set_role = command(
    "memberships.set_role",
    "UPDATE memberships SET role = :role WHERE account_id = :account_id AND group_id = :group_id",
)

leave = command("memberships.delete", "DELETE FROM memberships WHERE account_id = :account_id AND group_id = :group_id")

leave_all = command("memberships.delete_of_account", "DELETE FROM memberships WHERE account_id = :account_id")

choose_default = command(
    "memberships.choose_default",
    # The oldest group of those that are left, for an account that has no default.
    "UPDATE memberships SET is_default = TRUE WHERE account_id = :account_id AND group_id = "
    "(SELECT min(group_id) FROM memberships WHERE account_id = :account_id) AND NOT EXISTS "
    "(SELECT 1 FROM memberships WHERE account_id = :account_id AND is_default)",
)
