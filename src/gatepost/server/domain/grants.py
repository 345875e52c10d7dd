"""A grant is a role held everywhere or on one resource; membership in a group is kept apart, in `groups`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.roles import GRANTING, ROLES_ON, Permission, ResourceKind, require_known

EVERYWHERE = ""
KEY_LIMIT = 128

_NAMED = "|".join(kind.value for kind in ResourceKind if kind is not ResourceKind.EVERYWHERE)
_RESOURCE = re.compile(rf"({_NAMED}):[A-Za-z0-9_=-]{{1,{KEY_LIMIT}}}")


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A role on a resource, which reads `corpus:my-docs` or `agent:support`, or nothing for everywhere."""

    role: str
    resource: str = EVERYWHERE

    def __str__(self) -> str:
        """Name the role and what it is held on."""
        return f"{self.role} on {self.resource}" if self.resource else self.role

    @property
    def kind(self) -> ResourceKind | None:
        """What the role is held on; None when that is no resource this program knows."""
        if self.resource == EVERYWHERE:
            return ResourceKind.EVERYWHERE
        found = _RESOURCE.fullmatch(self.resource)
        return ResourceKind(found[1]) if found else None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role allows on its resource; nothing when either is unknown."""
        return frozenset() if self.kind is None else ROLES_ON[self.kind].get(self.role, frozenset())


def permissions_on(resource: str, grants: Iterable[Grant]) -> frozenset[Permission]:
    """Unite what grants allow on a resource: those on it and those held everywhere."""
    return frozenset().union(*(grant.permissions for grant in grants if grant.resource in (EVERYWHERE, resource)))


def granting(grant: Grant) -> Permission:
    """Give the permission it takes to give or take a role; raises Invalid for an unknown role or resource."""
    if grant.kind is None:
        named = f"{_NAMED.replace('|', ':KEY or ')}:KEY"
        raise Invalid(f"a resource reads {named}; a key has 1 to {KEY_LIMIT} letters, digits, _, = and -", "resource")
    require_known(grant.role, grant.kind)
    return GRANTING[grant.kind]
