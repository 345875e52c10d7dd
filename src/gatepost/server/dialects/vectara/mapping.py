"""Between the domain's words and those of Vectara, as pure functions."""

import re

import msgspec
from msgspec import UNSET

from gatepost.server.dialects.vectara import wire
from gatepost.server.domain.accounts import Account
from gatepost.server.domain.clock import to_datetime
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.grants import Grant, granting
from gatepost.server.domain.roles import ResourceKind
from gatepost.server.services.administration import NewAccount
from gatepost.server.services.password_reset import Sent
from gatepost.server.services.roster import LONGEST_PAGE, Changes, Entry

encode = msgspec.json.Encoder().encode

DEFAULT_LIMIT = 10

ALIASES = {"corpus_admin": "corpus_administrator", "query_writer": "viewer"}
"""Roles of the document that the API itself never had, and what they are here (contract 3.2)."""

_LIMIT = re.compile(r"[1-9]\d{0,2}", re.ASCII)
_CORPUS_KEY = re.compile(r"[A-Za-z0-9_=-]{1,50}")


def limit(text: str | None) -> int:
    """Read how long a page shall be; raises Invalid unless it is from 1 to 100."""
    number = DEFAULT_LIMIT if text is None else int(text) if _LIMIT.fullmatch(text) else 0
    if not 1 <= number <= LONGEST_PAGE:
        raise Invalid(f"limit must be a number from 1 to {LONGEST_PAGE}", "limit")
    return number


def corpus_resource(key: str | None) -> str | None:
    """Read which corpus a list is about, None for none; raises Invalid for what is no key."""
    if key is None:
        return None
    if not _CORPUS_KEY.fullmatch(key):
        raise Invalid("corpus_key must have 1 to 50 letters, digits, _, = and -", "corpus_key")
    return f"{ResourceKind.CORPUS}:{key}"


def new_account(body: wire.CreateUserRequest) -> NewAccount:
    """Read whom to make an account for; raises Invalid for a role or key that there cannot be."""
    if body.username is not None and body.username.strip() in {".", ".."}:
        raise Invalid("username cannot be one or two dots: no address could lead to it", "username")
    held = grants(body)
    return NewAccount(
        body.email,
        body.username,
        description=body.description,
        roles=tuple(grant.role for grant in held.pop(ResourceKind.EVERYWHERE, ())),
        on_resources=frozenset().union(*held.values()),
    )


def changes(body: wire.UpdateUserRequest) -> Changes:
    """Read what to change; raises Invalid for a role or key that there cannot be."""
    return Changes(body.enabled, grants(body), body.description)


def grants(body: wire.CreateUserRequest | wire.UpdateUserRequest) -> dict[ResourceKind, frozenset[Grant]]:
    """Read the roles of each kind that is named."""
    read: dict[ResourceKind, frozenset[Grant]] = {}
    if body.api_roles is not None:
        everywhere = ResourceKind.EVERYWHERE
        read[everywhere] = frozenset(_grant(everywhere, ALIASES.get(role, role)) for role in body.api_roles)
    if body.corpus_roles is not None:
        corpus = ResourceKind.CORPUS
        read[corpus] = frozenset(_grant(corpus, held.role, held.corpus_key) for held in body.corpus_roles)
    if body.agent_roles is not None:
        agent = ResourceKind.AGENT
        read[agent] = frozenset(_grant(agent, held.role, held.agent_key) for held in body.agent_roles)
    return read


FIELDS = {
    ResourceKind.EVERYWHERE: "api_roles",
    ResourceKind.CORPUS: "corpus_roles",
    ResourceKind.AGENT: "agent_roles",
}


def _grant(kind: ResourceKind, role: str, key: str = "") -> Grant:
    """Make a grant; raises Invalid, by the name of the field here, for a role or resource that there cannot be."""
    grant = Grant(role, f"{kind}:{key}" if kind else key)
    try:
        granting(grant)
    except Invalid as error:
        raise Invalid(error.message, FIELDS[kind]) from None
    return grant


def user(entry: Entry, sent: Sent | None = None) -> wire.User:
    """Write an account with its roles; `sent` for one just made, where its link does not leave by mail."""
    account = entry.account
    return wire.User(
        id=f"usr_{account.id}",
        email=account.email,
        username=account.username,
        enabled=not account.disabled,
        description=account.description,
        created_at=to_datetime(account.created_at),
        updated_at=to_datetime(account.updated_at),
        api_roles=[role for role, _ in _held(entry, ResourceKind.EVERYWHERE)],
        corpus_roles=[wire.CorpusRole(key, role) for role, key in _held(entry, ResourceKind.CORPUS)],
        agent_roles=[wire.AgentRole(key, role) for role, key in _held(entry, ResourceKind.AGENT)],
        one_time_code=sent.code if sent else UNSET,
        one_time_code_link=sent.address if sent else UNSET,
    )


def _held(entry: Entry, kind: ResourceKind) -> list[tuple[str, str]]:
    """List the roles on one kind of resource, each with the key of the resource."""
    return [(grant.role, grant.resource.partition(":")[2]) for grant in entry.grants if grant.kind is kind]


def password_reset(account: Account, sent: Sent | None) -> wire.PasswordReset:
    """Write whose password is to be chosen anew; `sent` where its link does not leave by mail."""
    return wire.PasswordReset(
        username=account.username,
        email=account.email,
        one_time_code=sent.code if sent else UNSET,
        one_time_code_link=sent.address if sent else UNSET,
    )
