"""A server killed in the middle of writing."""

import random
import time
from pathlib import Path

from tests.chaos.load import ROOMY, Client, check_stored, working
from tests.kit.backstage import backstage
from tests.kit.kipu import target
from tests.kit.server import Server, await_ready, launch, serving
from tests.kit.wire import exchange, written

KILLS = 20
CLIENTS = 6


def test_a_killed_server_loses_nothing_it_acknowledged_and_keeps_no_halves(data: Path) -> None:
    moments = random.Random(20)  # noqa: S311  the same moments in every run
    with backstage(data) as stage:
        clients = [Client(stage.member()) for _ in range(CLIENTS)]
    for _ in range(KILLS):
        server = launch(data, **ROOMY)
        await_ready(server)
        check_answers(server, clients)
        with working(clients, server):
            time.sleep(moments.uniform(0.05, 0.5))
            server.process.kill()
        server.process.wait()
        check_stored(data, clients)
    with serving(data, **ROOMY) as server:
        check_answers(server, clients)
    assert all(client.answered > KILLS for client in clients)


def check_answers(server: Server, clients: list[Client]) -> None:
    """Fail unless the newest token of each client holds, and what it revoked last does not."""
    for client in clients:
        holding = [value for value in client.tokens.values() if value][-1]
        assert authorized(server, holding) == 200
        assert [authorized(server, value) for value in client.revoked[-1:]] in ([], [401])


def authorized(server: Server, token: str) -> int:
    answer = exchange(server.port, written(target("POST", "/authorize", token), server.port))
    assert answer is not None
    return answer.status
