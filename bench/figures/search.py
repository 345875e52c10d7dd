"""Substring search in the directory: how long it takes, and how much of that is the size of the directory."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from random import Random
from statistics import median, quantiles
from urllib.parse import quote_plus

from bench.figure import Comparison, Figure, number
from bench.people import SEED, MadeUp, people
from bench.processes import gatepost
from bench.workplace import KIPU, Workplace, services
from gatepost.server.services.people import People

LENGTHS = (1, 2, 3, 4, 5, 6, 8, 12)
OF_EACH = 25
"""Queries of each length, all in all 250."""

OTHERS = {
    100_000: {"fastapi-users": 24.0, "Django REST": 50.0, "better-auth": 22.0},
    1_000_000: {"fastapi-users": 33.0, "Django REST": 274.0, "better-auth": 111.0},
}

Milliseconds = list[float]


def measure(place: Workplace) -> Iterator[Figure | Comparison]:
    """Ask the service the same questions at both sizes in turn, then the largest one over HTTP."""
    profile = place.profile
    asked = queries(list(people(profile.small)))
    small, large = asyncio.run(_both_sizes(place, asked))
    rounds = [
        {f"small_{point}_ms": at_small, f"large_{point}_ms": at_large, "ratio": at_large / at_small}
        for point, at_small, at_large in zip(("p50", "p95", "worst"), points(small), points(large), strict=True)
    ]
    at_small, at_large = points(small)[1], points(large)[1]
    detail = f"p50 {number(points(large)[0])}, worst {number(points(large)[2])} ms of {len(asked)} queries"
    name = f"search p95 at {profile.large:,} accounts"
    yield Figure(name=name, value=at_large, unit="ms", at_most=5, detail=detail, rounds=rounds)
    detail = f"{number(at_large)} ms against {number(at_small)} ms"
    yield Figure(
        name=f"{name} ÷ at {profile.small:,}", value=at_large / at_small, at_most=3, detail=detail, rounds=rounds
    )
    yield from _over_http(place, asked)


def queries(known: Sequence[MadeUp]) -> list[str]:
    """Cut texts of every length out of names and addresses; add whole addresses, and texts that nobody has."""
    draw, found = Random(SEED), list[str]()
    for length in LENGTHS:
        found += [_cut(draw, draw.choice(known), length) for _ in range(OF_EACH)]
    found += [draw.choice(known).email for _ in range(OF_EACH)]
    found += [_cut(draw, draw.choice(known), 5) + draw.choice("qxzwj") * 2 for _ in range(OF_EACH)]
    draw.shuffle(found)
    return found


def _cut(draw: Random, person: MadeUp, length: int) -> str:
    fields = (person.first_name, person.last_name, person.username, person.email)
    field = draw.choice([text for text in fields if len(text) >= length])
    start = draw.randrange(len(field) - length + 1)
    return field[start : start + length]


async def _both_sizes(place: Workplace, asked: list[str]) -> tuple[Milliseconds, Milliseconds]:
    """Ask at either size in turn."""
    async with AsyncExitStack() as stack:
        sizes = (place.profile.small, place.profile.large)
        opened = [await stack.enter_async_context(services(place.seeded(size))) for size in sizes]
        rounds = [[await ask(parts.people, asked) for parts in opened] for _ in range(place.profile.rounds)]
    small, large = zip(*rounds, strict=True)
    return each_median(small), each_median(large)


async def ask(searched: People, asked: list[str]) -> Milliseconds:
    """Ask everything once and give how long each answer took."""
    spent = []
    for text in asked:
        start = time.perf_counter()
        await searched.search(text)
        spent.append((time.perf_counter() - start) * 1e3)
    return spent


def each_median(rounds: Sequence[Milliseconds]) -> Milliseconds:
    """Give the median time of each query over the rounds."""
    return [median(times) for times in zip(*rounds, strict=True)]


def points(times: Milliseconds) -> tuple[float, float, float]:
    """Give the median, the 95th percentile and the worst."""
    return median(times), quantiles(times, n=20)[-1], max(times)


def _over_http(place: Workplace, asked: list[str]) -> Iterator[Figure | Comparison]:
    accounts = place.profile.large
    seeded = place.seeded(accounts)
    load = place.load("GET", ((f"{KIPU}/search?q={quote_plus(text)}", seeded.raw_tokens[0]) for text in asked))
    with gatepost(seeded.data) as server:
        load.burst(server.port, 1, connections=1)
        bursts = [load.burst(server.port, place.profile.seconds, connections=1) for _ in range(place.profile.rounds)]
    p50 = median(burst.p50_ms for burst in bursts)
    yield Figure(
        name=f"search p95 over HTTP at {accounts:,} accounts",
        value=median(burst.p95_ms for burst in bursts),
        unit="ms",
        detail=f"p50 {number(p50)} ms, one client",
        rounds=[{"p50_ms": burst.p50_ms, "p95_ms": burst.p95_ms, "rate": burst.rate} for burst in bursts],
    )
    if accounts in OTHERS:
        yield Comparison(name=f"search at {accounts:,}", ours=p50, unit="ms", others=OTHERS[accounts])
