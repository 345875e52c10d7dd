"""Who acts, by which credential, with which permissions."""

from dataclasses import dataclass, field
from enum import StrEnum

from gatepost.server.domain.errors import Forbidden
from gatepost.server.domain.roles import Permission


class CredentialKind(StrEnum):
    """The kinds of credential a request can carry."""

    ACCESS_TOKEN = "access_token"
    DEFAULT_TOKEN = "default_token"
    SESSION = "session"
    ATTACHMENT = "attachment"
    BEARER = "bearer"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Principal:
    """An account (or the system itself) acting by one credential."""

    account_id: str
    kind: CredentialKind
    credential_id: str | None = None
    permissions: frozenset[Permission] = field(default=frozenset())

    def require(self, permission: Permission) -> None:
        """Raise Forbidden unless the principal holds `permission`."""
        if permission not in self.permissions:
            raise Forbidden(f"This needs the permission {permission}.")

    def require_whole(self) -> None:
        """Raise Forbidden for an attachment token, which stands in addresses and may fetch attachments only."""
        if self.kind is CredentialKind.ATTACHMENT:
            raise Forbidden("This token may fetch attachments and nothing else.")


SYSTEM = Principal("system", CredentialKind.SYSTEM, permissions=frozenset(Permission))
"""The operator at the command line of the machine that holds the database."""
