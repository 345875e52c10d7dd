"""Accounts and the roles they hold."""

from typing import Any

from gatepost.server.domain.accounts import Account, Overview, Person, State
from gatepost.server.store.database import Transaction
from gatepost.server.store.statement import Row, command, fill, placeholders, query, scalar

BATCH = 200
"""How many ids `overviews` takes at once."""

COLUMNS = (
    "id, email, username, first_name, last_name, state, disabled, email_verified, current_position, homepage, about, "
    "phone, description, created_at, updated_at, last_sign_in_at, version"
)


def account_of(row: Row) -> Account:
    """Read the columns of `COLUMNS`."""
    return Account(*row[:5], State(row[5]), bool(row[6]), bool(row[7]), *row[8:17])  # type: ignore[call-arg]  # 17 columns


def _with_password(row: Row) -> tuple[Account, str | None]:
    return account_of(row[:-1]), row[-1]


def _overview(row: Row) -> Overview:
    return Overview(*row)


def _pair(row: Row) -> tuple[str, str]:
    return row[0], row[1]


by_id = query("accounts.by_id", f"SELECT {COLUMNS} FROM accounts WHERE id = :id", account_of)

by_email = query(
    "accounts.by_email",
    f"SELECT {COLUMNS} FROM accounts WHERE email_key = :email_key AND state <> 'unverified'",
    account_of,
)

by_username = query(
    "accounts.by_username",
    f"SELECT {COLUMNS} FROM accounts WHERE username_key = :username_key AND state <> 'unverified'",
    account_of,
)

by_identity = query(
    "accounts.by_identity",
    f"SELECT {COLUMNS} FROM accounts "
    "WHERE id = (SELECT account_id FROM identities WHERE issuer = :issuer AND subject = :subject)",
    account_of,
)

attempts_for = query(
    "accounts.attempts_for",
    f"SELECT {COLUMNS} FROM accounts WHERE email_key = :email_key AND state = 'unverified' ORDER BY created_at DESC",
    account_of,
)

for_sign_in = query(
    "accounts.for_sign_in",
    f"SELECT {COLUMNS}, password_hash FROM accounts WHERE email_key = :name_key AND state <> 'unverified' "
    f"UNION ALL SELECT {COLUMNS}, password_hash FROM accounts WHERE username_key = :name_key "
    "AND state <> 'unverified' AND email_key <> :name_key LIMIT 1",
    _with_password,
)

password_of = query("accounts.password_of", "SELECT password_hash FROM accounts WHERE id = :id", scalar)

overview = query(
    "accounts.overview",
    "SELECT id, first_name, last_name FROM accounts WHERE id = :id AND state = 'active' AND NOT disabled",
    _overview,
)

overviews = query(
    "accounts.overviews",
    "SELECT id, first_name, last_name FROM accounts "
    f"WHERE id IN ({placeholders('id', BATCH)}) AND state = 'active' AND NOT disabled",
    _overview,
)

holder_of = query(
    "accounts.holder_of", "SELECT account_id FROM grants WHERE role = :role AND resource = '' LIMIT 1", scalar
)

usable_holders = query(
    "accounts.usable_holders",
    # CROSS keeps SQLite from beginning with the accounts, nearly all of which are active.
    "SELECT a.id, a.email FROM grants g CROSS JOIN accounts a "
    "WHERE a.id = g.account_id AND g.role = :role AND g.resource = '' AND a.state = 'active' AND NOT a.disabled",
    _pair,
)

all_grants = query(
    "accounts.all_grants",
    "SELECT account_id, role FROM grants WHERE resource = ''",
    _pair,
    scans="an export takes everything, and few accounts hold a role",
)

page = query("accounts.page", f"SELECT {COLUMNS} FROM accounts WHERE id > :after ORDER BY id LIMIT :limit", account_of)

page_in_state = query(
    "accounts.page_in_state",
    f"SELECT {COLUMNS} FROM accounts WHERE state = :state AND id > :after ORDER BY id LIMIT :limit",
    account_of,
)

export_page = query(
    "accounts.export_page",
    f"SELECT {COLUMNS}, password_hash FROM accounts WHERE id > :after ORDER BY id LIMIT :limit",
    _with_password,
)

insert = command(
    "accounts.insert",
    "INSERT INTO accounts (id, email, email_key, username, username_key, first_name, last_name, password_hash, state, "
    "disabled, email_verified, phone, description, created_at, updated_at, version) VALUES (:id, :email, :email_key, "
    ":username, :username_key, :first_name, :last_name, :password_hash, :state, :disabled, :email_verified, :phone, "
    ":description, :now, :now, 1)",
)

insert_imported = command(
    "accounts.insert_imported",
    "INSERT INTO accounts (id, email, email_key, username, username_key, first_name, last_name, password_hash, state, "
    "disabled, email_verified, current_position, homepage, about, phone, description, created_at, updated_at, version) "
    "VALUES (:id, :email, :email_key, :username, :username_key, :first_name, :last_name, :password_hash, :state, "
    ":disabled, :email_verified, :current_position, :homepage, :about, :phone, :description, :created_at, "
    ":updated_at, 1)",
)

set_state = command(
    "accounts.set_state",
    "UPDATE accounts SET state = :state, email_verified = :email_verified, updated_at = :now, version = version + 1 "
    "WHERE id = :id",
)

set_disabled = command(
    "accounts.set_disabled",
    "UPDATE accounts SET disabled = :disabled, updated_at = :now, version = version + 1 WHERE id = :id",
)

set_password = command(
    "accounts.set_password",
    "UPDATE accounts SET password_hash = :password_hash, updated_at = :now, version = version + 1 WHERE id = :id",
)

set_names = command(
    "accounts.set_names",
    "UPDATE accounts SET email = :email, email_key = :email_key, username = :username, username_key = :username_key, "
    "first_name = :first_name, last_name = :last_name, email_verified = :email_verified, updated_at = :now, "
    "version = version + 1 WHERE id = :id",
)

rehash = command(
    "accounts.rehash",
    "UPDATE accounts SET password_hash = :password_hash WHERE id = :id AND password_hash = :previous",
)

set_profile = command(
    "accounts.set_profile",
    "UPDATE accounts SET current_position = :current_position, homepage = :homepage, about = :about, phone = :phone, "
    "updated_at = :now, version = version + 1 WHERE id = :id",
)

set_description = command(
    "accounts.set_description",
    "UPDATE accounts SET description = :description, updated_at = :now, version = version + 1 WHERE id = :id",
)

signed_in = command("accounts.signed_in", "UPDATE accounts SET last_sign_in_at = :now WHERE id = :id")

delete = command("accounts.delete", "DELETE FROM accounts WHERE id = :id")

end_attempts = command(
    "accounts.end_attempts",
    "DELETE FROM accounts WHERE email_key = :email_key AND state = 'unverified' AND id <> :keep",
)

expire_attempts = command(
    "accounts.expire_attempts",
    "DELETE FROM accounts WHERE id IN "
    "(SELECT id FROM accounts WHERE state = 'unverified' AND created_at < :before LIMIT :portion)",
)

grant = command(
    "accounts.grant",
    "INSERT INTO grants (account_id, role, resource) VALUES (:id, :role, '') ON CONFLICT DO NOTHING",
)

touch_revision = command(
    "accounts.touch_revision",
    "UPDATE revisions SET value = value + 1 WHERE name = 'credentials'",
    # One row that every revocation changes would make them wait for each other; there it is the listeners who count.
    postgresql="SELECT pg_notify('gatepost_credentials', '')",
)


async def add(
    tx: Transaction,
    person: Person,
    *,
    id: str,
    now: int,
    state: State,
    email_verified: bool,
    password_hash: str | None,
    description: str | None = None,
) -> Account:
    """Store a new account and give it back; raises Duplicate when its e-mail or username is taken."""
    row = insert_row(person, id=id, now=now, state=state, email_verified=email_verified, password_hash=password_hash)
    await tx.run(insert, **row | {"description": description})
    account = await tx.one(by_id, id=id)
    assert account is not None  # noqa: S101  inserted by the statement before, in the same transaction
    return account


async def rename(tx: Transaction, person: Person, *, id: str, now: int, email_verified: bool) -> None:
    """Call an account what the person is called; raises Duplicate when the e-mail or username is taken."""
    await tx.run(
        set_names,
        id=id,
        email=person.email,
        email_key=person.email_key,
        username=person.username,
        username_key=person.username_key,
        first_name=person.first_name,
        last_name=person.last_name,
        email_verified=email_verified,
        now=now,
    )


def insert_row(
    person: Person, *, id: str, now: int, state: State, email_verified: bool, password_hash: str | None
) -> dict[str, Any]:
    """Give the parameters of `insert` for one new account."""
    return {
        "id": id,
        "email": person.email,
        "email_key": person.email_key,
        "username": person.username,
        "username_key": person.username_key,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "password_hash": password_hash,
        "state": state.value,
        "disabled": False,
        "email_verified": email_verified,
        "phone": person.phone,
        "description": None,
        "now": now,
    }


def batch_of(ids: list[str]) -> dict[str, str | None]:
    """Give the parameters of `overviews` for at most `BATCH` ids."""
    return fill("id", BATCH, ids)
