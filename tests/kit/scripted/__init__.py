"""A server on the loopback interface that answers as a script says, faults included, for tests of clients.

    with scripted(answer(429, headers={"Retry-After": "1"}), answer(json={"id": "u1"})) as server:
        client = Client(server.url)
        ...
    assert [seen.target for seen in server.requests] == ["/users/u1", "/users/u1"]

Requests take the steps in the order in which they arrive, over however many connections. Leaving the block fails the
test when a request found no step left, when a step is left over, or when the script itself broke.
"""

from tests.kit.scripted.seen import Seen
from tests.kit.scripted.server import Scripted, refused, scripted
from tests.kit.scripted.steps import (
    Answer,
    Repeated,
    Step,
    answer,
    drip,
    hang_up,
    raw,
    redirect,
    repeat,
    reset,
    route,
    silent,
    truncated,
)

__all__ = [
    "Answer",
    "Repeated",
    "Scripted",
    "Seen",
    "Step",
    "answer",
    "drip",
    "hang_up",
    "raw",
    "redirect",
    "refused",
    "repeat",
    "reset",
    "route",
    "scripted",
    "silent",
    "truncated",
]
