"""The Vectara user API as tests speak of it: where it is, who may ask, and what a refusal looks like."""

import json
from typing import Any, NamedTuple

from gatepost.server.domain.principal import SYSTEM
from tests.kit.backstage import Backstage
from tests.kit.wire import Answer, Target

PREFIX = "/vectara"
TOKEN = b"/vectara/oauth2/token"
USERS = b"/vectara/v2/users"
FIELDS = [
    "id",
    "email",
    "username",
    "enabled",
    "description",
    "created_at",
    "updated_at",
    "api_roles",
    "corpus_roles",
    "agent_roles",
]
"""What an answer tells of a user."""

CODES = ["one_time_code", "one_time_code_link"]
"""What it tells besides of somebody new or with a new password, where no mail is sent."""


class OAuthClient(NamedTuple):
    """The credentials of a program, by the names that clients of this API have for them."""

    client_id: str
    client_secret: str


def oauth_client(stage: Backstage, *roles: str) -> OAuthClient:
    """Make a client with roles that it holds everywhere."""
    made = stage.call(stage.parts.clients.create, SYSTEM, "tests", roles)
    return OAuthClient(made.client.id, made.secret)


def bearer(stage: Backstage, client: OAuthClient) -> str:
    """Give an access token of a client."""
    return stage.call(stage.parts.access_tokens.grant, *client).token


def target(method: str, token: str | None = None, path: bytes = USERS, body: Any = None, **headers: str) -> Target:
    """Give a request: bytes as they are, everything else as JSON; names of headers are written with `_`."""
    sent = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    if token is not None:
        sent.append((b"authorization", f"Bearer {token}".encode()))
    if content:
        sent.append((b"content-length", b"%d" % len(content)))
        sent.append((b"content-type", b"application/json"))
    return Target(method, path, sent, content)


def check_refusal(answer: Answer, status: int) -> dict[str, Any]:
    """Assert that an answer is a refusal in the shape of this API, and give its body."""
    assert answer.status == status, (answer.status, answer.body)
    assert answer.headers["content-type"] == "application/json"
    body: dict[str, Any] = answer.json()
    more = {400: {"field_errors"}, 404: {"id"}}.get(status, set())
    assert set(body) - more == {"messages", "request_id"}
    assert isinstance(body["request_id"], str)
    assert body["request_id"]
    assert body["messages"]
    assert all(isinstance(message, str) and message.strip() for message in body["messages"])
    assert all(isinstance(reason, str) and reason for reason in body.get("field_errors", {}).values())
    return body


def check_token_refusal(answer: Answer, status: int) -> str:
    """Assert that an answer is a refusal of the token endpoint (RFC 6749, section 5.2), and give its code."""
    assert answer.status == status, (answer.status, answer.body)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert set(body) <= {"error", "error_description"}
    code: str = body["error"]
    assert code.strip()
    return code


def populate(stage: Backstage, count: int, corpus: str) -> list[str]:
    """Make so many accounts at once, every other one with a role on a corpus, and give all usernames."""
    names = [f"{corpus}{number}@example.org" for number in range(count)]
    lines = [json.dumps({"email": name}).encode() for name in names]
    assert stage.call(stage.parts.transfer.take_in, SYSTEM, lines).imported == count
    rows = [(f"corpus:{corpus}", name) for name in names[::2]]
    grant = "INSERT INTO grants (account_id, role, resource) SELECT id, 'viewer', ? FROM accounts WHERE email = ?"
    stage.write_many(grant, rows)
    return names
