"""How this API words a refusal (contract 2.3).

Its web page and its clients compare some of these texts, so each sentence of ours that has a counterpart there is
translated; the others are told as they are.
"""

from gatepost.server.dialects.homebox.bodies import UNAUTHORIZED
from gatepost.server.dialects.homebox.mapping import Problems, encode
from gatepost.server.domain.errors import TooLarge
from gatepost.server.services.credentials import REFUSED
from gatepost.server.services.groups import OUTSIDE
from gatepost.server.services.sign_in import WRONG
from gatepost.server.web.answers import NO_STORE, TEXT, Answer
from gatepost.server.web.front import NOTHING_HERE
from gatepost.server.web.limits import WAIT
from gatepost.server.web.surfaces import SECURITY_HEADERS, STATUSES

HOMEBOX_STATUSES = STATUSES | {TooLarge: 400}
"""A body that is too large is one that cannot be decoded (contract 2.5)."""

HEADERS = [
    *SECURITY_HEADERS,
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-site"),
    (b"x-permitted-cross-domain-policies", b"none"),
]

JSON = b"application/json; charset=utf-8"
FORBIDDEN = "Forbidden"

WORDS = {
    REFUSED: "valid authorization token is required",
    WRONG: UNAUTHORIZED,
    OUTSIDE: "user does not have access to the requested tenant",
    "This token may fetch attachments and nothing else.": FORBIDDEN,
    "Only an owner of the group can do this.": "only the owner of this collection can perform this action",
    "This is the only group you are in.": "cannot delete the only group you are a member of",
    "You cannot remove yourself from the group.": "cannot remove yourself from the group",
    "You cannot remove the last member from the group.": "cannot remove the last member from the group",
    "This invitation has expired.": "invitation expired",
    "This invitation is used up.": "invitation used up",
    WAIT: "too many authentication attempts",
}
"""Our sentences, and what this API says instead."""


def error(status: int, message: str, path: str) -> Answer:
    """Word an error; that no operation is at an address, or none with this method, is not told in JSON."""
    if message == NOTHING_HERE:
        return Answer(b"404 page not found\n", status, TEXT)
    if status == 405:
        return Answer(status=status)
    text = "Not Found" if status == 404 else WORDS.get(message, message)
    return Answer(encode({"error": text}), status, JSON, NO_STORE)


def unprocessable(problems: Problems) -> Answer:
    """Say which fields break a rule, and which rule."""
    return Answer(encode({"error": "Validation Error", "fields": problems}), 422, JSON, NO_STORE)
