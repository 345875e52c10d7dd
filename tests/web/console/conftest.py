"""The console in this process, on a database of its own, with a clock the tests can turn."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from gatepost.server.app import build
from gatepost.server.config import load
from gatepost.server.domain.accounts import Account
from gatepost.server.domain.clock import system_clock
from gatepost.server.domain.principal import SYSTEM, CredentialKind, Principal
from gatepost.server.parts import Parts, assemble, open_parts
from gatepost.server.services.administration import NewAccount
from tests.kit.engines import Install, configuration
from tests.web.console.page import Page

PASSWORD = "a few words in a row"
MEMBER = "member@example.org"
CHEAP = {"passwords.memory_kib": 128, "passwords.time_cost": 1, "server.public_url": "http://accounts.test"}
KIPU = "/kipu/user-service"


@dataclass
class Visitor:
    """Somebody with a browser: keeps cookies, says where a form comes from, follows no redirect by itself."""

    http: httpx.AsyncClient

    async def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return _checked(await self.http.get(path, headers={"sec-fetch-site": "none"}))

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form."""
        return _checked(await self.http.post(path, data=fields, headers={"sec-fetch-site": "same-origin"}))

    async def page(self, path: str) -> Page:
        """Open a page and read it."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return Page(answer.text)

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in, and expect to be let in."""
        answer = await self.post("/sign-in", name=name, password=password)
        assert answer.status_code == 303, answer.text
        return answer


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.headers.get("content-type", "").startswith("text/html"):
        Page(answer.text).check()
    return answer


@dataclass
class Site:
    """A running console, and what tests need to know behind it."""

    parts: Parts
    app: Any
    ahead: int = 0
    visitors: list[Visitor] = field(default_factory=list)

    def now(self) -> int:
        """The machine's clock, ahead by as much as the test says, in milliseconds."""
        return system_clock() + self.ahead

    def visitor(self, url: str | None = None) -> Visitor:
        """Bring somebody who reaches the site by `url`."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        new = Visitor(httpx.AsyncClient(transport=transport, base_url=url or self.parts.settings.public_url))
        self.visitors.append(new)
        return new

    async def account(self, email: str = "ann@example.org", **given: Any) -> Account:
        """Make an account that signs in with `PASSWORD`."""
        return await self.parts.administration.create(SYSTEM, NewAccount(email, password=PASSWORD, **given))

    async def member(self, email: str = "ann@example.org", **given: Any) -> Visitor:
        """Bring somebody who is signed in."""
        account = await self.account(email, **given)
        visitor = self.visitor()
        await visitor.sign_in(account.username)
        return visitor

    async def mails(self, to: str) -> list[str]:
        """List the texts mailed to an address, the oldest first."""
        listed = [mail for mail in reversed(await self.parts.mails.page(SYSTEM)) if mail.recipient == to]
        shown = [(await self.parts.mails.show(SYSTEM, mail.id))[1] for mail in listed]
        return [composed.text for composed in shown if composed]

    async def confirm_path(self, to: str) -> str:
        """Give the path of the confirmation link mailed last to an address."""
        found = re.findall(r"http://accounts\.test(/confirm/\S+)", (await self.mails(to))[-1])
        return str(found[-1])

    async def setup_path(self) -> str:
        """Give the path of a fresh link that makes the first owner."""
        link = await self.parts.setup.open()
        assert link is not None
        return link.removeprefix(self.parts.settings.public_url)

    async def authorize(self, token: str) -> int:
        """Give the status with which the API answers a token."""
        answer = await self.visitor().http.post(f"{KIPU}/authorize", headers={"x-auth-token": token})
        return answer.status_code


def acting(account: Account) -> Principal:
    """Act as an account."""
    return Principal(account.id, CredentialKind.SESSION)


OpenSite = Callable[..., Awaitable[Site]]


@pytest.fixture
async def open_site(data: Path) -> AsyncIterator[OpenSite]:
    """Give a function that opens a site with settings such as `registration__mode="closed"`."""
    async with AsyncExitStack() as opened:

        async def open_(**settings: object) -> Site:
            flags = {name.replace("__", "."): value for name, value in settings.items()}
            return await opened.enter_async_context(running(data, flags))

        yield open_


@pytest.fixture
async def site(open_site: OpenSite) -> Site:
    """Open a site with the default settings."""
    return await open_site()


@pytest.fixture(scope="module")
async def standing(install: Install) -> AsyncIterator[Site]:
    """Open a site for all tests of a module that only look, or are refused; one member is there."""
    async with running(install("standing"), {"limits.enabled": False}) as site:
        await site.account(MEMBER)
        yield site


@asynccontextmanager
async def running(data: Path, flags: Mapping[str, object]) -> AsyncIterator[Site]:
    """Open a site on an installation."""
    chosen = load(configuration(data), {}, {"data": data, **CHEAP, **flags}).settings
    async with open_parts(chosen) as parts:
        site = Site(parts, None)
        site.parts = assemble(chosen, replace(parts.runtime, clock=site.now), parts.hasher)
        site.app = build(site.parts)
        yield site
        for visitor in site.visitors:
            await visitor.http.aclose()
        await site.parts.oidc_sign_in.aclose()
