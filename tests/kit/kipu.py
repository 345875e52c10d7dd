"""The Kipu user-service as tests speak of it: where it is, its operations, and what a refusal looks like."""

from gatepost.server.domain.tokens import checksum
from tests.kit.wire import Answer, Target

BASE = b"/kipu/user-service"
PHRASES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}

_UNKNOWN = "gp_pat_" + "0" * 30

FOREIGN = _UNKNOWN + checksum(_UNKNOWN.encode())
"""A token with a right checksum that nobody was ever given."""


def target(method: str, path: str | bytes, token: str | None = None, body: bytes = b"", **headers: str) -> Target:
    """Give a request below the base path; the names of `headers` are written with `_` for `-`."""
    sent = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    if token is not None:
        sent.append((b"x-auth-token", token.encode()))
    if body:
        sent.append((b"content-length", b"%d" % len(body)))
    tail = path.encode() if isinstance(path, str) else path
    return Target(method, BASE + tail, sent, body)


def check_refusal(answer: Answer, status: int, path: bytes) -> str:
    """Assert that an answer is a refusal in the shape of this API, and give its message."""
    assert answer.status == status, (answer.status, answer.body)
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert list(body) == ["status", "error", "message", "path"]
    assert body["status"] == status
    assert body["error"] == PHRASES.get(status, body["error"])
    assert isinstance(body["message"], str)
    assert body["message"].strip()
    assert body["path"] == path.partition(b"?")[0].decode("latin-1")
    message: str = body["message"]
    return message
