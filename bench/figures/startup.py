"""From nothing to the first answer, and the memory of a server that waits."""

import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import quote_plus

from bench.figure import Comparison, Figure, Round, median_of, number
from bench.processes import Server, environment, gatepost
from bench.seeding import Seeded
from bench.workplace import KIPU, Workplace

IMPORTS = (sys.executable, "-c", "import granian.server.embed, litestar, uvloop")
"""What every server on these parts pays before it does anything of its own."""

WARMING = 200
SETTLING_SECONDS = 2.0
"""Requests of each kind before memory is read, and the time to come to rest after them."""

KIB_PER_MIB = 1_024

STARTS = {"fastapi-users": 0.37, "Django REST": 0.19, "better-auth": 0.36}
MEMORY = {"fastapi-users": 84.0, "Django REST": 72.0, "better-auth": 101.0}


def measure(place: Workplace) -> Iterator[Figure | Comparison]:
    """Start on an existing database several times, and read the memory of one that has answered some requests."""
    seeded = place.seeded(place.profile.small)
    yield from _starts(place, seeded)
    yield from _memory(seeded)


def _starts(place: Workplace, seeded: Seeded) -> Iterator[Figure | Comparison]:
    rounds = [_start(seeded) for _ in range(place.profile.rounds)]
    best, typical = min(each["seconds"] for each in rounds), median_of(rounds, "seconds")
    cpu, imports = median_of(rounds, "cpu_seconds"), median_of(rounds, "imports_seconds")
    detail = f"best {number(best)} s, CPU {number(cpu)} s; imports alone {number(imports)} s"
    yield Figure(name="start to first 200", value=typical, unit="s", at_most=0.8, detail=detail, rounds=rounds)
    yield Figure(name="start to first 200 ÷ imports alone", value=median_of(rounds, "ratio"), rounds=rounds)
    yield Comparison(name="start", ours=typical, unit="s", others=STARTS)


def _start(seeded: Seeded) -> Round:
    start = time.perf_counter()
    with gatepost(seeded.data) as server:
        seconds, cpu = time.perf_counter() - start, server.cpu_seconds()
    start = time.perf_counter()
    subprocess.run(IMPORTS, check=True, timeout=60, env=environment({}))
    imports = time.perf_counter() - start
    return {"seconds": seconds, "cpu_seconds": cpu, "imports_seconds": imports, "ratio": seconds / imports}


def _memory(seeded: Seeded) -> Iterator[Figure | Comparison]:
    with gatepost(seeded.data, settings={}) as server:
        _warm_up(server, seeded)
        time.sleep(SETTLING_SECONDS)
        memory = server.memory_kib()
    resident = memory["VmRSS"] / KIB_PER_MIB
    anonymous = memory["RssAnon"] / KIB_PER_MIB
    yield Figure(
        name=f"idle memory with {seeded.accounts:,} accounts",
        value=resident,
        unit="MiB",
        at_most=90,
        detail=f"VmRSS after {WARMING} requests of 4 kinds, {number(anonymous)} MiB of it anonymous",
        rounds=[{name: float(value) for name, value in memory.items()}],
    )
    yield Comparison(name="idle memory", ours=resident, unit="MiB", others=MEMORY)


def _warm_up(server: Server, seeded: Seeded) -> None:
    for person, token in zip(seeded.people[:WARMING], seeded.raw_tokens, strict=False):
        headers = {"X-Auth-Token": token}
        server.get(f"{KIPU}/authorize", headers, "POST")
        server.get(f"{KIPU}/users/{person.id}")
        server.get(f"{KIPU}/me", headers)
        server.get(f"{KIPU}/search?q={quote_plus(person.last_name)}", headers)
