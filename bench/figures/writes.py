"""Acknowledged writes against commits of the raw driver, both synced to disk."""

import time
from collections.abc import Iterator
from contextlib import closing
from random import Random

from bench.figure import Figure, Round, median_of, number
from bench.people import EPOCH_MS
from bench.processes import gatepost
from bench.seeding import Seeded, token_row
from bench.workplace import KIPU, Workplace
from gatepost.server.store import audit, tokens
from gatepost.server.store.sqlite import connect

CLIENTS = (1, 32)


def measure(place: Workplace) -> Iterator[Figure]:
    """Create tokens with one client and with many; many share a sync to disk, which the raw driver cannot."""
    seeded = place.copy(place.seeded(place.profile.small))
    requests = ((f"{KIPU}/me/access-tokens", token) for token in seeded.raw_tokens)
    load = place.posts(requests, "application/json", '{"name": "made by a load"}')
    with gatepost(seeded.data) as server:
        for clients in CLIENTS:
            rounds = [
                _round(load.burst(server.port, place.profile.seconds, clients).rate, seeded, place.profile.seconds)
                for _ in range(place.profile.rounds)
            ]
            yield _figure(clients, rounds)


def _round(ours: float, seeded: Seeded, seconds: int) -> Round:
    raw = commits_per_second(seeded, seconds)
    return {"rate": ours, "raw_rate": raw, "ratio": ours / raw}


def _figure(clients: int, rounds: list[Round]) -> Figure:
    return Figure(
        name=f"tokens created by {clients} client{'s' if clients > 1 else ''} ÷ raw SQLite commits",
        value=median_of(rounds, "ratio"),
        detail=f"{number(median_of(rounds, 'rate'))}/s against {number(median_of(rounds, 'raw_rate'))}/s",
        rounds=rounds,
    )


def commits_per_second(seeded: Seeded, seconds: int) -> float:
    """Insert the rows that a new token takes, one commit each, with the driver alone."""
    draw, count, spent, owner = Random(), 0, 0.0, seeded.people[0].id
    with closing(connect(seeded.database)) as connection:
        start = time.perf_counter()
        while spent < seconds:
            row = token_row(f"{draw.getrandbits(160)}", owner, draw)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(tokens.insert.sql, row)
            connection.execute(audit.insert.sql, _audit_row(row["id"], owner))
            connection.execute("COMMIT")
            count, spent = count + 1, time.perf_counter() - start
    return count / spent


def _audit_row(id: str, owner: str) -> dict[str, str | int]:
    return {"id": id, "at": EPOCH_MS, "actor": owner, "action": "token.created", "subject": owner, "detail": "{}"}
