"""The application in this process, on a database of its own for each test that changes settings."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gatepost.server.domain.sessions import HOMEBOX
from tests.kit.backstage import PASSWORD
from tests.kit.engines import Install
from tests.kit.site import Site, open_site
from tests.kit.wire import Answer, Target

BASE = b"/homebox/api/v1"


@pytest.fixture(scope="session")
def site(install: Install) -> Iterator[Site]:
    with open_site(install("site")) as opened:
        yield opened


def ask(site: Site, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Answer:
    """Send a request, its body as JSON; the names of `headers` are written with `_` for `-`."""
    sent = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    content = b"" if body is None else json.dumps(body).encode()
    if token:
        sent.append((b"authorization", token.encode()))
    if content:
        sent += [(b"content-length", b"%d" % len(content)), (b"content-type", b"application/json")]
    return site.ask(Target(method, BASE + path.encode(), sent, content))


def enter(site: Site, email: str) -> str:
    """Begin a session for an account made backstage; give its raw token."""
    return site.stage.call(site.stage.parts.sign_in.by_password, email, PASSWORD, "", HOMEBOX).raw


def login(site: Site, email: str) -> Answer:
    """Sign in over the wire."""
    return ask(site, "POST", "/users/login", {"username": email, "password": PASSWORD})


def register(site: Site, email: str, **fields: str) -> Answer:
    """Register over the wire."""
    person = {"name": "Ann Lee", "email": email, "password": PASSWORD} | fields
    return ask(site, "POST", "/users/register", person)
