"""The Homebox user API as tests speak of it: requests without a browser's memory, and people who are there."""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx

from gatepost.server.domain.principal import SYSTEM
from tests.kit.backstage import Backstage, backstage
from tests.kit.server import Server, serving

PREFIX = "/homebox/api"
PASSWORD = "correct horse battery"
NOBODY = "0198c0de-0000-7000-8000-000000000000"
"""An id that nothing has."""

_numbers = itertools.count(1)


class House:
    """The API of one server; `stage` opens its services for what the API itself does not tell."""

    def __init__(self, server: Server, stage: Backstage, http: httpx.Client) -> None:
        self.url = server.url + PREFIX
        self.stage = stage
        self._http = http

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        authorization: str | None = None,
        cookies: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        """Send a request: bytes as they are, everything else as JSON; names of headers are written with `_`."""
        given = {"authorization": authorization, "cookie": cookies, **headers}
        sent = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
        if body is not None:
            sent.setdefault("content-type", "application/json")
        content = body if isinstance(body, bytes) else None
        json = None if isinstance(body, bytes) else body
        return self._http.request(method, f"{self.url}/v1{path}", headers=sent, content=content, json=json)

    def login(self, email: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
        """Try to sign in."""
        return self.ask("POST", "/users/login", {"username": email, "password": password, **more})

    def register(self, **fields: Any) -> httpx.Response:
        """Try to register somebody new; `fields` replace what is sent."""
        number = next(_numbers)
        person = {"name": f"Ann {number}", "email": f"ann{number}@example.com", "password": PASSWORD, "token": None}
        return self.ask("POST", "/users/register", person | fields)

    def person(self, **fields: Any) -> "Person":
        """Bring somebody who is registered and signed in; `fields` replace what is sent."""
        number = next(_numbers)
        one = Person(self, f"Pat {number}", f"pat{number}@example.com")
        person = {"name": one.name, "email": one.email, "password": PASSWORD} | fields
        answer = self.ask("POST", "/users/register", person)
        assert answer.status_code == 204, answer.text
        one.enter()
        return one

    def reset_token(self, email: str) -> str:
        """Give the token of the link that was mailed last to somebody who forgot a password."""
        return str(re.findall(r"/reset-password\?token=(\S+)", self.mails(email)[0])[0])

    def mails(self, email: str) -> list[str]:
        """Give the texts of the mails to an address, the newest first."""
        return self.stage.call(self._mails, email)

    async def _mails(self, email: str) -> list[str]:
        mails = self.stage.parts.mails
        listed = [mail for mail in await mails.page(SYSTEM) if mail.recipient == email]
        shown = [(await mails.show(SYSTEM, mail.id))[1] for mail in listed]
        return [composed.text for composed in shown if composed]


@dataclass
class Person:
    """Somebody with an account; `token` is the raw token of a session, `session` the answer that began it."""

    house: House
    name: str
    email: str
    token: str = ""
    session: dict[str, Any] = field(default_factory=dict)

    def enter(self) -> str:
        """Begin another session and give its raw token."""
        answer = self.house.login(self.email)
        assert answer.status_code == 200, answer.text
        self.session = answer.json()
        self.token = self.session["token"].removeprefix("Bearer ")
        return self.token

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request as this person."""
        return self.house.ask(method, path, body, **{"authorization": f"Bearer {self.token}", **headers})

    def item(self) -> dict[str, Any]:
        """Give what the API shows of this person."""
        found: dict[str, Any] = self.ask("GET", "/users/self").json()["item"]
        return found

    @property
    def id(self) -> str:
        return str(self.item()["id"])

    def key(self, **fields: Any) -> dict[str, Any]:
        """Make an API key."""
        answer = self.ask("POST", "/users/self/api-keys", {"name": "ci", **fields})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def invite(self, uses: int = 1, **fields: Any) -> dict[str, Any]:
        """Make an invitation to this person's default group."""
        answer = self.ask("POST", "/groups/invitations", {"uses": uses, "expiresAt": None, **fields})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def alive(self, token: str | None = None) -> int:
        """Give the status with which a token of this person is answered."""
        return self.house.ask("GET", "/users/self", authorization=token or self.token).status_code


@contextmanager
def forgetful() -> Iterator[httpx.Client]:
    """Open an HTTP client that keeps no cookies: they would win over every other credential."""
    with httpx.Client(timeout=30) as http:
        http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        yield http


@contextmanager
def running(data: Path, **settings: str) -> Iterator[House]:
    """Run a server with settings, which are environment variables."""
    with serving(data, **settings) as server, backstage(data, **settings) as stage, forgetful() as http:
        yield House(server, stage, http)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Give status and text of a refusal; it must have the shape of this API."""
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert set(body) - {"fields"} == {"error"}
    return answer.status_code, body["error"]


def set_cookies(answer: httpx.Response) -> dict[str, str]:
    """Give the cookies that an answer sets: name, then the whole value with its attributes."""
    return dict(cookie.split("=", 1) for cookie in answer.headers.get_list("set-cookie"))
