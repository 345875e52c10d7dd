"""`docs/reference/roles.md`: which role allows what."""

from collections.abc import Iterator

from gatepost.server.domain.grants import KEY_LIMIT
from gatepost.server.domain.roles import GRANTING, ROLES_ON, Permission, ResourceKind
from tools.reference.markdown import code, page, table

INTRODUCTION = """\
A role is a named set of permissions. Whatever a role does not list is denied. An account holds any number of roles,
mostly none: what people do with their own account needs no permission. A role is held everywhere or on one resource."""

MEANINGS = {
    Permission.READ_ACCOUNTS: "See every account, its roles and the names of its tokens",
    Permission.WRITE_ACCOUNTS: (
        "Make, describe, disable, enable and delete accounts, set their passwords or let them choose"
    ),
    Permission.DECIDE_SIGN_UPS: "Approve and reject sign-ups",
    Permission.TRANSFER_ACCOUNTS: "Import accounts, and export them with the hashes of their passwords",
    Permission.GRANT_ROLES: "Give accounts and clients roles, and take them",
    Permission.MINT_TOKENS: "Make and revoke tokens of other accounts",
    Permission.MANAGE_CLIENTS: "Make, list and revoke OAuth2 clients, and rotate the keys that sign their tokens",
    Permission.READ_MAIL: "Read the outbox, and with it the one-time links in mails",
    Permission.READ_AUDIT: "Read the audit trail",
    Permission.MANAGE_BILLING: "See and change what is paid for",
    Permission.READ_CORPORA: "Search corpora and read their documents",
    Permission.WRITE_CORPORA: "Add, change and delete documents",
    Permission.MANAGE_CORPORA: "Make, configure and delete corpora",
    Permission.GRANT_ON_CORPORA: "Give and take roles on corpora",
    Permission.USE_AGENTS: "Talk to agents",
    Permission.READ_AGENTS: "See how agents are configured",
    Permission.WRITE_AGENTS: "Make, configure and delete agents",
    Permission.GRANT_ON_AGENTS: "Give and take roles on agents",
    Permission.READ_PIPELINES: "See pipelines and their runs",
    Permission.MANAGE_PIPELINES: "Make, run and delete pipelines",
}

HEADINGS = {
    ResourceKind.EVERYWHERE: "Roles held everywhere",
    ResourceKind.CORPUS: "Roles on a corpus",
    ResourceKind.AGENT: "Roles on an agent",
}

RESOURCES = f"""\
Gatepost keeps no corpora, agents or pipelines: other systems do, and ask who may do what. A resource is named by its
kind and its key, such as `corpus:my-docs` or `agent:support`; a key has 1 to {KEY_LIMIT} letters, digits, `_`, `=`
and `-`, and whether there is such a thing is not asked. Who is in a group is a membership, and its owners decide."""

RULES = """\
- Who gives or takes a role must be allowed to on its resource, must hold every permission of the role there, and every
  permission that the account holds there already. So nobody hands out more than they have.
- Who holds a permission still cannot change an account that may do more than they may.
- The last owner that is active can be neither disabled nor deleted, and keeps the role. Where nobody is an owner, the
  last administrator that is active keeps theirs.
- An account whose address is not confirmed is given no role: it may be anybody's. To choose a new password by a mailed
  link confirms it. The command line gives a role to one that is active all the same.
- Owners get a mail when somebody awaits approval.
- A session or token acts as its account and can never do more. The Kipu, Homebox and UbiOps APIs are about one's own
  account, so it carries no permissions there; in the Vectara API a token carries those that its account has at the
  moment. The command line acts with all of them: whoever may read and write the data directory is an administrator.
- An OAuth2 client is given its roles when it is made; they are held everywhere.

```sh
gatepost users create --email grace@example.org
gatepost users grant grace@example.org administrator
gatepost users revoke grace@example.org administrator
gatepost users grant grace@example.org editor --on corpus:my-docs
```"""


def pages() -> Iterator[tuple[str, str]]:
    """Give the page."""
    meanings = ([code(permission.value), MEANINGS[permission]] for permission in Permission)
    blocks = ["## Permissions", table(["Permission", "Allows to"], meanings)]
    for kind, heading in HEADINGS.items():
        blocks += [f"## {heading}", *_kind(kind)]
    source = "gatepost.server.domain.roles"
    yield (
        "docs/reference/roles.md",
        page("Roles and permissions", source, INTRODUCTION, *blocks, RESOURCES, "## Rules", RULES),
    )


def _kind(kind: ResourceKind) -> Iterator[str]:
    """Give the table of one kind, and what it takes to grant its roles."""
    rows = ([code(role), _listed(held)] for role, held in ROLES_ON[kind].items())
    yield table(["Role", "Permissions"], rows)
    yield f"To give and take them takes {code(GRANTING[kind].value)}."


def _listed(held: frozenset[Permission]) -> str:
    if held == frozenset(Permission):
        return "all"
    return ", ".join(code(permission.value) for permission in Permission if permission in held)
