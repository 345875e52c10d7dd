"""Lanes answer failures as the rest of the application does."""

import pytest
from structlog.testing import CapturingLogger

from gatepost.server.dialects.kipu.handlers import error as kipu_error
from gatepost.server.domain.errors import Forbidden, Unavailable
from gatepost.server.telemetry import Counters
from gatepost.server.web import errors
from gatepost.server.web.fast_lane import lane
from gatepost.server.web.surfaces import Surface
from tests.kit.wire import Answer, Target, ask

pytestmark = pytest.mark.anyio

SURFACE = Surface("kipu", "/kipu", "/~kipu", kipu_error)


async def failing(error: Exception, counters: Counters) -> Answer:
    async def fail(scope: object) -> bytes:
        raise error

    return await ask(lane(SURFACE, "GET", fail, counters), Target("GET", b"/kipu/x"))


async def test_a_refusal_is_worded_by_the_surface_and_counted() -> None:
    counters = Counters({})
    answer = await failing(Forbidden("Not you."), counters)
    assert (answer.status, answer.json()["message"]) == (403, "Not you.")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert counters.answers == {("kipu", "GET", 403): 1}


async def test_a_refusal_for_now_says_when_to_come_back() -> None:
    answer = await failing(Unavailable("Busy.", retry_after=7), Counters({}))
    assert (answer.status, answer.headers["retry-after"]) == (503, "7")


async def test_a_programming_error_is_answered_without_its_text_and_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    log, counters = CapturingLogger(), Counters({})
    monkeypatch.setattr(errors, "log", log)
    answer = await failing(RuntimeError("a private detail"), counters)
    assert answer.status == 500
    assert b"private" not in answer.body
    assert counters.answers == {("kipu", "GET", 500): 1}
    assert [(call.method_name, call.args, call.kwargs["route"]) for call in log.calls] == [
        ("error", ("unexpected failure",), "/kipu")
    ]
