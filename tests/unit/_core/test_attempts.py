"""When a call is made again, and when not."""

from typing import Any

import httpx
import pytest

from gatepost._core.calls import Call, Operation
from gatepost._core.errors import ApiError, NotFoundError
from gatepost._core.exchange import perform
from gatepost._core.options import RequestOptions
from tests.kit.flows import Feeder, Outcome, answered
from tests.unit._core.conftest import Remote

SAFE = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]
UNSAFE = ["POST", "PATCH"]
TRANSIENT = [408, 429, 500, 502, 503, 504]
FINAL = [400, 401, 403, 404, 405, 409, 410, 413, 422, 425, 501, 505]
BROKEN = [
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.CloseError("reset"),
    httpx.RemoteProtocolError("left without an answer"),
]
TOO_LATE = [httpx.ConnectTimeout("late"), httpx.ReadTimeout("late"), httpx.WriteTimeout("late"), httpx.PoolTimeout("")]
OURS = [httpx.LocalProtocolError("ours"), httpx.UnsupportedProtocol("ours"), httpx.ProxyError("no proxy")]


def status(call: Call) -> Operation[int]:
    reply = yield call
    return reply.status_code


def made(remote: Remote, call: Call, *outcomes: Outcome, options: RequestOptions | None = None, **settings: Any) -> Any:
    """Feed a call with outcomes, all of which it must take, and give what it ends with, and what it took."""
    fed = Feeder(*outcomes)
    try:
        end: Any = fed.run(perform(status(call), remote(**settings), options or {}))[0]
    except (ApiError, httpx.TransportError) as error:
        end = error
    return end, fed


def fresh(error: httpx.TransportError) -> httpx.TransportError:
    return type(error)(str(error))


@pytest.mark.parametrize("method", SAFE)
@pytest.mark.parametrize("transient", TRANSIENT)
def test_what_reads_or_repeats_harmlessly_is_made_again_after_a_transient_answer(
    remote: Remote, method: str, transient: int
) -> None:
    end, fed = made(remote, Call(method, "/x"), answered(transient), answered(transient), answered(200))
    assert end == 200
    assert [request.method for request in fed.sent] == [method] * 3
    assert len(fed.waits) == 2


@pytest.mark.parametrize("method", UNSAFE)
@pytest.mark.parametrize("before_it_began", [429, 503])
def test_what_must_not_happen_twice_is_made_again_only_when_the_server_refused_before_it_began(
    remote: Remote, method: str, before_it_began: int
) -> None:
    end, fed = made(remote, Call(method, "/x"), answered(before_it_began), answered(201))
    assert (end, len(fed.sent)) == (201, 2)


@pytest.mark.parametrize("method", UNSAFE)
@pytest.mark.parametrize("perhaps_done", [408, 500, 502, 504])
def test_what_must_not_happen_twice_is_not_made_again_after_any_other_failure(
    remote: Remote, method: str, perhaps_done: int
) -> None:
    end, fed = made(remote, Call(method, "/x"), answered(perhaps_done))
    assert (end.status_code, fed.waits) == (perhaps_done, [])


@pytest.mark.parametrize("method", [*SAFE, *UNSAFE])
@pytest.mark.parametrize("final", FINAL)
def test_what_will_not_change_is_not_asked_again(remote: Remote, method: str, final: int) -> None:
    end, fed = made(remote, Call(method, "/x"), answered(final))
    assert (end.status_code, fed.waits) == (final, [])


@pytest.mark.parametrize("method", [*SAFE, *UNSAFE])
def test_a_refused_connection_carried_nothing_and_is_tried_again_whatever_the_method(
    remote: Remote, method: str
) -> None:
    end, fed = made(remote, Call(method, "/x"), httpx.ConnectError("refused"), answered(200))
    assert (end, len(fed.waits)) == (200, 1)


@pytest.mark.parametrize("error", BROKEN, ids=repr)
@pytest.mark.parametrize("method", SAFE)
def test_what_repeats_harmlessly_is_made_again_after_a_broken_connection(
    remote: Remote, method: str, error: httpx.TransportError
) -> None:
    end, fed = made(remote, Call(method, "/x"), fresh(error), fresh(error), answered(200))
    assert (end, len(fed.waits)) == (200, 2)


@pytest.mark.parametrize("error", BROKEN, ids=repr)
@pytest.mark.parametrize("method", UNSAFE)
def test_what_must_not_happen_twice_is_not_made_again_after_a_broken_connection(
    remote: Remote, method: str, error: httpx.TransportError
) -> None:
    broken = fresh(error)
    end, fed = made(remote, Call(method, "/x"), broken)
    assert end is broken
    assert fed.waits == []


@pytest.mark.parametrize("error", [*TOO_LATE, *OURS], ids=repr)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_time_out_is_final_for_the_caller_said_how_long_to_wait(
    remote: Remote, method: str, error: httpx.TransportError
) -> None:
    late = fresh(error)
    end, fed = made(remote, Call(method, "/x"), late)
    assert end is late
    assert fed.waits == []


def test_a_failure_of_transport_has_a_note_of_what_was_asked_without_the_query(remote: Remote) -> None:
    end, _ = made(remote, Call("GET", "/x", query={"code": "c0de"}), httpx.ReadTimeout("late"))
    assert end.__notes__ == ["GET https://api.example/v1/x"]


def test_a_failure_that_is_none_of_transport_is_raised_as_it_is(remote: Remote) -> None:
    closed = RuntimeError("the client has been closed")
    with pytest.raises(RuntimeError) as failed:
        made(remote, Call("GET", "/x"), closed)
    assert failed.value is closed


@pytest.mark.parametrize("outcome", [500, httpx.ReadError], ids=str)
def test_an_api_may_say_that_a_post_repeats_harmlessly_or_that_a_put_does_not(remote: Remote, outcome: Any) -> None:
    def failure() -> Outcome:
        return answered(outcome) if isinstance(outcome, int) else outcome("reset")

    harmless, _ = made(remote, Call("POST", "/x", idempotent=True), failure(), answered(200))
    assert harmless == 200
    _, harmful = made(remote, Call("PUT", "/x", idempotent=False), failure())
    assert len(harmful.sent) == 1


def test_the_caller_has_the_last_word_on_what_repeats_harmlessly(remote: Remote) -> None:
    asked, _ = made(remote, Call("POST", "/x"), answered(500), answered(200), options={"idempotent": True})
    assert asked == 200
    for call in (Call("GET", "/x"), Call("POST", "/x", idempotent=True)):
        _, fed = made(remote, call, answered(500), options={"idempotent": False})
        assert len(fed.sent) == 1


def test_patience_ends_after_two_retries_and_the_last_answer_counts(remote: Remote) -> None:
    end, fed = made(remote, Call("GET", "/x"), answered(500), answered(502), answered(404))
    assert isinstance(end, NotFoundError)
    end, fed = made(remote, Call("GET", "/x"), answered(500), answered(502), answered(503))
    assert (end.status_code, len(fed.waits)) == (503, 2)


def test_patience_ends_with_the_last_failure(remote: Remote) -> None:
    last = httpx.ReadError("third")
    end, _ = made(remote, Call("GET", "/x"), httpx.ReadError("first"), answered(500), last)
    assert end is last


@pytest.mark.parametrize("retries", [0, 1, 5])
def test_a_client_may_be_more_or_less_patient(remote: Remote, retries: int) -> None:
    failures = [answered(500) for _ in range(retries + 1)]
    end, fed = made(remote, Call("GET", "/x"), *failures, max_retries=retries)
    assert (end.status_code, len(fed.waits)) == (500, retries)


@pytest.mark.parametrize("retries", [0, 1, 5])
def test_a_call_may_be_more_or_less_patient_than_its_client(remote: Remote, retries: int) -> None:
    failures = [answered(500) for _ in range(retries + 1)]
    end, fed = made(remote, Call("GET", "/x"), *failures, options={"max_retries": retries}, max_retries=3)
    assert (end.status_code, len(fed.waits)) == (500, retries)


def test_options_that_are_none_leave_what_the_client_does(remote: Remote) -> None:
    unset: RequestOptions = {"max_retries": None, "idempotent": None, "timeout": None, "timeout_in_seconds": None}
    end, _ = made(remote, Call("GET", "/x"), answered(500), answered(200), options=unset, max_retries=1)
    assert end == 200


def test_the_waits_are_those_the_server_asks_for_or_those_of_the_attempt(remote: Remote) -> None:
    answers: list[Outcome] = [answered(429, [("Retry-After", "7")]), answered(503), httpx.ReadError("reset")]
    _, fed = made(remote, Call("GET", "/x"), *answers, answered(200), max_retries=3)
    asked, second, third = fed.waits
    assert asked == 7
    assert 1.8 <= second <= 2.2
    assert 3.6 <= third <= 4.4


def test_every_attempt_sends_the_same_request(remote: Remote) -> None:
    call = Call("PUT", "/x", json={"a": 1}, query={"q": "é"}, headers={"if-match": "1"})
    _, fed = made(remote, call, answered(500), httpx.ReadError("reset"), answered(200))
    first, *others = [(r.method, r.url, r.headers.multi_items(), r.content) for r in fed.sent]
    assert others == [first] * 2


def test_a_form_with_a_file_is_sent_whole_at_every_attempt(remote: Remote) -> None:
    call = Call("POST", "/x", files={"file": ("a.png", b"\x89PNG", "image/png")}, idempotent=True)
    _, fed = made(remote, call, answered(500), answered(204))
    for request in fed.sent:
        content = request.read()
        assert b"\x89PNG" in content
        assert int(request.headers["content-length"]) == len(content)
