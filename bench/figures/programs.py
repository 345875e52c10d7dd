"""What programs ask for by the Vectara API: tokens, and lists of users, a page near the end against the first."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from statistics import median
from urllib.parse import urlencode

from bench.figure import Figure, Round, median_of, number
from bench.figures.hot_path import Case, compare
from bench.processes import gatepost
from bench.seeding import CORPUS, Seeded
from bench.workplace import Workplace, services
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.services.roster import LONGEST_PAGE, Page

CALLS = 40
"""Calls of each page in one round."""

TOKEN = "/vectara/oauth2/token"


def measure(place: Workplace) -> Iterator[Figure]:
    """Read both pages in turn, of everybody and of those with access to a corpus; then grant tokens over HTTP."""
    seeded = place.seeded(place.profile.large)
    for resource, whose in ((None, "all users"), (CORPUS, "a corpus's users")):
        rounds = asyncio.run(_rounds(place, seeded, resource))
        yield Figure(
            name=f"late page of {whose} of {seeded.accounts:,} ÷ page 1",
            value=median_of(rounds, "ratio"),
            at_most=1.2,
            detail=f"{number(median_of(rounds, 'late_ms'))} ms against {number(median_of(rounds, 'first_ms'))} ms",
            rounds=rounds,
        )
    yield _granting(place)


async def _rounds(place: Workplace, seeded: Seeded, resource: str | None) -> list[Round]:
    listed = seeded.people if resource is None else seeded.readers
    limit = min(LONGEST_PAGE, len(listed) // 3)
    late = listed[-2 * limit - 1].id
    async with services(seeded) as parts:
        asked = partial(parts.roster.page, SYSTEM, limit, resource=resource)
        return [await _round(asked, late, limit) for _ in range(place.profile.rounds)]


async def _round(asked: Callable[..., Awaitable[Page]], late: str, limit: int) -> Round:
    times: dict[str, list[float]] = {"": [], late: []}
    for _ in range(CALLS):
        for after, spent in times.items():
            start = time.perf_counter()
            page = await asked(after=after)
            spent.append((time.perf_counter() - start) * 1e3)
            assert len(page.entries) == limit, after  # noqa: S101  a short page would be quick for the wrong reason
            assert not page.complete, after  # noqa: S101  and so would the last one be
    first_ms, late_ms = (median(spent) for spent in times.values())
    return {"first_ms": first_ms, "late_ms": late_ms, "ratio": late_ms / first_ms}


def _granting(place: Workplace) -> Figure:
    seeded = place.copy(place.seeded(place.profile.small))
    form, size = asyncio.run(_prepare(seeded))
    load = place.posts([(TOKEN, "-")], "application/x-www-form-urlencoded", form)
    with gatepost(seeded.data) as server:
        return compare(place, Case("access token granted", 0.04, load, size), server)


async def _prepare(seeded: Seeded) -> tuple[str, int]:
    """Make a program; give the form that it asks with, and how long the answer is."""
    async with services(seeded) as parts:
        made = await parts.clients.create(SYSTEM, "bench", ["owner"])
        granted = await parts.access_tokens.grant(made.client.id, made.secret)
    credentials = {"client_id": made.client.id, "client_secret": made.secret, "grant_type": "client_credentials"}
    answer = {"access_token": granted.token, "token_type": "Bearer", "expires_in": granted.expires_in}
    return urlencode(credentials), len(json.dumps(answer, separators=(",", ":")))
