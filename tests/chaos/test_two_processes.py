"""Two servers on the same data: what one ends, the other refuses from the next request on."""

import http.client
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from gatepost.server.domain.principal import SYSTEM
from tests.chaos.load import API, ROOMY, SECONDS, Client, check_stored, working
from tests.kit.backstage import Backstage, backstage
from tests.kit.engines import Install, on_sqlite
from tests.kit.server import serving

ROUNDS = 100

# What is marked below holds at once on SQLite; how soon it does on PostgreSQL is in `test_revocation`.


class Caller:
    """A connection to one of the servers."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection

    def ask(self, method: str, path: str, token: str, body: object = None) -> tuple[int, Any]:
        headers = {"X-Auth-Token": token, "Content-Type": "application/json"}
        self._connection.request(method, API + path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None

    def authorized(self, token: str) -> bool:
        status, _ = self.ask("POST", "/authorize", token)
        assert status in {200, 401}
        return status == 200


@pytest.fixture(scope="module")
def shared(install: Install) -> Path:
    return install("shared")


@pytest.fixture(scope="module")
def stage(shared: Path) -> Iterator[Backstage]:
    """Act on the same data as an operator does on the command line: a third process, to the servers."""
    with backstage(shared, **ROOMY) as opened:
        yield opened


@pytest.fixture(scope="module")
def callers(shared: Path, stage: Backstage) -> Iterator[tuple[Caller, Caller]]:
    with ExitStack() as opened:
        servers = [opened.enter_context(serving(shared, **ROOMY)) for _ in range(2)]
        connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS) for server in servers]
        first, second = [Caller(opened.enter_context(closing(connection))) for connection in connections]
        yield first, second


@on_sqlite
def test_a_token_is_known_to_the_other_server_at_once_and_refused_at_once(
    callers: tuple[Caller, Caller], stage: Backstage
) -> None:
    member = stage.member()
    for number in range(ROUNDS):
        one, other = callers[number % 2], callers[1 - number % 2]
        status, made = one.ask("POST", "/me/access-tokens", member.token, {"name": f"round {number}"})
        assert status == 201
        assert other.authorized(made["value"])
        assert other.authorized(made["value"])
        assert one.ask("DELETE", f"/me/access-tokens/{made['id']}", member.token)[0] == 204
        assert not other.authorized(made["value"])
        assert not one.authorized(made["value"])


@on_sqlite
def test_a_rotated_default_token_is_refused_at_once(callers: tuple[Caller, Caller], stage: Backstage) -> None:
    member = stage.member()
    old = ""
    for number in range(ROUNDS):
        one, other = callers[number % 2], callers[1 - number % 2]
        status, answer = one.ask("PUT", "/me/access-tokens/default", member.token)
        assert status == 200
        assert other.authorized(answer["defaultToken"])
        assert not (old and other.authorized(old))
        old = answer["defaultToken"]


@on_sqlite
def test_a_disabled_account_is_refused_by_both_at_once(callers: tuple[Caller, Caller], stage: Backstage) -> None:
    member, administration = stage.member(), stage.parts.administration
    for _ in range(ROUNDS):
        assert [caller.authorized(member.token) for caller in callers] == [True, True]
        stage.call(administration.disable, SYSTEM, member.id)
        assert [caller.authorized(member.token) for caller in callers] == [False, False]
        stage.call(administration.enable, SYSTEM, member.id)


@on_sqlite
def test_a_deleted_account_is_refused_by_both_at_once(callers: tuple[Caller, Caller], stage: Backstage) -> None:
    for _ in range(ROUNDS):
        member = stage.member()
        assert [caller.authorized(member.token) for caller in callers] == [True, True]
        assert callers[0].ask("DELETE", "/me", member.token)[0] == 204
        assert [caller.authorized(member.token) for caller in callers] == [False, False]


def test_both_write_at_full_speed_and_nothing_is_lost_or_refused(data: Path) -> None:
    with backstage(data) as stage:
        clients = [Client(stage.member()) for _ in range(8)]
    with serving(data, **ROOMY) as first, serving(data, **ROOMY) as second:
        with working(clients[:4], first), working(clients[4:], second):
            for client in clients:
                assert client.busy.wait(SECONDS)
        check_stored(data, clients)
    assert all(client.doubt is None for client in clients)
