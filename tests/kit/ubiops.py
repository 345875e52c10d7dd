"""The UbiOps user API as tests speak of it: where it is, and what a refusal looks like."""

import json
from typing import Any

from tests.kit.wire import Answer, Target

BASE = b"/ubiops/v2.1"
USER = BASE + b"/user"
LIMITS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
PASSWORD = "secret-passphrase"


def target(
    method: str, token: str | None = None, path: bytes = USER, body: bytes = b"", scheme: str = "Token", **headers: str
) -> Target:
    """Give a request; the names of `headers` are written with `_` for `-`."""
    sent = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    if token is not None:
        sent.append((b"authorization", f"{scheme} {token}".encode()))
    if body:
        sent.append((b"content-length", b"%d" % len(body)))
    return Target(method, path, sent, body)


def sign_up(email: Any, /, **more: Any) -> Target:
    """Give the request that signs up; `more` are members of its body."""
    return posted(json.dumps({"email": email, "password": PASSWORD, **more}).encode())


def posted(body: bytes) -> Target:
    """Give the request that signs up with these bytes for its body."""
    return target("POST", body=body, content_type="application/json")


def check_refusal(answer: Answer, status: int) -> str:
    """Assert that an answer is a refusal in the shape of this API, and give its message."""
    assert answer.status == status, (answer.status, answer.body)
    assert answer.headers["content-type"] == "application/json"
    check_limits(answer)
    body = answer.json()
    assert list(body) == ["error"]
    assert isinstance(body["error"], str)
    assert body["error"].strip()
    message: str = body["error"]
    return message


def check_limits(answer: Answer) -> None:
    """Assert that an answer tells its limits, the last of them in seconds that somebody can sleep."""
    limit, remaining, reset = (int(answer.headers[name]) for name in LIMITS)
    assert 0 <= remaining <= limit
    assert 0 <= reset <= 60
