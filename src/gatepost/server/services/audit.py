"""The audit trail: every change writes exactly one event, in the same transaction."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from gatepost.server.domain.principal import Principal
from gatepost.server.domain.roles import Permission
from gatepost.server.services.ports import Runtime, Service
from gatepost.server.store import audit as rows
from gatepost.server.store.audit import Event
from gatepost.server.store.database import Transaction

PAGE = 1_000


class Action(StrEnum):
    """What happened, and what it means; `make gen` makes `docs/reference/audit.md` of both. The names are stable."""

    description: str

    SIGNED_UP = "account.signed_up", "A sign-up attempt was recorded for an address that has no account."
    SIGN_UP_REPEATED = "account.sign_up_repeated", "Somebody signed up with this account's address; it stays as is."
    CONFIRMED = "account.confirmed", "The address was confirmed by the button of a mailed link."
    PROVISIONED = (
        "account.provisioned",
        "An identity was linked, to this account or to one made for it; `issuer`, and `groups` has the ids it joined.",
    )
    CREATED = "account.created", "An administrator made the account; `roles`."
    IMPORTED = "account.imported", "An import made accounts, some thousands at a time; `accounts` has their number."
    APPROVED = "account.approved", "An administrator let the pending account in."
    REJECTED = "account.rejected", "An administrator turned the pending account down."
    ENABLED = "account.enabled", "The account may act again; `fields` and `roles` as below, if more was changed."
    DISABLED = (
        "account.disabled",
        "The account may not act any more; its sessions ended. `fields` and `roles` as below.",
    )
    DESCRIBED = "account.described", "An administrator changed what is noted about the account; `fields`."
    DELETED = "account.deleted", "The account was erased with everything of it; this event stays."
    ROLE_GRANTED = "role.granted", "The account was given a role; `role`, and `resource` unless it is held everywhere."
    ROLE_REVOKED = "role.revoked", "A role was taken from the account; `role`, and `resource` as above."
    ROLES_REPLACED = (
        "role.replaced",
        "The roles on some kinds of resources were replaced; `roles` has those given (`+`) and taken (`-`).",
    )
    PROFILE_CHANGED = "profile.changed", "Profile fields were changed; `fields` has their names."
    RENAMED = "profile.renamed", "The account changed its name or e-mail address; `fields` has which."
    PREFERENCES_CHANGED = "preferences.changed", "The JSON object that programs keep for the account was replaced."
    IMAGE_CHANGED = "profile.image_changed", "The profile image was set or replaced."
    IMAGE_DELETED = "profile.image_deleted", "The profile image was removed."
    PASSWORD_CHANGED = (
        "password.changed",
        "An administrator set a new password; the sessions ended, and so many `tokens`.",
    )
    OWN_PASSWORD_CHANGED = "password.changed_by_owner", "The account changed its password; its other sessions ended."
    RESET_SENT = "password.reset_sent", "An administrator had a link for a new password mailed."
    RESET_REQUESTED = "password.reset_requested", "Somebody forgot a password; `system` where no mail was due."
    PASSWORD_RESET = "password.reset", "A mailed link set a new password; the sessions ended."
    TOKEN_CREATED = "token.created", "A personal access token or the default token was made; `token` has its id."
    TOKEN_REVOKED = "token.revoked", "A personal access token was revoked; `token` has its id."
    DEFAULT_TOKEN_ROTATED = "token.default_rotated", "The default token was replaced, and the old one ended."
    SIGNED_IN = "session.started", "Somebody signed in."
    SESSION_REFRESHED = "session.refreshed", "A session was replaced by a new one."
    SIGNED_OUT = "session.ended", "Somebody signed out."
    SIGNED_OUT_EVERYWHERE = "session.all_ended", "Somebody signed out everywhere; the tokens stay."
    GROUP_CREATED = "group.created", "The account made a group, or was given its own; `group` has its id."
    GROUP_CHANGED = "group.changed", "An owner changed the group's name or currency; `group`."
    GROUP_DELETED = "group.deleted", "An owner deleted the group and its invitations; `group`."
    GROUPS_JOINED = "group.joined", "An OIDC provider's groups led the account into groups; `groups` has their ids."
    MEMBER_ROLE_CHANGED = "group.role_changed", "An owner gave the account another role in the group; `group`, `role`."
    MEMBER_REMOVED = "group.member_removed", "An owner took the account out of the group; `group`."
    INVITATION_CREATED = "invitation.created", "An owner invited to the group; `group`, `invitation` has its id."
    INVITATION_ACCEPTED = "invitation.accepted", "The account joined the group; `group`, `invitation`."
    INVITATION_WITHDRAWN = "invitation.withdrawn", "An owner ended the invitation; `group`, `invitation`."
    CLIENT_CREATED = "client.created", "An OAuth2 client was made; it is the subject, and `roles` are what it may do."
    CLIENT_REVOKED = "client.revoked", "An OAuth2 client was removed, and its tokens ended with it."
    SIGNING_KEY_MADE = "client.signing_key_made", "The first key that signs access tokens was made, or another; `key`."
    SETUP_OPENED = "setup.opened", "The server started without an owner and printed a one-time setup link."
    SETUP_DONE = "setup.done", "The setup link was used; the account is the first owner."

    def __new__(cls, name: str, description: str) -> Self:
        """Make a member whose value is its name in the trail."""
        action = str.__new__(cls, name)
        action._value_, action.description = name, description
        return action


async def record(
    tx: Transaction, runtime: Runtime, actor: str, action: Action, subject: str, **detail: str | int | None
) -> None:
    """Write one event. `actor` and `subject` are ids; `detail` holds ids and names of fields, never their values."""
    await tx.run(
        rows.insert,
        id=runtime.ids(),
        at=runtime.clock(),
        actor=actor,
        action=action.value,
        subject=subject,
        detail=json.dumps(detail, separators=(",", ":")),
    )


@dataclass(frozen=True, slots=True)
class AuditTrail(Service):
    """Reads the trail."""

    async def newest(
        self,
        principal: Principal,
        most: int,
        *,
        subject: str | None = None,
        action: Action | None = None,
        since: int = 0,
    ) -> list[Event]:
        """List at most so many events, the newest first; needs `audit:read`.

        `subject` is the id of the account they happened to, `since` the instant (milliseconds) they begin at.
        """
        principal.require(Permission.READ_AUDIT)
        found: list[Event] = []
        async for page in self._pages(subject):
            recent = [event for event in page if event.at >= since]
            found += [event for event in recent if action is None or event.action == action]
            # Events are in the order of their ids, and clocks are set back now and then: one older event ends nothing.
            if len(found) >= most or not recent:
                break
        return found[:most]

    async def _pages(self, subject: str | None) -> AsyncIterator[list[Event]]:
        before = "~"
        while page := await self._page(subject, before):
            yield page
            before = page[-1].id

    async def _page(self, subject: str | None, before: str) -> list[Event]:
        if subject is None:
            return await self.database.all(rows.page, before=before, limit=PAGE)
        return await self.database.all(rows.page_of_subject, subject=subject, before=before, limit=PAGE)
