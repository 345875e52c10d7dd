"""What a request costs on PostgreSQL, service and database counted apart, with one process and with several."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from random import Random
from typing import Any

from bench.figure import Figure, Round, median_of, number
from bench.load import Burst, Load
from bench.people import SEED
from bench.postgres import TICK, Peopled, cpu_seconds, people_on, server
from bench.processes import Server, gatepost
from bench.workplace import KIPU, Workplace

PROCESSES = (1, 2, 4)
CONNECTIONS = 16
"""How many requests each process has at a time."""

AT_MOST = 1.15
CHANGES = '{"name": "made by a load", "firstName": "Ada", "lastName": "Lovelace", "about": "made by a load"}'
"""What both requests of the mix understand: a new token and a changed profile."""

_OUTCOMES = "SELECT xact_rollback, (SELECT wal_bytes FROM pg_stat_wal) FROM pg_stat_database WHERE datname = '{name}'"


def measure(place: Workplace) -> Iterator[Figure]:
    """Check tokens that no cache holds, then change profiles and make tokens, through more and more processes."""
    with server() as cluster, ExitStack() as stack:
        peopled = people_on(cluster, place, place.profile.small)
        opened = (gatepost(peopled.seeded.data, peopled.environment()) for _ in range(max(PROCESSES)))
        servers = [stack.enter_context(each) for each in opened]
        for name, loads in (("authorize, cold", _checks(place, peopled)), ("changes", _changes(place, peopled))):
            for load, at in zip(loads, servers, strict=True):
                load.burst(at.port, 1, CONNECTIONS)
            rounds = [_round(place, peopled, servers, loads) for _ in range(place.profile.rounds)]
            yield from _figures(name, rounds)


def _checks(place: Workplace, peopled: Peopled) -> list[Load]:
    """More tokens than a cache holds, each in its turn."""
    path = f"{KIPU}/authorize"
    return [place.load("POST", ((path, token) for token in share)) for share in _shares(peopled, overlapping=True)]


def _changes(place: Workplace, peopled: Peopled) -> list[Load]:
    """Three of four change a profile, the fourth makes a token."""
    mix = [(f"{KIPU}/me", "PUT")] * 3 + [(f"{KIPU}/me/access-tokens", "POST")]
    return [
        place.posts(
            ((path, token, method) for token, (path, method) in zip(share, mix * len(share), strict=False)),
            "application/json",
            CHANGES,
        )
        for share in _shares(peopled, overlapping=False)
    ]


def _shares(peopled: Peopled, *, overlapping: bool) -> list[list[str]]:
    """Deal tokens to the processes: each all of them, beginning elsewhere, or each others' people."""
    tokens, most = list(peopled.seeded.raw_tokens), max(PROCESSES)
    if not overlapping:
        shares = [tokens[number::most] for number in range(most)]
        for share in shares:
            Random(SEED).shuffle(share)  # who acts at the same time does not live next door
        return shares
    starts = [len(tokens) * number // most for number in range(most)]
    return [tokens[at:] + tokens[:at] for at in starts]


def _round(place: Workplace, peopled: Peopled, servers: list[Server], loads: list[Load]) -> Round:
    found: dict[str, float] = {}
    for count in PROCESSES:
        burst = _burst(place, peopled, servers[:count], loads[:count])
        found |= {f"{name}_{count}": value for name, value in burst.items()}
    return found


def _burst(place: Workplace, peopled: Peopled, servers: list[Server], loads: list[Load]) -> Round:
    def one(pair: tuple[Load, Server]) -> Burst:
        return pair[0].burst(pair[1].port, place.profile.seconds, CONNECTIONS)

    before = _spent(peopled, servers)
    with ThreadPoolExecutor(len(servers)) as threads:
        bursts = list(threads.map(one, zip(loads, servers, strict=True)))
    spent = {name: value - before[name] for name, value in _spent(peopled, servers).items()}
    requests = sum(burst.requests for burst in bursts)
    return {
        "service_us": max(spent["service"], TICK) / requests * 1e6,
        "database_us": max(spent["database"], TICK) / requests * 1e6,
        "wal_bytes": spent["wal_bytes"] / requests,
        "again": spent["rolled_back"] / requests,
        "rate": sum(burst.rate for burst in bursts),
    }


def _spent(peopled: Peopled, servers: list[Server]) -> dict[str, float]:
    [(rolled_back, wal)] = peopled.cluster.execute(_OUTCOMES.format(name=peopled.name))
    return {
        "service": sum(each.cpu_seconds() for each in servers),
        "database": cpu_seconds(peopled.cluster),
        "wal_bytes": _float(wal),
        "rolled_back": _float(rolled_back),
    }


def _float(value: Any) -> float:
    return float(value)


def _figures(name: str, rounds: list[Round]) -> Iterator[Figure]:
    for count in PROCESSES[1:]:
        for part in ("service", "database"):
            several, alone = (_least(rounds, f"{part}_us_{each}") for each in (count, 1))
            yield Figure(
                name=f"{name}: CPU of the {part}, {count} processes ÷ 1",
                value=several / alone,
                at_most=AT_MOST,
                detail=f"{number(several)} µs a request against {number(alone)} µs; {_beside(rounds, count)}",
                rounds=rounds,
            )


def _least(rounds: list[Round], name: str) -> float:
    """Give the least of the rounds: other work on the machine adds to processor time and never takes from it."""
    return min(each[name] for each in rounds)


def _beside(rounds: list[Round], count: int) -> str:
    again, rate = median_of(rounds, f"again_{count}"), number(median_of(rounds, f"rate_{count}"))
    return f"{rate}/s, {number(median_of(rounds, f'wal_bytes_{count}'))} bytes of log each, {again:.2%} run again"
