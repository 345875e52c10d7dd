"""Three servers on one PostgreSQL: what one ends, the others refuse a tenth of a second later, come what may."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gatepost.server.domain.principal import SYSTEM
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.postgres.listener import BELIEVED_SECONDS
from gatepost.server.store.postgres.options import PostgresOptions
from tests.chaos.load import SECONDS
from tests.chaos.mailing import eventually
from tests.kit.backstage import PASSWORD, Backstage, backstage
from tests.kit.link import Link, link_to
from tests.kit.postgres import Cluster, postgres
from tests.kit.server import Server, serving

ROUNDS = 20
REQUESTS = 20
READS = "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query LIKE '%FROM tokens t JOIN accounts%'"


@dataclass(frozen=True)
class Installation:
    """Servers on one database, and its services as an operator calls them: in another process, to the servers."""

    cluster: Cluster
    stage: Backstage
    servers: list[Server]
    link: Link
    """Where the last server listens for notifications."""

    def reads(self) -> int:
        """Count the reads of tokens so far."""
        return int(str(self.cluster.execute(READS)[0][0]))


class Caller:
    """A connection to one of the servers."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, {"Content-Type": "application/json", **given})
        answer = self._connection.getresponse()
        content_of = answer.read()
        return answer.status, json.loads(content_of) if content_of else None


@dataclass(frozen=True)
class Round:
    """One credential: how to ask whether it holds, and how to end it at the first server."""

    holds: Callable[[Caller], bool]
    end: Callable[[Caller], None]


def asking(method: str, path: str, **headers: str) -> Callable[[Caller], bool]:
    def holds(caller: Caller) -> bool:
        status, _ = caller.ask(method, path, **headers)
        assert status in {200, 401}
        return status == 200

    return holds


def authorizing(token: str) -> Callable[[Caller], bool]:
    return asking("POST", "/kipu/user-service/authorize", X_Auth_Token=token)


def revoked_token(stage: Backstage, caller: Caller) -> Round:
    member = stage.member()
    tokens = "/kipu/user-service/me/access-tokens"
    status, made = caller.ask("POST", tokens, {"name": "doomed"}, X_Auth_Token=member.token)
    assert status == 201

    def end(caller: Caller) -> None:
        assert caller.ask("DELETE", f"{tokens}/{made['id']}", X_Auth_Token=member.token)[0] == 204

    return Round(authorizing(made["value"]), end)


def disabled_account(stage: Backstage, _: Caller) -> Round:
    member = stage.member()

    def end(_: Caller) -> None:
        stage.call(stage.parts.administration.disable, SYSTEM, member.id)

    return Round(authorizing(member.token), end)


def ended_session(stage: Backstage, caller: Caller) -> Round:
    member, users = stage.member(), "/homebox/api/v1/users"
    stage.call(stage.parts.administration.set_password, SYSTEM, member.id, PASSWORD)
    status, made = caller.ask("POST", f"{users}/login", {"username": member.email, "password": PASSWORD})
    assert status == 200

    def end(caller: Caller) -> None:
        assert caller.ask("POST", f"{users}/logout", Authorization=made["token"])[0] == 204

    return Round(asking("GET", f"{users}/self", Authorization=made["token"]), end)


@pytest.fixture(scope="module")
def counting() -> Iterator[Cluster]:
    """Run a PostgreSQL server that counts statements."""
    with postgres(shared_preload_libraries="pg_stat_statements") as running:
        running.execute("CREATE EXTENSION pg_stat_statements")
        upgrade(PostgresOptions(running.create("gatepost")))
        yield running


@pytest.fixture(scope="module")
def installation(counting: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data, url = tmp_path_factory.mktemp("shared"), counting.url("gatepost")
    with ExitStack() as opened:
        link = opened.enter_context(link_to(counting.port))
        listen_urls = ["", "", url.replace(f":{counting.port}/", f":{link.port}/")]
        stage = opened.enter_context(backstage(data, GATEPOST_DATABASE__URL=url))
        servers = [opened.enter_context(served(data, url, listen_url)) for listen_url in listen_urls]
        yield Installation(counting, stage, servers, link)


def served(data: Path, url: str, listen_url: str) -> Any:
    return serving(data, GATEPOST_DATABASE__URL=url, GATEPOST_DATABASE__LISTEN_URL=listen_url)


@pytest.fixture
def callers(installation: Installation) -> Iterator[list[Caller]]:
    with ExitStack() as opened:
        ports = [server.port for server in installation.servers]
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS) for port in ports]
        yield [Caller(opened.enter_context(closing(connection))) for connection in connections]


class Watch:
    """Asks one server again and again until it refuses; `believed` has when it was asked what it still granted."""

    def __init__(self, caller: Caller, holds: Callable[[Caller], bool]) -> None:
        self.believed = float("-inf")
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(caller, holds))

    def start(self) -> None:
        """Begin, and wait for the first answer."""
        self._thread.start()
        self._begun.wait()

    def _run(self, caller: Caller, holds: Callable[[Caller], bool]) -> None:
        asked_at = time.monotonic()
        while holds(caller):
            self.believed, asked_at = asked_at, time.monotonic()
            self._begun.set()

    def end(self) -> float:
        """Wait for the refusal and say when a request was sent last that was granted."""
        self._thread.join()
        return self.believed


@pytest.mark.parametrize("make", [revoked_token, disabled_account, ended_session])
def test_what_one_ends_the_others_refuse_a_tenth_of_a_second_later(
    installation: Installation, callers: list[Caller], make: Callable[[Backstage, Caller], Round]
) -> None:
    first, *others = callers
    late: list[float] = []
    for _ in range(ROUNDS):
        this = make(installation.stage, first)
        assert [this.holds(caller) for caller in callers for _ in range(2)] == [True] * 6
        watches = [Watch(caller, this.holds) for caller in others]
        for watch in watches:
            watch.start()
        this.end(first)
        acknowledged = time.monotonic()
        if make is not disabled_account:  # which another process did, not the first server
            assert not this.holds(first)
        late += [watch.end() - acknowledged for watch in watches]
        assert [this.holds(caller) for caller in others] == [False] * 2
    assert max(late) <= BELIEVED_SECONDS
    print(f"\n{make.__name__}: believed after the acknowledgement, in ms: {described(late)}")  # noqa: T201  a figure


def described(seconds: list[float]) -> str:
    """Write a distribution; what was refused from the acknowledgement on counts as zero."""
    ordered = sorted(max(0.0, value) * 1_000 for value in seconds)
    return ", ".join(f"p{share} {ordered[(len(ordered) - 1) * share // 100]:.1f}" for share in (0, 50, 90, 100))


def reads_of_requests(installation: Installation, caller: Caller, token: str) -> int:
    """Count the reads that so many requests cost."""
    before = installation.reads()
    assert all(authorizing(token)(caller) for _ in range(REQUESTS))
    return installation.reads() - before


@pytest.mark.parametrize("fault", [Link.hold, Link.refuse])
def test_a_server_that_cannot_listen_believes_nothing_it_remembers(
    installation: Installation, callers: list[Caller], fault: Callable[[Link], None]
) -> None:
    member, link = installation.stage.member(), installation.link
    first, _, deaf = callers
    eventually(lambda: reads_of_requests(installation, deaf, member.token) == 0)
    fault(link)
    try:
        time.sleep(2 * BELIEVED_SECONDS)  # from here on it is to know that it knows nothing
        for _ in range(ROUNDS):
            this = revoked_token(installation.stage, first)
            assert this.holds(deaf)
            this.end(first)
            assert not this.holds(deaf)
        assert reads_of_requests(installation, deaf, member.token) == REQUESTS
        assert installation.servers[2].ready()
    finally:
        link.release()
    eventually(lambda: reads_of_requests(installation, deaf, member.token) == 0)


def test_a_server_at_rest_is_ready_whenever_it_is_asked(installation: Installation) -> None:
    for _ in range(3):
        time.sleep(2 * BELIEVED_SECONDS)  # nobody asks, so nothing is known of revocations
        assert all(server.ready() for server in installation.servers)
