"""What the client library costs: its import, and one call, beside bare httpx and the official clients."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from statistics import median

from bench.calls import PERSON
from bench.figure import Comparison, Figure, Round, number
from bench.processes import bare, environment
from bench.workplace import Workplace

CALLS = 60
TIMEOUT = 300

BUILT = {
    "gatepost.kipu": "from gatepost.kipu import HubUserClient; HubUserClient(api_key='t')",
    "gatepost.homebox": "from gatepost.homebox import HomeboxClient; HomeboxClient('http://127.0.0.1/api', 't')",
    "gatepost.ubiops": "import gatepost.ubiops; gatepost.ubiops.CoreApi()",
    "gatepost.vectara": "from gatepost.vectara import Vectara; Vectara(api_key='t')",
    "httpx": "import httpx; httpx.Client()",
    "qhub-api": "from qhub.api.user import HubUserClient; HubUserClient(api_key='t')",
    "homebox": "from homebox import HomeboxClient; HomeboxClient('http://127.0.0.1/api', 't')",
    "ubiops": "import ubiops; ubiops.CoreApi()",
    "vectara": "from vectara import Vectara; Vectara(api_key='t')",
}
OURS = tuple(name for name in BUILT if name.startswith("gatepost."))
OFFICIAL = ("qhub-api", "homebox", "ubiops", "vectara")

ALONE = "import sys, time; sys.modules.update(click=None, rich=None, pygments=None); start = time.perf_counter()\n"
"""Keeps httpx from importing its command line, whose libraries are here for other reasons."""


def measure(place: Workplace) -> Iterator[Figure | Comparison]:
    """Import each client in a process of its own, then make the same call with all of them in one."""
    yield from _imports(place)
    yield from _calls(place)


def _imports(place: Workplace) -> Iterator[Figure | Comparison]:
    rounds: list[Round] = [{name: _built(code) for name, code in BUILT.items()} for _ in range(place.profile.rounds)]
    typical = {name: median(each[name] for each in rounds) for name in BUILT}
    best = {name: min(each[name] for each in rounds) for name in BUILT}
    slowest = max(OURS, key=lambda name: typical[name])
    detail = f"best {number(best[slowest])} ms; import httpx and its client {number(typical['httpx'])} ms"
    yield Figure(
        name=f"import and build, the slowest of ours ({slowest})",
        value=typical[slowest],
        unit="ms",
        at_most=80,
        detail=detail,
        rounds=rounds,
    )
    ratios = [max(each[name] for name in OURS) / each["httpx"] for each in rounds]
    yield Figure(name="the same ÷ import httpx and build its client", value=median(ratios), rounds=rounds)
    yield Comparison(
        name="import and build, in this run",
        ours=typical[slowest],
        unit="ms",
        others={name: typical[name] for name in OFFICIAL},
    )


def _built(code: str) -> float:
    program = f"{ALONE}{code}\nprint((time.perf_counter() - start) * 1000)"
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, env=environment({}))
    return float(done.stdout)


def _calls(place: Workplace) -> Iterator[Figure | Comparison]:
    with bare(json.dumps(PERSON)) as server:
        command = [sys.executable, "-W", "ignore", "-m", "bench.calls", f"http://127.0.0.1:{server.port}"]
        command += [str(3 * place.profile.rounds), str(CALLS)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=TIMEOUT)
    found: Mapping[str, list[tuple[float, float]]] = json.loads(done.stdout)
    clock, processor = ({name: _ratio(found, name, which) for name in found} for which in (0, 1))
    slowest = max(OURS, key=lambda name: clock[name])
    rounds = [{name: bursts[index][0] for name, bursts in found.items()} for index in range(len(found["httpx"]))]
    detail = "; ".join(f"{name} {number(clock[name])} (CPU {number(processor[name])})" for name in OURS)
    yield Figure(
        name="one call ÷ the same through bare httpx",
        value=clock[slowest],
        at_most=1.15,
        detail=f"the slowest of ours: {detail}",
        rounds=rounds,
    )
    yield Comparison(
        name="one call ÷ bare httpx, in this run",
        ours=clock[slowest],
        unit="×",
        others={name: clock[name] for name in OFFICIAL},
    )


def _ratio(found: Mapping[str, list[tuple[float, float]]], name: str, which: int) -> float:
    pairs = zip(found[name], found["httpx"], strict=True)
    return median(ours[which] / theirs[which] for ours, theirs in pairs)
