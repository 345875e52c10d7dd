"""Who acts, by which credential, with which permissions."""

from dataclasses import dataclass, field
from enum import StrEnum

from gatepost.server.domain.errors import Forbidden
from gatepost.server.domain.grants import EVERYWHERE, Grant, permissions_on
from gatepost.server.domain.roles import Permission


class CredentialKind(StrEnum):
    """The kinds of credential a request can carry."""

    ACCESS_TOKEN = "access_token"
    DEFAULT_TOKEN = "default_token"
    SESSION = "session"
    ATTACHMENT = "attachment"
    BEARER = "bearer"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Principal:
    """An account, an OAuth2 client or the system itself, acting by one credential.

    `account_id` is the id of whichever it is, `permissions` what it may do everywhere, and `grants` holds the roles it
    has on single resources.
    """

    account_id: str
    kind: CredentialKind
    credential_id: str | None = None
    permissions: frozenset[Permission] = field(default=frozenset())
    grants: frozenset[Grant] = field(default=frozenset())

    def permissions_on(self, resource: str) -> frozenset[Permission]:
        """Give what the principal may do on a resource."""
        return self.permissions | permissions_on(resource, self.grants)

    def covers(self, grant: Grant) -> bool:
        """Tell whether the principal may itself do all that a grant allows."""
        return grant.permissions <= self.permissions_on(grant.resource)

    def require(self, permission: Permission, resource: str = EVERYWHERE) -> None:
        """Raise Forbidden unless the principal holds `permission`, everywhere or on the resource."""
        if permission not in self.permissions_on(resource):
            raise Forbidden(f"This needs the permission {permission}.")

    def require_whole(self) -> None:
        """Raise Forbidden for an attachment token, which stands in addresses and may fetch attachments only."""
        if self.kind is CredentialKind.ATTACHMENT:
            raise Forbidden("This token may fetch attachments and nothing else.")


SYSTEM = Principal("system", CredentialKind.SYSTEM, permissions=frozenset(Permission))
"""The operator at the command line of the machine that holds the database."""
