"""The samples of the reference page, run in their order with only the address changed."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.client.vectara.conftest import token
from tests.docs.pages import DOCS, Page
from tests.kit.scripted import Answer, Scripted, Seen, answer, repeat, route, scripted

ADDRESS = "https://accounts.example.org/vectara"
SAMPLES = [block.text for block in Page(DOCS / "reference" / "client-vectara.md").blocks if block.language == "python"]

ANN = {"username": "ann", "email": "ann@example.org", "enabled": True}
BEN = {"username": "ben", "email": "ben@example.org", "enabled": True, "description": "x", "api_roles": ["owner"]}


class Service:
    """A little of the service: users in memory, a page a user."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {"ann": {**ANN}, "ben": {**BEN}}

    def __call__(self, seen: Seen) -> Answer:
        if seen.target == "/vectara/oauth2/token":
            return token()
        path = seen.target.partition("?")[0].removeprefix("/vectara/v2/users").removeprefix("/")
        return self.one(seen, *path.split("/")) if path else self.all(seen)

    def all(self, seen: Seen) -> Answer:
        if seen.method == "POST":
            return answer(409, json={"messages": ["taken"]})
        names = sorted(self.users)
        begin = names.index(seen.query.get("page_key", names[0]))
        following = names[begin + 1 : begin + 2]
        page = {"users": [self.users[names[begin]]], "metadata": {"page_key": following[0] if following else None}}
        return answer(json=page)

    def one(self, seen: Seen, username: str, *action: str) -> Answer:
        if username not in self.users:
            return answer(404, json={"id": username, "messages": ["There is no such user"]})
        if seen.method == "DELETE":
            del self.users[username]
            return answer(204)
        if seen.method == "PATCH":
            self.users[username].update(seen.json())
        return answer(json=self.users[username])


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted(repeat(route(Service()))) as running:
        yield running


def run_samples(server: Scripted) -> None:
    program = "\n".join(SAMPLES).replace(ADDRESS, f"{server.url}/vectara")
    exec(compile(program, "samples", "exec"), {})  # noqa: S102  a page of this repository


def test_the_samples_print_what_they_are_about(server: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    run_samples(server)
    assert capsys.readouterr().out.splitlines() == [
        "ann ann@example.org None None True",
        "ben ben@example.org x ['owner'] True",
        "ann False",
        "ben True",
        "The username or the address is taken.",
        "ann ann@example.org None False None",
        "ann ann@example.org",
        "ann ['viewer'] False Left in May",
        "404 ['There is no such user']",
        "1 False",
    ]


def test_every_operation_is_among_the_samples(server: Scripted) -> None:
    run_samples(server)
    asked = {f"{seen.method} {seen.target.partition('?')[0].removeprefix('/vectara')}" for seen in server.requests}
    assert asked == {
        "POST /oauth2/token",
        "GET /v2/users",
        "POST /v2/users",
        "GET /v2/users/ann",
        "PATCH /v2/users/ann",
        "DELETE /v2/users/ann",
        "POST /v2/users/ann/reset_password",
    }
