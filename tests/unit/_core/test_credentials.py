"""How a client enters, and what it does when it is not let in."""

import pytest

from gatepost._core.calls import Call, Operation
from gatepost._core.errors import ForbiddenError, UnauthorizedError
from gatepost._core.exchange import perform
from gatepost._core.flow import Flow, alone
from gatepost._core.secrets import Secret, SecretHeaders
from gatepost._core.service import Service, service
from tests.kit.flows import Feeder, answered
from tests.unit._core.conftest import Remote


class Fetched:
    """A credential that is fetched by a request of its own, under Alone, and anew after a 401."""

    def __init__(self) -> None:
        self.token: Secret | None = None
        self.entered: Service | None = None

    def headers(self) -> Flow[SecretHeaders]:
        return (yield from alone(self._held()))

    def renew(self, refused: SecretHeaders) -> Flow[bool]:
        yield from ()
        if self.token is refused["authorization"]:
            self.token = None
        return True

    def _held(self) -> Flow[SecretHeaders]:
        if self.token is None:
            assert self.entered is not None
            reply = yield from perform(self._fetch(), self.entered, {})
            self.token = reply[0]
        return {"authorization": self.token}

    def _fetch(self) -> Operation[Secret]:
        reply = yield Call("POST", "/token", anonymous=True)
        return Secret(reply.json())


def get() -> Operation[object]:
    reply = yield Call("GET", "/me")
    return reply.json()


def entered(credential: Fetched) -> Service:
    credential.entered = service("https://api.example", credential, max_retries=1)
    return credential.entered


def sent(fed: Feeder) -> list[tuple[str, str | None]]:
    return [(request.url.path, request.headers.get("authorization")) for request in fed.sent]


def test_a_token_that_stays_goes_out_with_every_call(remote: Remote) -> None:
    fed = Feeder(answered(json=1))
    assert fed.run(perform(get(), remote(), {}))[0] == 1
    assert fed.sent[0].headers["X-Auth-Token"] == "pat1"


def test_a_401_for_a_token_that_stays_is_final(remote: Remote) -> None:
    with pytest.raises(UnauthorizedError):
        Feeder(answered(401)).run(perform(get(), remote(), {}))


def test_a_call_without_credentials_has_none(remote: Remote) -> None:
    def public() -> Operation[int]:
        reply = yield Call("GET", "/status", anonymous=True)
        return reply.status_code

    fed = Feeder(answered(200))
    fed.run(perform(public(), remote(), {}))
    assert "X-Auth-Token" not in fed.sent[0].headers


def test_a_token_is_fetched_first_and_kept() -> None:
    there = entered(Fetched())
    first = Feeder(answered(json="t1"), answered(json=1))
    assert first.run(perform(get(), there, {}))[0] == 1
    assert sent(first) == [("/token", None), ("/me", "t1")]
    second = Feeder(answered(json=2))
    assert second.run(perform(get(), there, {}))[0] == 2
    assert sent(second) == [("/me", "t1")]


def test_a_refused_token_is_fetched_anew_and_the_call_made_once_more() -> None:
    fed = Feeder(answered(json="t1"), answered(401), answered(json="t2"), answered(json=1))
    assert fed.run(perform(get(), entered(Fetched()), {}))[0] == 1
    assert sent(fed) == [("/token", None), ("/me", "t1"), ("/token", None), ("/me", "t2")]


def test_a_new_token_that_is_refused_too_is_the_end() -> None:
    fed = Feeder(answered(json="t1"), answered(401), answered(json="t2"), answered(401, json={"message": "no"}))
    with pytest.raises(UnauthorizedError, match="no"):
        fed.run(perform(get(), entered(Fetched()), {}))
    assert len(fed.sent) == 4


def test_with_a_new_token_patience_begins_anew() -> None:
    outcomes = [answered(json="t1"), answered(500), answered(401), answered(json="t2"), answered(500), answered(json=1)]
    fed = Feeder(*outcomes)
    assert fed.run(perform(get(), entered(Fetched()), {}))[0] == 1
    assert len(fed.waits) == 2


def test_a_token_that_cannot_be_fetched_is_the_error_of_the_call() -> None:
    fed = Feeder(answered(401, json={"message": "the client is unknown"}))
    with pytest.raises(UnauthorizedError, match="the client is unknown"):
        fed.run(perform(get(), entered(Fetched()), {}))
    assert sent(fed) == [("/token", None)]


def test_a_401_to_a_call_without_credentials_renews_nothing() -> None:
    def public() -> Operation[None]:
        yield Call("GET", "/status", anonymous=True)

    fed = Feeder(answered(401))
    with pytest.raises(UnauthorizedError):
        fed.run(perform(public(), entered(Fetched()), {}))
    assert len(fed.sent) == 1


def test_other_refusals_renew_nothing() -> None:
    fed = Feeder(answered(json="t1"), answered(403))
    with pytest.raises(ForbiddenError):
        fed.run(perform(get(), entered(Fetched()), {}))
    assert len(fed.sent) == 2
