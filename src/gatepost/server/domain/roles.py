"""Roles as tables of permissions, for everything and for each kind of resource; everything not listed is denied."""

from collections.abc import Mapping
from enum import StrEnum

from gatepost.server.domain.errors import Invalid


class Permission(StrEnum):
    """What a principal may be allowed to do beyond its own account."""

    READ_ACCOUNTS = "accounts:read"
    WRITE_ACCOUNTS = "accounts:write"
    DECIDE_SIGN_UPS = "accounts:decide"
    TRANSFER_ACCOUNTS = "accounts:transfer"
    GRANT_ROLES = "roles:grant"
    MINT_TOKENS = "tokens:mint"
    MANAGE_CLIENTS = "clients:manage"
    READ_MAIL = "mail:read"
    READ_AUDIT = "audit:read"
    MANAGE_BILLING = "billing:manage"
    READ_CORPORA = "corpora:read"
    WRITE_CORPORA = "corpora:write"
    MANAGE_CORPORA = "corpora:manage"
    GRANT_ON_CORPORA = "corpora:grant"
    USE_AGENTS = "agents:use"
    READ_AGENTS = "agents:read"
    WRITE_AGENTS = "agents:write"
    GRANT_ON_AGENTS = "agents:grant"
    READ_PIPELINES = "pipelines:read"
    MANAGE_PIPELINES = "pipelines:manage"


class ResourceKind(StrEnum):
    """What a role can be held on; a role on nothing in particular is held everywhere."""

    EVERYWHERE = ""
    CORPUS = "corpus"
    AGENT = "agent"


Roles = Mapping[str, frozenset[Permission]]

_P = Permission
_CORPORA = frozenset({_P.READ_CORPORA, _P.WRITE_CORPORA, _P.MANAGE_CORPORA, _P.GRANT_ON_CORPORA})
_AGENTS = frozenset({_P.USE_AGENTS, _P.READ_AGENTS, _P.WRITE_AGENTS, _P.GRANT_ON_AGENTS})
_PIPELINES = frozenset({_P.READ_PIPELINES, _P.MANAGE_PIPELINES})
_ACCOUNTS = frozenset({_P.READ_ACCOUNTS, _P.WRITE_ACCOUNTS, _P.DECIDE_SIGN_UPS, _P.GRANT_ROLES, _P.READ_AUDIT})

OWNER = "owner"
ADMINISTRATOR = "administrator"

_AGENT_ROLES: Roles = {
    "agent_administrator": _AGENTS,
    "agent_developer": frozenset({_P.USE_AGENTS, _P.READ_AGENTS, _P.WRITE_AGENTS}),
    "agent_user": frozenset({_P.USE_AGENTS}),
    "agent_viewer": frozenset({_P.READ_AGENTS}),
}

ROLES: Roles = {
    OWNER: frozenset(Permission),
    ADMINISTRATOR: _ACCOUNTS | _CORPORA | _AGENTS | _PIPELINES,
    "billing_administrator": frozenset({_P.MANAGE_BILLING}),
    "corpus_administrator": _CORPORA,
    "corpus_developer": frozenset({_P.READ_CORPORA, _P.WRITE_CORPORA}),
    "corpus_viewer": frozenset({_P.READ_CORPORA}),
    **_AGENT_ROLES,
    "pipeline_administrator": _PIPELINES,
    "pipeline_viewer": frozenset({_P.READ_PIPELINES}),
    "viewer": frozenset({_P.READ_CORPORA, _P.READ_AGENTS, _P.READ_PIPELINES}),
}
"""The roles that are held everywhere."""

_CORPUS_ROLES: Roles = {
    "owner": _CORPORA,
    "administrator": _CORPORA - {_P.GRANT_ON_CORPORA},
    "editor": frozenset({_P.READ_CORPORA, _P.WRITE_CORPORA}),
    "viewer": frozenset({_P.READ_CORPORA}),
}

ROLES_ON: Mapping[ResourceKind, Roles] = {
    ResourceKind.EVERYWHERE: ROLES,
    ResourceKind.CORPUS: _CORPUS_ROLES,
    ResourceKind.AGENT: _AGENT_ROLES,
}

GRANTING: Mapping[ResourceKind, Permission] = {
    ResourceKind.EVERYWHERE: _P.GRANT_ROLES,
    ResourceKind.CORPUS: _P.GRANT_ON_CORPORA,
    ResourceKind.AGENT: _P.GRANT_ON_AGENTS,
}
"""What it takes to give and take roles on a resource: this permission, held everywhere or on that very resource."""


def roles_with(permission: Permission, kind: ResourceKind) -> list[str]:
    """List the roles for that kind of resource that hold a permission."""
    return [role for role, held in ROLES_ON[kind].items() if permission in held]


def require_known(role: str, kind: ResourceKind = ResourceKind.EVERYWHERE) -> None:
    """Raise Invalid unless there is such a role for that kind of resource."""
    known = ROLES_ON[kind]
    if role not in known:
        raise Invalid(f"there is no role {role!r}; there are: {', '.join(sorted(known))}", "roles")
