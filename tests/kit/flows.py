"""Flows fed by hand: what they send and how long they would wait, without any I/O."""

from collections.abc import Iterable
from typing import Any, TypeVar, cast

import httpx

from gatepost._core.flow import Alone, Flow, Send, Step, Wait

T = TypeVar("T")

Outcome = httpx.Response | Exception


class Feeder:
    """Performs the steps of flows with prepared outcomes, one for each request, in their order."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.sent: list[httpx.Request] = []
        """Every request, in order."""
        self.waits: list[float] = []
        """The seconds of every wait, in order."""
        self._outcomes = list(outcomes)

    def run(self, flow: Flow[T]) -> T:
        """Feed a flow to its end and give its result; all outcomes must have been used."""
        try:
            return self._run(flow)
        finally:
            assert not self._outcomes, f"left over: {self._outcomes}"

    def outcome_of(self, request: httpx.Request) -> Outcome:
        """Choose what becomes of a request: the first outcome that is left."""
        assert self._outcomes, f"no outcome left for {request}"
        return self._outcomes.pop(0)

    def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    outcome = self._do(step)
                except Exception as error:  # noqa: BLE001  what fails is raised inside the flow, as drivers do
                    step = flow.throw(error)
                else:
                    step = flow.send(outcome)
        except StopIteration as done:
            return cast(T, done.value)

    def _do(self, step: Step) -> Any:
        match step:
            case Send(request):
                return self._answer(request)
            case Wait(seconds):
                return self.waits.append(seconds)
            case Alone(flow):
                return self._run(flow)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        outcome = self.outcome_of(request)
        if isinstance(outcome, Exception):
            raise outcome
        outcome.request = request
        return outcome


def answered(status: int = 200, headers: Iterable[tuple[str, str]] = (), **body: Any) -> httpx.Response:
    """Make a response that has been read; `body` is what httpx takes: content, text, json."""
    return httpx.Response(status, headers=list(headers), **body)
