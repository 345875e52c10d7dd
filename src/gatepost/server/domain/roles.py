"""Roles as tables of permissions; everything not listed is denied."""

from enum import StrEnum

from gatepost.server.domain.errors import Invalid


class Permission(StrEnum):
    """What a principal may be allowed to do beyond its own account."""

    READ_ACCOUNTS = "accounts:read"
    WRITE_ACCOUNTS = "accounts:write"
    DECIDE_SIGN_UPS = "accounts:decide"
    GRANT_ROLES = "roles:grant"
    MINT_TOKENS = "tokens:mint"
    READ_MAIL = "mail:read"
    READ_AUDIT = "audit:read"


OWNER = "owner"
ADMINISTRATOR = "administrator"

ROLES: dict[str, frozenset[Permission]] = {
    OWNER: frozenset(Permission),
    ADMINISTRATOR: frozenset(
        {
            Permission.READ_ACCOUNTS,
            Permission.WRITE_ACCOUNTS,
            Permission.DECIDE_SIGN_UPS,
            Permission.READ_MAIL,
            Permission.READ_AUDIT,
        }
    ),
}


def require_known(role: str) -> None:
    """Raise Invalid unless there is such a role."""
    if role not in ROLES:
        raise Invalid(f"there is no role {role!r}; there are: {', '.join(sorted(ROLES))}", "roles")


def permissions_of(roles: frozenset[str]) -> frozenset[Permission]:
    """Unite the permissions of the given roles; an unknown role grants nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))
