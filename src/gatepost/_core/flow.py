"""What a client does, without doing it: a flow yields steps, a driver performs them and sends back what came of it.

Everything a client decides (what to send, whether to try again, how long to wait, when to ask for a new token) is
written once, as generators. Two loops in `drive` perform the steps, one blocking and one awaiting. A failed step is
raised inside the flow, so that retries are decided in one place; a test can feed a flow by hand, without any I/O.
"""

from collections.abc import Generator
from typing import Any, TypeAlias, TypeVar

import httpx
import msgspec

from gatepost._core.redaction import loggable

T = TypeVar("T")


class Send(msgspec.Struct, frozen=True):
    """Send a request; comes back as its response, read to the end, or is raised as `httpx.TransportError`.

    A request that goes `abroad`, to another origin than the caller's, must not be given credentials by those below.
    """

    request: httpx.Request
    abroad: bool = False


class Wait(msgspec.Struct, frozen=True):
    """Let so many seconds pass."""

    seconds: float


class Alone(msgspec.Struct, frozen=True):
    """Run a flow while no other flow of the same client runs under this step; comes back as its result.

    What several callers would do at once, such as fetching a token, is so done by the first of them.
    """

    flow: "Flow[Any]"


Step: TypeAlias = Send | Wait | Alone
Flow: TypeAlias = Generator[Step, Any, T]


def send(request: httpx.Request, abroad: bool = False) -> Flow[httpx.Response]:
    """Send a request and give its response.

    An error keeps no credential of the request, and is given a note of what was asked: the texts of the layers below
    do not say.
    """
    try:
        response: httpx.Response = yield Send(request, abroad)
    except httpx.RequestError as error:
        error.request = httpx.Request(request.method, loggable(request.url))
        error.add_note(f"{request.method} {error.request.url}")
        raise
    return response


def wait(seconds: float) -> Flow[None]:
    """Let so many seconds pass."""
    yield Wait(seconds)


def alone(flow: Flow[T]) -> Flow[T]:
    """Run a flow that must not run twice at a time, and give its result."""
    result: T = yield Alone(flow)
    return result
