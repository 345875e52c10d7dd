"""A primary that goes away under load: callers are told to come back, and nothing that was acknowledged is lost."""

import http.client
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from gatepost.server.store.migrate import upgrade
from gatepost.server.store.postgres.options import PostgresOptions
from tests.chaos.callers import Crowd
from tests.chaos.load import API, ROOMY, SECONDS
from tests.chaos.mailing import eventually
from tests.kit.backstage import backstage
from tests.kit.postgres import Cluster
from tests.kit.server import STOP_SECONDS, Server, await_ready, check_log, launch
from tests.kit.standby import Pair, pair

BACK_SECONDS = 10.0
"""The promise: so long after there is a primary again, everybody is served."""

LONGEST_SECONDS = 30.0
"""The bound of one request, whatever the database does (docs/how-to/highly-available-postgresql.md)."""

DATABASE = "gatepost"


@dataclass(frozen=True)
class Site:
    """Two servers on a primary with a synchronous standby, and everybody who calls them."""

    pair: Pair
    servers: list[Server]
    crowd: Crowd


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as opened:
        servers = opened.enter_context(pair())
        upgrade(PostgresOptions(servers.primary.create(DATABASE)))
        settings = {
            "GATEPOST_DATABASE__URL": servers.url(DATABASE),
            "GATEPOST_DATABASE__STATEMENT_SECONDS": "3",
            **ROOMY,
        }
        with backstage(tmp_path, **settings) as stage:
            members = [stage.member() for _ in range(Crowd.MEMBERS)]
        running = [launch(tmp_path, **settings) for _ in range(2)]
        for server in running:
            opened.callback(stop, server)
            await_ready(server)
        yield Site(servers, running, Crowd(members, running))
    for server in running:
        check_log(server)
        assert "error connecting" not in server.log.read_text()  # as the driver says of every attempt


def stop(server: Server) -> None:
    server.process.terminate()
    server.process.wait(STOP_SECONDS)


def test_a_killed_primary_takes_nothing_with_it(site: Site) -> None:
    crowd = site.crowd
    with crowd.at_work():
        crowd.wait_until_served(10)
        site.pair.primary.kill()
        time.sleep(2)  # what it takes somebody, or something, to notice
        site.pair.promote()
        seconds = crowd.wait_until_served()
        crowd.wait_until_served(10)
    tell(f"served again {seconds:.2f} s after the promotion; {crowd.figures()}")
    assert seconds <= BACK_SECONDS
    check(site, site.pair.standby)


def test_a_primary_may_be_restarted_under_load(site: Site) -> None:
    crowd = site.crowd
    with crowd.at_work():
        for _ in range(3):
            crowd.wait_until_served(10)
            site.pair.primary.stop("fast")
            site.pair.primary.start()
            seconds = crowd.wait_until_served()
            tell(f"served again {seconds:.2f} s after the start; {crowd.figures()}")
            assert seconds <= BACK_SECONDS
    check(site, site.pair.primary)


def test_without_its_standby_a_primary_answers_reads_and_keeps_no_writer_waiting_for_ever(site: Site) -> None:
    crowd = site.crowd
    with crowd.at_work():
        crowd.wait_until_served(10)
        site.pair.standby.stop("fast")
        eventually(lambda: sum(writer.unavailable for writer in crowd.writers) > 0)
        served = sum(reader.served for reader in crowd.readers)
        eventually(lambda: sum(reader.served for reader in crowd.readers) > served + 10)
        site.pair.standby.start()
        seconds = crowd.wait_until_served()
    tell(f"served again {seconds:.2f} s after the standby was back; {crowd.figures()}")
    check(site, site.pair.primary)


def test_a_server_told_to_stop_answers_what_it_began_and_leaves_the_others_alone(site: Site) -> None:
    crowd, (leaving, staying) = site.crowd, site.servers
    with crowd.at_work():
        crowd.wait_until_served(10)
        crowd.leaving = leaving.port
        stop(leaving)
        crowd.wait_until_served(10)
    assert sum(caller.unavailable for caller in crowd.callers) == 0
    check(replace(site, servers=[staying]), site.pair.primary)


def check(site: Site, leader: Cluster) -> None:
    """Fail unless what was acknowledged is there, is known to every server, and nobody waited too long."""
    assert site.crowd.longest <= LONGEST_SECONDS
    for server in site.servers:
        for writer in site.crowd.writers:
            writer.settle(names_of(leader, writer.member.id), partial(holds, server))
    for program in site.crowd.programs:
        assert program.made <= set(names_of(leader, program.member.id))


def names_of(leader: Cluster, account: str) -> list[str]:
    rows = leader.execute(f"SELECT name FROM tokens WHERE account_id = '{account}'", DATABASE)  # noqa: S608  an id
    return [str(name) for (name,) in rows]


def holds(server: Server, token: str) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)) as connection:
        connection.request("POST", f"{API}/authorize", headers={"X-Auth-Token": token})
        status = connection.getresponse().status
    assert status in {200, 401}
    return status == 200


def tell(figure: str) -> None:
    print(f"\n{figure}")  # noqa: T201  what is measured here stands in the documentation
