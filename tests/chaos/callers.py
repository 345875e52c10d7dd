"""Callers that go on while a database fails: whatever they are told but success and 503 fails the test."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from gatepost.kipu import HubUserClient
from tests.chaos.load import API, SECONDS
from tests.kit.backstage import Member
from tests.kit.server import Server

_GONE = (OSError, http.client.HTTPException, httpx.TransportError)

Ask = Callable[..., Any]
"""Takes method, path and perhaps a body; gives the decoded answer, None for a 503."""


@dataclass
class Caller:
    """Reads without pause from one server, and takes every answer as it comes."""

    member: Member
    port: int
    served: int = 0
    unavailable: int = 0
    longest: float = 0.0

    def work(self, over: threading.Event) -> None:
        """Ask until told to stop."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)) as connection:
            number = 0
            while not over.is_set():
                number += 1
                self.turn(lambda *request: self._ask(connection, *request), number)

    def _ask(self, connection: http.client.HTTPConnection, method: str, path: str, body: object = None) -> Any:
        headers = {"X-Auth-Token": self.member.token, "Content-Type": "application/json"}
        begun = time.monotonic()
        connection.request(method, API + path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        self.longest = max(self.longest, time.monotonic() - begun)
        if answer.status == 503:
            assert int(answer.headers["Retry-After"]) > 0
            self.unavailable += 1
            return None
        assert answer.status in {200, 201, 204}, (answer.status, content)
        self.served += 1
        return json.loads(content) if content else {}

    def turn(self, ask: Ask, number: int) -> None:
        """Read what is true all the time."""
        me = ask("GET", "/me")
        assert me is None or me["email"] == self.member.email
        ask("POST", "/authorize")


@dataclass
class Writer(Caller):
    """Makes and revokes tokens.

    `held` and `ended` are acknowledged, by name; what is `doubted` may have happened or not.
    """

    held: dict[str, tuple[str, str]] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    doubted: set[str] = field(default_factory=set)

    def turn(self, ask: Ask, number: int) -> None:
        if number % 3 == 0 and self.held:
            self._revoke(ask, next(iter(self.held)))
        else:
            self._make(ask, f"token {number}")

    def _make(self, ask: Ask, name: str) -> None:
        self.doubted.add(name)
        if (made := ask("POST", "/me/access-tokens", {"name": name})) is not None:
            self.held[name] = made["id"], made["value"]
            self.doubted.remove(name)

    def _revoke(self, ask: Ask, name: str) -> None:
        self.doubted.add(name)
        id, value = self.held.pop(name)
        if ask("DELETE", f"/me/access-tokens/{id}") is not None:
            self.ended[name] = value
            self.doubted.remove(name)

    def settle(self, stored: list[str], holds: Callable[[str], bool]) -> None:
        """Compare what was acknowledged with the names of the tokens that are stored, and with what a server says."""
        assert self.held.keys() <= set(stored)
        assert set(stored) - self.held.keys() - {"first"} <= self.doubted
        assert all(holds(value) for _, value in self.held.values())
        assert not any(holds(value) for value in self.ended.values())


@dataclass
class LibraryUser:
    """A program that uses the client library as it comes, and is not prepared for any error."""

    member: Member
    port: int
    made: set[str] = field(default_factory=set)

    def work(self, over: threading.Event) -> None:
        """Make tokens until told to stop."""
        with HubUserClient(base_url=f"http://127.0.0.1:{self.port}{API}", api_key=self.member.token) as hub:
            while not over.is_set():
                name = f"token {len(self.made)}"
                hub.user_settings_personal_access_tokens.create_personal_access_token(name=name)
                self.made.add(name)
                assert hub.user_settings.get_current_user().email == self.member.email


class Crowd:
    """Callers of several servers, four of each kind on two of them, at work in threads."""

    MEMBERS = 8

    def __init__(self, members: list[Member], servers: list[Server]) -> None:
        ports = [servers[number % len(servers)].port for number in range(self.MEMBERS)]
        people = list(zip(members, ports, strict=True))
        self.writers = [Writer(*person) for person in people[:4]]
        self.readers = [Caller(*person) for person in people[4:6]]
        self.callers = [*self.writers, *self.readers]
        self.programs = [LibraryUser(*person) for person in people[6:]]
        self.leaving: int | None = None
        """The port of a server that is told to stop: who calls it may find it gone, and calls no more."""
        self.failures: list[Exception] = []
        self._over = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let everybody call; what went wrong is raised at the end."""
        threads = [threading.Thread(target=self._run, args=(each,)) for each in (*self.callers, *self.programs)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()
        if self.failures:
            raise self.failures[0]

    def _run(self, caller: Caller | LibraryUser) -> None:
        try:
            caller.work(self._over)
        except Exception as failure:  # noqa: BLE001  it is raised again where the test waits
            if not (caller.port == self.leaving and isinstance(failure, _GONE)):
                self.failures.append(failure)

    def wait_until_served(self, times: int = 1) -> float:
        """Wait until everybody was served so often from now on, and say how many seconds that took."""
        staying = [caller for caller in self.callers if caller.port != self.leaving]
        begun, before = time.monotonic(), [caller.served for caller in staying]
        while any(caller.served < count + times for caller, count in zip(staying, before, strict=True)):
            assert not self.failures, self.failures
            assert time.monotonic() < begun + SECONDS, "somebody is served no more"
            time.sleep(0.01)
        return time.monotonic() - begun

    def figures(self) -> str:
        """Say how the callers fared."""
        served, unavailable = (sum(getattr(each, what) for each in self.callers) for what in ("served", "unavailable"))
        return f"{served} served, {unavailable} told to come back, the longest after {self.longest:.1f} s"

    @property
    def longest(self) -> float:
        """How many seconds anybody waited for an answer."""
        return max(caller.longest for caller in self.callers)
