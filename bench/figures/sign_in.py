"""Passwords: how fast they are checked, and how little that disturbs everything else."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlencode

from argon2 import PasswordHasher

from bench.figure import Figure, median_of, number
from bench.load import Load
from bench.processes import Server, gatepost
from bench.seeding import PASSWORD, Seeded, password_hash
from bench.workplace import KIPU, Workplace
from gatepost.server.config import Settings
from gatepost.server.hashing import NICENESS

SIGNING_IN = 8
"""People who sign in at a time: always more than hashing threads, never more than may wait."""

CHECKING = 8
PAUSE_MS = 5
"""Clients that have their tokens checked, and how long each waits before the next time, on average."""


def measure(place: Workplace) -> Iterator[Figure]:
    """Compare sign-ins with the raw hash function, and token checks beside sign-ins with those at rest."""
    seeded = place.copy(place.seeded(place.profile.small))
    name = seeded.people[0].email
    form = urlencode({"name": name, "password": PASSWORD})
    sign_ins = place.posts([("/sign-in", "-")], "application/x-www-form-urlencoded", form)
    with gatepost(seeded.data) as server:
        yield _speed(place, server, sign_ins)
        yield _isolation(place, server, sign_ins, _checks(place, seeded))


def _checks(place: Workplace, seeded: Seeded) -> Load:
    return place.load("POST", ((f"{KIPU}/authorize", token) for token in seeded.raw_tokens[:100]), pause_ms=PAUSE_MS)


def _speed(place: Workplace, server: Server, sign_ins: Load) -> Figure:
    threads = Settings().passwords.threads or max(1, (os.cpu_count() or 2) - 1)
    rounds = []
    for _ in range(place.profile.rounds):
        ours = sign_ins.burst(server.port, place.profile.seconds, SIGNING_IN).rate
        raw = verifications_per_second(threads, place.profile.seconds)
        rounds.append({"rate": ours, "raw_rate": raw, "ratio": ours / raw})
    return Figure(
        name="password sign-ins ÷ raw Argon2 verifications",
        value=median_of(rounds, "ratio"),
        at_least=0.9,
        detail=f"{number(median_of(rounds, 'rate'))}/s against {number(median_of(rounds, 'raw_rate'))}/s",
        rounds=rounds,
    )


def _isolation(place: Workplace, server: Server, sign_ins: Load, checks: Load) -> Figure:
    rounds = []
    for _ in range(place.profile.rounds):
        rest = checks.burst(server.port, place.profile.seconds, CHECKING)
        with _running_beside(sign_ins, server, place.profile.seconds + 1):
            busy = checks.burst(server.port, place.profile.seconds, CHECKING)
        rounds.append({"rest_ms": rest.p99_ms, "busy_ms": busy.p99_ms, "ratio": busy.p99_ms / rest.p99_ms})
    return Figure(
        name="authorize p99 beside saturating sign-ins ÷ at rest",
        value=median_of(rounds, "ratio"),
        at_most=10,
        detail=f"{number(median_of(rounds, 'busy_ms'))} ms against {number(median_of(rounds, 'rest_ms'))} ms",
        rounds=rounds,
    )


@contextmanager
def _running_beside(load: Load, server: Server, seconds: int) -> Iterator[None]:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(load.burst, server.port, seconds, SIGNING_IN)
        time.sleep(0.3)  # until every place in the pool is taken
        yield
        running.result()


def verifications_per_second(threads: int, seconds: int) -> float:
    """Verify the shared password with the library alone, on so many threads of the priority the server's have."""
    verify = partial(PasswordHasher().verify, password_hash(), PASSWORD)
    with ThreadPoolExecutor(threads, initializer=_lower_priority) as pool:
        start = time.perf_counter()
        counts = list(pool.map(_repeat, [verify] * threads, [start + seconds] * threads))
        return sum(counts) / (time.perf_counter() - start)


def _repeat(verify: Callable[[], object], end: float) -> int:
    count = 0
    while time.perf_counter() < end:
        verify()
        count += 1
    return count


def _lower_priority() -> None:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
