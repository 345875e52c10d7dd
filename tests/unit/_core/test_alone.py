"""Operations that may change the credential, fed by hand."""

import httpx

from gatepost._core.calls import Call, Operation
from gatepost._core.exchange import perform
from gatepost._core.flow import Alone, Flow, Send
from gatepost._core.secrets import Secret, SecretHeaders
from gatepost._core.service import Service, service


class Changing:
    """A credential that would go on giving newer tokens."""

    def __init__(self) -> None:
        self.count = 0

    def headers(self) -> Flow[SecretHeaders]:
        yield from ()
        self.count += 1
        return {"authorization": Secret(f"token{self.count}")}

    def renew(self, refused: SecretHeaders) -> Flow[bool]:
        yield from ()
        return True


def remote() -> Service:
    return service("https://api.example", Changing(), max_retries=0)


def refresh(alone: bool) -> Operation[int]:
    reply = yield Call("GET", "/refresh", alone=alone)
    return reply.status_code


def test_an_operation_that_must_be_alone_is_one_step_that_holds_all_others() -> None:
    flow = perform(refresh(alone=True), remote(), {})
    step = next(flow)
    assert isinstance(step, Alone)
    sent = next(step.flow)
    assert isinstance(sent, Send)
    assert sent.request.headers["authorization"] == "token1"


def test_any_other_operation_sends_at_once() -> None:
    assert isinstance(next(perform(refresh(alone=False), remote(), {})), Send)


def test_only_a_call_that_is_not_alone_is_made_again_after_a_401() -> None:
    ordinary = perform(refresh(alone=False), remote(), {})
    next(ordinary)
    again = ordinary.send(unauthorized())
    assert isinstance(again, Send)
    assert again.request.headers["authorization"] == "token2"

    step = next(perform(refresh(alone=True), remote(), {}))
    assert isinstance(step, Alone)
    next(step.flow)
    assert raised(step.flow) == 401


def unauthorized() -> httpx.Response:
    return httpx.Response(401, request=httpx.Request("GET", "https://api.example/refresh"))


def raised(flow: Flow[object]) -> int | None:
    try:
        flow.send(unauthorized())
    except Exception as error:  # noqa: BLE001  whichever it is, its status tells
        return getattr(error, "status_code", None)
    return None
