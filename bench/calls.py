"""`python -m bench.calls URL ROUNDS CALLS`: the same GET through bare httpx, our clients and the official ones.

Every answer at the URL is `PERSON`, which all the clients understand. Each round makes a burst of calls with each
client in turn; the seconds of a call, by the clock and of the processor, are printed as JSON, a list a client.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any, TypeAlias, cast

Get: TypeAlias = Callable[[], object]

PERSON = {
    "id": "01a201dd-3fcb-7230-8cbf-40d3f1be3c18",
    "username": "ada@example.org",
    "email": "ada@example.org",
    "name": "Ada",
    "firstname": "Ada",
    "lastname": "Lovelace",
    "authentication": "ubiops",
    "enabled": True,
}
WARMING = 30


def clients(url: str) -> dict[str, Get]:
    """Make the clients, each with the call that reads one person."""
    return {
        "httpx": _httpx(url),
        "gatepost.kipu": _kipu("gatepost.kipu", url),
        "gatepost.homebox": _homebox("gatepost.homebox", url),
        "gatepost.ubiops": _ubiops("gatepost.ubiops", url),
        "gatepost.vectara": _vectara("gatepost.vectara", url),
        "qhub-api": _kipu("qhub.api.user", url),
        "homebox": _homebox("homebox", url),
        "ubiops": _ubiops("ubiops", url),
        "vectara": _vectara("vectara", url),
    }


def _httpx(url: str) -> Get:
    import httpx

    client = httpx.Client(base_url=url, headers={"X-Auth-Token": "t"})
    return lambda: client.get("/users/u1").json()


def _kipu(module: str, url: str) -> Get:
    client = _module(module).HubUserClient(base_url=url, api_key="t")
    return lambda: client.users.get_user_by_id("u1")


def _homebox(module: str, url: str) -> Get:
    client = _module(module).HomeboxClient(f"{url}/api", "t")
    return cast(Get, client.users.get_user_self)


def _ubiops(module: str, url: str) -> Get:
    package = _module(module)
    configuration = package.Configuration(host=f"{url}/v2.1", api_key={"Authorization": "t"})
    api = package.CoreApi(package.ApiClient(configuration))
    return cast(Get, api.user_get)


def _vectara(module: str, url: str) -> Get:
    package = _module(module)
    environment = _module(f"{module}.environment").VectaraEnvironment(default=url, auth=url)
    client = package.Vectara(environment=environment, api_key="t")
    return lambda: client.users.get("u1")


def _module(name: str) -> Any:
    from importlib import import_module

    return import_module(name)


def burst(get: Get, calls: int) -> tuple[float, float]:
    """Make so many calls; give the seconds of one, by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    for _ in range(calls):
        get()
    return (time.perf_counter() - clock) / calls, (time.process_time() - processor) / calls


def main(url: str, rounds: int, calls: int) -> None:
    """Measure and print."""
    gets = clients(url)
    for get in gets.values():
        burst(get, WARMING)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in gets}
    for _ in range(rounds):
        for name, get in gets.items():
            found[name].append(burst(get, calls))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
