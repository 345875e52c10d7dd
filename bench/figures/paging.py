"""The list of all accounts: its last page against its first."""

import asyncio
import time
from collections.abc import Iterator
from statistics import median

from bench.figure import Comparison, Figure, Round, median_of, number
from bench.seeding import Seeded
from bench.workplace import Workplace, services
from gatepost.server.domain.principal import SYSTEM
from gatepost.server.services.administration import PAGE, Administration

CALLS = 40
"""Calls of each page in one round."""

OTHERS = {
    100_000: {"fastapi-users": 7.4, "Django REST": 6.2, "better-auth": 8.5},
    1_000_000: {"fastapi-users": 40.0, "Django REST": 36.0, "better-auth": 65.0},
}


def measure(place: Workplace) -> Iterator[Figure | Comparison]:
    """Read both pages in turn, page 10,000 where there are a million accounts."""
    accounts = place.profile.large
    rounds = asyncio.run(_rounds(place, place.seeded(accounts)))
    yield Figure(
        name=f"page {accounts // PAGE:,} of all accounts ÷ page 1",
        value=median_of(rounds, "ratio"),
        at_most=1.2,
        detail=f"{number(median_of(rounds, 'last_ms'))} ms against {number(median_of(rounds, 'first_ms'))} ms",
        rounds=rounds,
    )
    if accounts in OTHERS:
        ours = median_of(rounds, "late_ms")
        yield Comparison(name=f"list page at 90 % of {accounts:,}", ours=ours, unit="ms", others=OTHERS[accounts])


async def _rounds(place: Workplace, seeded: Seeded) -> list[Round]:
    last_page = seeded.accounts - PAGE
    late, last = _before(seeded, min(seeded.accounts * 9 // 10, last_page - 1)), _before(seeded, last_page)
    async with services(seeded) as parts:
        return [await _round(parts.administration, late, last) for _ in range(place.profile.rounds)]


def _before(seeded: Seeded, offset: int) -> str:
    """Give the id after which the page at an offset begins."""
    return seeded.people[offset - 1].id


async def _round(administration: Administration, late: str, last: str) -> Round:
    times: dict[str, list[float]] = {"": [], late: [], last: []}
    for _ in range(CALLS):
        for after, spent in times.items():
            start = time.perf_counter()
            page = await administration.page(SYSTEM, after=after)
            spent.append((time.perf_counter() - start) * 1e3)
            assert len(page) == PAGE, after  # noqa: S101  a short page would be quick for the wrong reason
    first_ms, late_ms, last_ms = (median(spent) for spent in times.values())
    return {"first_ms": first_ms, "late_ms": late_ms, "last_ms": last_ms, "ratio": last_ms / first_ms}
