"""Whatever servers and networks do, a call ends."""

from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle

import httpx
from hypothesis import given
from hypothesis import strategies as st

from gatepost._core.calls import Call, Operation
from gatepost._core.errors import ApiError
from gatepost._core.exchange import MAX_REDIRECTS, perform
from gatepost._core.flow import Flow
from gatepost._core.retry import MAX_SECONDS
from gatepost._core.secrets import Secret, SecretHeaders
from gatepost._core.service import Service, service
from tests.kit.flows import Feeder, Outcome, answered

LONGEST_WAIT = MAX_SECONDS * 1.2


@dataclass(frozen=True)
class Answered:
    status: int
    headers: dict[str, str]

    def outcome(self) -> Outcome:
        return answered(self.status, self.headers.items())

    def perhaps_done(self) -> bool:
        """Tell whether the server may have done what was asked."""
        return self.status not in {401, 429, 503}


@dataclass(frozen=True)
class Failed:
    error: type[httpx.TransportError]

    def outcome(self) -> Outcome:
        return self.error("failed")

    def perhaps_done(self) -> bool:
        """Tell whether the request may have arrived."""
        return self.error is not httpx.ConnectError


Kind = Answered | Failed


class Renewing:
    """A credential that gives a new token after every 401."""

    def __init__(self) -> None:
        self.count = 0

    def headers(self) -> Flow[SecretHeaders]:
        yield from ()
        return {"Authorization": Secret(f"t{self.count}")}

    def renew(self, refused: SecretHeaders) -> Flow[bool]:
        yield from ()
        self.count += 1
        return True


class Cycle(Feeder):
    """Gives the same few outcomes again and again, as a server does that will never do better."""

    def __init__(self, kinds: list[Kind]) -> None:
        super().__init__()
        self._kinds = cycle(kinds)
        self.given: list[Kind] = []

    def outcome_of(self, request: httpx.Request) -> Outcome:
        assert len(self.sent) < 1000, "this has no end"
        self.given.append(next(self._kinds))
        return self.given[-1].outcome()


HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Location": st.sampled_from(["/", "", "https://other.example/", "https://api.example/", "http://[", "x:y"]),
        "Retry-After": st.sampled_from(["0", "1", "5000", "-1", "x", "Wed, 21 Oct 2099 07:28:00 GMT"]),
        "X-RateLimit-Reset": st.sampled_from(["0", "30", "9999999999", "x"]),
        "Date": st.sampled_from(["Wed, 21 Oct 2015 07:28:00 GMT", "x"]),
    },
)
STATUSES = [200, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504, 599]
FAILURES = [httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError, httpx.ReadTimeout, httpx.WriteError]

kinds = st.builds(Answered, st.sampled_from(STATUSES), HEADERS) | st.builds(Failed, st.sampled_from(FAILURES))
cycles = st.lists(kinds, min_size=1, max_size=4)


def one(method: str) -> Operation[int]:
    reply = yield Call(method, "/x")
    return reply.status_code


@given(cycles, st.sampled_from(["GET", "HEAD", "PUT", "DELETE", "POST"]), st.integers(0, 4))
def test_every_call_ends_after_a_bounded_number_of_requests_and_a_bounded_time(
    outcomes: list[Kind], method: str, retries: int
) -> None:
    fed = Cycle(outcomes)
    status = 0
    with suppress(ApiError, httpx.TransportError):
        status, _ = fed.run(perform(one(method), there(retries), {}))
    assert status in {0, 200, 204}
    tokens = {request.headers["authorization"] for request in fed.sent if "authorization" in request.headers}
    assert tokens <= {"t0", "t1"}
    assert 1 <= len(fed.sent) <= (retries + 1) * (MAX_REDIRECTS + 1) * len(tokens)
    assert len(fed.waits) <= retries * len(tokens)
    assert all(0 < wait <= LONGEST_WAIT for wait in fed.waits)


@given(cycles, st.integers(0, 4))
def test_a_post_that_may_have_done_its_work_is_not_sent_again(outcomes: list[Kind], retries: int) -> None:
    fed = Cycle(outcomes)
    with suppress(ApiError, httpx.TransportError):
        fed.run(perform(one("POST"), there(retries), {}))
    assert not any(kind.perhaps_done() for kind in fed.given[:-1])


def there(retries: int) -> Service:
    return service("https://api.example", Renewing(), max_retries=retries)
