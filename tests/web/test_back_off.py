"""Having to wait after failures in a row."""

from gatepost.server.web.back_off import LONGEST_WAIT_SECONDS, WINDOW_SECONDS, BackOff


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def waits(back_off: BackOff, clock: Clock, failures: int, key: str = "a") -> list[float]:
    """Fail so many times, each as soon as that is possible; give the seconds to wait after each."""
    found = []
    for _ in range(failures):
        clock.now += back_off.wait(key)
        back_off.failed(key)
        found.append(back_off.wait(key))
    return found


def test_the_first_failures_are_free_and_each_further_one_costs_twice_as_much() -> None:
    clock = Clock()
    found = waits(BackOff(5, clock), clock, 14)
    assert found == [0, 0, 0, 0, 0, 10, 20, 40, 80, 160, 300, 300, 300, 300]


def test_a_success_ends_it() -> None:
    clock = Clock()
    back_off = BackOff(2, clock)
    assert waits(back_off, clock, 3) == [0, 0, 10]
    back_off.succeeded("a")
    assert back_off.wait("a") == 0
    assert waits(back_off, clock, 3) == [0, 0, 10]


def test_a_minute_without_failures_ends_it_but_not_the_wait() -> None:
    clock = Clock()
    back_off = BackOff(1, clock)
    assert waits(back_off, clock, 8)[-1] == LONGEST_WAIT_SECONDS
    clock.now += WINDOW_SECONDS + 1
    assert back_off.wait("a") == LONGEST_WAIT_SECONDS - WINDOW_SECONDS - 1
    clock.now += back_off.wait("a") + WINDOW_SECONDS
    assert waits(back_off, clock, 1) == [LONGEST_WAIT_SECONDS]
    clock.now += back_off.wait("a") + WINDOW_SECONDS + 1
    assert waits(back_off, clock, 2) == [0, 10]


def test_keys_do_not_count_for_each_other() -> None:
    clock = Clock()
    back_off = BackOff(1, clock)
    waits(back_off, clock, 1)
    assert waits(back_off, clock, 1, "b") == [0]


def test_what_failed_longest_ago_is_forgotten_when_there_are_too_many() -> None:
    clock = Clock()
    back_off = BackOff(1, clock, most_keys=2)
    for key in ("a", "b", "a", "c"):
        back_off.failed(key)
    assert len(back_off) == 2
    assert (back_off.wait("a"), back_off.wait("b")) == (10, 0)
    assert waits(back_off, clock, 1, "b") == [0]
