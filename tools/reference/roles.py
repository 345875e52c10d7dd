"""`docs/reference/roles.md`: which role allows what."""

from collections.abc import Iterator

from gatepost.server.domain.roles import ROLES, Permission
from tools.reference.markdown import code, page, table

INTRODUCTION = """\
A role is a named set of permissions. Whatever a role does not list is denied. An account holds any number of roles,
mostly none: what people do with their own account needs no permission."""

MEANINGS = {
    Permission.READ_ACCOUNTS: "See every account, its roles and the names of its tokens",
    Permission.WRITE_ACCOUNTS: "Make, disable, enable and delete accounts, and set their passwords",
    Permission.DECIDE_SIGN_UPS: "Approve and reject sign-ups",
    Permission.GRANT_ROLES: "Give accounts roles and take them",
    Permission.MINT_TOKENS: "Make and revoke tokens of other accounts",
    Permission.READ_MAIL: "Read the outbox, and with it the one-time links in mails",
    Permission.READ_AUDIT: "Read the audit trail",
}

RULES = """\
- Who holds a permission still cannot change an account that may do more than they may.
- The last owner that is active can be neither disabled nor deleted, and keeps the role. Where nobody is an owner, the
  last administrator that is active keeps theirs.
- An account whose address is not confirmed is given no role: it may be anybody's.
- Owners get a mail when somebody awaits approval.
- A token acts as its account but carries no permissions: in this version administration happens at the command line,
  which acts with all of them. Whoever may read and write the data directory is an administrator.

```sh
gatepost users create --email grace@example.org
gatepost users grant grace@example.org administrator
gatepost users revoke grace@example.org administrator
```"""


def pages() -> Iterator[tuple[str, str]]:
    """Give the page."""
    rows = (
        [
            code(permission.value),
            MEANINGS[permission],
            *("yes" if permission in held else "" for held in ROLES.values()),
        ]
        for permission in Permission
    )
    permissions = table(["Permission", "Allows to", *map(code, ROLES)], rows)
    yield (
        "docs/reference/roles.md",
        page("Roles and permissions", "gatepost.server.domain.roles", INTRODUCTION, permissions, "## Rules", RULES),
    )
