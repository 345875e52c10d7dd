"""Three servers on one PostgreSQL: what one ends, the others refuse a tenth of a second later, come what may."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gatepost.server.store.migrate import upgrade
from gatepost.server.store.postgres.listener import BELIEVED_SECONDS
from gatepost.server.store.postgres.options import PostgresOptions
from tests.chaos.doomed import Caller, Round, authorizing, disabled_account, ended_session, revoked_token
from tests.chaos.load import SECONDS
from tests.chaos.mailing import eventually
from tests.kit.backstage import Backstage, backstage
from tests.kit.link import Link, link_to
from tests.kit.pgbouncer import pgbouncer
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


@pytest.mark.parametrize("listens", [True, False])
def test_behind_a_pooler_only_a_server_that_listens_past_it_remembers(
    installation: Installation, callers: list[Caller], listens: bool
) -> None:
    stage, cluster = installation.stage, installation.cluster
    data, url, member = stage.parts.settings.data, cluster.url("gatepost"), stage.member()
    with ExitStack() as opened:
        port = opened.enter_context(pgbouncer(cluster.port))
        pooled = url.replace(f":{cluster.port}/", f":{port}/")
        server = opened.enter_context(served(data, pooled, url if listens else ""))
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
        behind = Caller(opened.enter_context(closing(connection)))
        for _ in range(ROUNDS):
            this = revoked_token(stage, behind)
            assert [this.holds(caller) for caller in (behind, *callers)] == [True] * 4
            this.end(callers[0])
            time.sleep(BELIEVED_SECONDS if listens else 0)
            assert not this.holds(behind)
        if listens:
            eventually(lambda: reads_of_requests(installation, behind, member.token) == 0)
        else:
            assert reads_of_requests(installation, behind, member.token) == REQUESTS
        assert ("set database.listen_url" in server.log.read_text()) is not listens


def test_a_server_at_rest_is_ready_whenever_it_is_asked(installation: Installation) -> None:
    for _ in range(3):
        time.sleep(2 * BELIEVED_SECONDS)  # nobody asks, so nothing is known of revocations
        assert all(server.ready() for server in installation.servers)
