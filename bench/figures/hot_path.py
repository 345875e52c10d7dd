"""Requests that must cost little, against the least any answer costs behind the same server."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.figure import Comparison, Figure, Round, median_of, number
from bench.load import Load
from bench.processes import Server, bare, gatepost
from bench.seeding import Seeded
from bench.workplace import KIPU, Workplace

WARM_TOKENS = 1_000
USERS = 10_000

TOKEN_CHECKS = {
    "fastapi-users": 965.0,
    "Django REST tokens": 807.0,
    "better-auth session": 1_444.0,
    "better-auth API keys": 2_822.0,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of request with its bar, and how long its answers are."""

    name: str
    at_least: float
    load: Load
    answer_bytes: int


def measure(place: Workplace) -> Iterator[Figure | Comparison]:
    """Compare token checks, with and without cache, and a look-up by id with the bare answer."""
    seeded = place.seeded(place.profile.middle)
    with gatepost(seeded.data) as server:
        for case in _cases(place, seeded, server):
            figure = compare(place, case, server)
            yield figure
            if case.name.endswith("warm"):
                rate = median_of(figure.rounds, "rate")
                yield Comparison(name="token checks", ours=rate, unit="/s", others=TOKEN_CHECKS, more_is_better=True)


def _cases(place: Workplace, seeded: Seeded, server: Server) -> Iterator[Case]:
    path, tokens = f"{KIPU}/authorize", seeded.raw_tokens
    size = len(server.get(path, {"X-Auth-Token": tokens[0]}, "POST"))
    warm = place.load("POST", ((path, token) for token in tokens[:WARM_TOKENS]))
    yield Case("authorize, warm", 0.6, warm, size)
    # More tokens than the cache holds, each in its turn: by the time one comes again it was dropped.
    yield Case("authorize, cold", 0.25, place.load("POST", ((path, token) for token in tokens)), size)
    users = [f"{KIPU}/users/{person.id}" for person in seeded.people[:USERS]]
    yield Case("GET users/{id}", 0.2, place.load("GET", ((path, "-") for path in users)), len(server.get(users[0])))


def compare(place: Workplace, case: Case, server: Server) -> Figure:
    """Send it to the server and to the yardstick in turn."""
    with bare("x" * case.answer_bytes) as yardstick:
        case.load.burst(server.port, 1)
        rounds = [_round(place, case, server, yardstick) for _ in range(place.profile.rounds)]
    return Figure(
        name=f"{case.name} ÷ bare answer",
        value=median_of(rounds, "ratio"),
        at_least=case.at_least,
        detail=(
            f"{number(median_of(rounds, 'rate'))}/s, CPU {number(median_of(rounds, 'cpu_us'))} µs a request, "
            f"CPU ratio {number(median_of(rounds, 'cpu_ratio'))}"
        ),
        rounds=rounds,
    )


def _round(place: Workplace, case: Case, server: Server, yardstick: Server) -> Round:
    ours, least = _burst(place, case, server), _burst(place, case, yardstick)
    return {
        **ours,
        **{f"bare_{name}": value for name, value in least.items()},
        "ratio": ours["rate"] / least["rate"],
        "cpu_ratio": least["cpu_us"] / ours["cpu_us"],
    }


def _burst(place: Workplace, case: Case, server: Server) -> Round:
    before = server.cpu_seconds()
    burst = case.load.burst(server.port, place.profile.seconds)
    cpu_us = (server.cpu_seconds() - before) / burst.requests * 1e6
    return {"rate": burst.rate, "cpu_us": cpu_us, "p99_ms": burst.p99_ms}
