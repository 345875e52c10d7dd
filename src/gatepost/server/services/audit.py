"""The audit trail: every change writes exactly one event, in the same transaction."""

import json
from enum import StrEnum

from gatepost.server.services.ports import Runtime
from gatepost.server.store import audit as rows
from gatepost.server.store.database import Transaction


class Action(StrEnum):
    """What happened; the names are stable and documented in `docs/reference/audit.md`."""

    SIGNED_UP = "account.signed_up"
    SIGN_UP_REPEATED = "account.sign_up_repeated"
    CONFIRMED = "account.confirmed"
    PROVISIONED = "account.provisioned"
    CREATED = "account.created"
    IMPORTED = "account.imported"
    APPROVED = "account.approved"
    REJECTED = "account.rejected"
    ENABLED = "account.enabled"
    DISABLED = "account.disabled"
    DELETED = "account.deleted"
    PROFILE_CHANGED = "profile.changed"
    IMAGE_CHANGED = "profile.image_changed"
    IMAGE_DELETED = "profile.image_deleted"
    PASSWORD_CHANGED = "password.changed"
    TOKEN_CREATED = "token.created"
    TOKEN_REVOKED = "token.revoked"
    DEFAULT_TOKEN_ROTATED = "token.default_rotated"
    SIGNED_IN = "session.started"
    SIGNED_OUT = "session.ended"
    SETUP_OPENED = "setup.opened"
    SETUP_DONE = "setup.done"


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
