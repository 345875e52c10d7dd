"""Signing in by password, and signing out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gatepost.server.console.forms import Field, Form, submitted
from gatepost.server.console.pages import Pages, see_other
from gatepost.server.console.visitors import Visitors
from gatepost.server.domain.errors import Forbidden, Unauthenticated
from gatepost.server.services.sessions import NewSession
from gatepost.server.services.sign_in import SignIn
from gatepost.server.web.answers import Answer
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, device_of, query_parameter

HOME = "/tokens"

NAME = Field(
    "name",
    "E-mail address or username",
    "The name",
    autocomplete="username",
    missing="Enter your e-mail address or username.",
)
PASSWORD = Field(
    "password",
    "Password",
    "The password",
    kind="password",
    autocomplete="current-password",
    missing="Enter your password.",
)

NOTICES = {"signed-out": "You are signed out."}

# Browsers read `//host` and `/\host` as another site, and skip control characters while looking for them.
_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


class ProviderButton(NamedTuple):
    """A button that leads to an OIDC provider: its text, and the address on our site that begins the sign-in."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class SignInPages:
    """`/`, `/sign-in` and `/sign-out`."""

    pages: Pages
    sign_in: SignIn
    visitors: Visitors
    limiter: Limiter
    sign_up_open: bool
    provider_buttons: Sequence[ProviderButton] = ()

    async def home(self, request: Request) -> Answer:
        return see_other("/sign-in" if await self.visitors.member(request) is None else HOME)

    async def show(self, request: Request) -> Answer:
        then = own_path(query_parameter(request, "next"))
        if await self.visitors.member(request) is not None:
            return see_other(then)
        notice = NOTICES.get(query_parameter(request, "done") or "", "")
        return self._form(Form((NAME, PASSWORD)), then, notice=notice)

    async def submit(self, request: Request) -> Answer:
        form = await submitted(request, (NAME, PASSWORD))
        then = own_path(form.text("next"))
        if form.wrong:
            return self._form(form, then, 400)
        self.limiter.sign_in(request.scope, await self.sign_in.counted_as(form.text("name")))
        try:
            return await self.enter(request, form.text("name"), form.text("password"), then)
        except Unauthenticated as error:
            return self._form(form.blaming(error), then, 401)
        except Forbidden as error:
            return self.pages.page("sign-in-refused", 403, reason=error.message)

    async def enter(self, request: Request, name: str, password: str, then: str) -> Answer:
        """Start a session and go to `then`; raises what `SignIn.by_password` raises."""
        session = await self.sign_in.by_password(name, password, device_of(request))
        return await self.settle(request, session, then)

    async def settle(self, request: Request, session: NewSession, then: str) -> Answer:
        """Let the browser keep a session just started, in place of the one it has, and go to `then`."""
        await self._leave(request)
        return see_other(then, self.visitors.cookie.keeping(session.raw))

    async def sign_out(self, request: Request) -> Answer:
        await self._leave(request)
        return see_other("/sign-in?done=signed-out", self.visitors.cookie.dropping())

    async def _leave(self, request: Request) -> None:
        if raw := self.visitors.cookie.of(request):
            await self.sign_in.sign_out(raw)

    def _form(self, form: Form, then: str, status: int = 200, notice: str = "") -> Answer:
        return self.pages.page(
            "sign-in",
            status,
            form=form,
            then=then,
            notice=notice,
            sign_up_open=self.sign_up_open,
            provider_buttons=self.provider_buttons,
        )


def own_path(text: str | None) -> str:
    """Give the path to go to after signing in: `text` when it is a path of this site, else the start page."""
    return text if text and _OWN_PATH.fullmatch(text) else HOME
