"""How accounts, tokens, clients, mails and events look in `--json`, and in short for people."""

from typing import Any

from gatepost.cli.output import iso
from gatepost.server.domain.accounts import Account
from gatepost.server.domain.clients import Client
from gatepost.server.domain.tokens import AccessToken
from gatepost.server.store.audit import Event
from gatepost.server.store.outbox import StoredMail


def account_json(account: Account, roles: list[str] | None = None) -> dict[str, Any]:
    """Give an account for programs, with its roles where they are asked for."""
    shape = {
        "id": account.id,
        "email": account.email,
        "username": account.username,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "state": account.state.value,
        "disabled": account.disabled,
        "email_verified": account.email_verified,
        "current_position": account.current_position,
        "homepage": account.homepage,
        "about": account.about,
        "phone": account.phone,
        "description": account.description,
        "created_at": iso(account.created_at),
        "updated_at": iso(account.updated_at),
        "last_sign_in_at": iso(account.last_sign_in_at),
    }
    return shape if roles is None else shape | {"roles": roles}


def standing(account: Account) -> str:
    """Say in one or two words whether the account may act."""
    return f"{account.state.value}, disabled" if account.disabled else account.state.value


def full_name(account: Account) -> str:
    """Join what there is of first and last name."""
    return " ".join(filter(None, (account.first_name, account.last_name)))


def token_json(token: AccessToken) -> dict[str, Any]:
    """Give a token for programs; `expires_at` is the last day on which it is valid (UTC)."""
    return {
        "id": token.id,
        "account_id": token.account_id,
        "name": token.name,
        "created_at": iso(token.created_at),
        "used_at": iso(token.used_at),
        "expires_at": None if token.expires_on is None else token.expires_on.isoformat(),
    }


def client_json(client: Client) -> dict[str, Any]:
    """Give an OAuth2 client for programs, without its secret."""
    return {
        "client_id": client.id,
        "name": client.name,
        "roles": list(client.roles),
        "created_at": iso(client.created_at),
    }


def mail_json(mail: StoredMail) -> dict[str, Any]:
    """Give a mail for programs, without its text."""
    return {
        "id": mail.id,
        "to": mail.recipient,
        "subject": mail.subject,
        "kind": mail.kind,
        "state": mail.state,
        "attempts": mail.attempts,
        "created_at": iso(mail.created_at),
        "due_at": iso(mail.due_at) if mail.state == "queued" else None,
        "last_error": mail.last_error,
    }


def event_json(event: Event) -> dict[str, Any]:
    """Give an event of the audit trail for programs."""
    return {
        "id": event.id,
        "at": iso(event.at),
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "detail": event.detail,
    }
