"""Credentials to be ended: how a server is asked whether one holds, and how it is ended."""

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gatepost.server.domain.principal import SYSTEM
from tests.kit.backstage import PASSWORD, Backstage


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
