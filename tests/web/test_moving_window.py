from collections import defaultdict
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from gatepost.server.web.moving_window import MovingWindow


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_key_has_its_share_within_any_so_many_seconds() -> None:
    clock = Clock()
    window = MovingWindow(2, 10, clock)
    assert window.hit("a") == 0
    clock.now += 6
    assert [window.hit("a") for _ in range(3)] == [0, 4, 4]
    clock.now += 4
    assert [window.hit("a") for _ in range(2)] == [0, 6]


def test_keys_do_not_share() -> None:
    window = MovingWindow(1, 10, Clock())
    assert [window.hit(key) > 0 for key in "abab"] == [False, False, True, True]


def test_a_key_is_forgotten_when_its_last_hit_no_longer_counts() -> None:
    clock = Clock()
    window = MovingWindow(5, 10, clock)
    for number in range(100):
        window.hit(f"guess {number}")
    clock.now += 10
    window.hit("later")
    assert len(window) == 1


def test_however_many_keys_there_are_only_so_many_are_remembered_the_latest_ones() -> None:
    window = MovingWindow(1, 10, Clock(), most_keys=3)
    for key in "abcd":
        window.hit(key)
    assert len(window) == 3
    assert [window.hit(key) > 0 for key in "dcba"] == [True, True, True, False]


def test_a_key_that_is_hit_again_is_not_the_next_to_be_forgotten() -> None:
    window = MovingWindow(2, 10, Clock(), most_keys=2)
    for key in "abac":
        window.hit(key)
    assert window.hit("a") > 0


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5)), max_size=60), st.integers(1, 4))
def test_hits_are_allowed_as_counting_all_of_them_would(steps: list[tuple[str, int]], amount: int) -> None:
    clock, allowed = Clock(), defaultdict[str, list[float]](list)
    window = MovingWindow(amount, 8, clock)
    for key, pause in steps:
        clock.now += pause
        recent = [at for at in allowed[key] if at > clock.now - 8]
        expected = 0 if len(recent) < amount else recent[-amount] + 8 - clock.now
        assert window.hit(key) == expected
        if not expected:
            allowed[key].append(clock.now)


def test_what_is_left_grows_back_one_by_one() -> None:
    clock = Clock()
    window = MovingWindow(3, 10, clock)
    assert window.left("a") == (3, 0)
    window.hit("a")
    clock.now += 4
    window.hit("a")
    assert window.left("a") == (1, 6)
    clock.now += 6
    assert window.left("a") == (2, 4)
    clock.now += 4
    assert window.left("a") == (3, 0)


def test_asking_what_is_left_counts_for_nothing() -> None:
    window = MovingWindow(1, 10, Clock())
    assert {window.left("a") for _ in range(5)} == {(1, 0)}
    assert len(window) == 0
