"""Changing a password, and setting one that was forgotten (contract 3.11 to 3.13)."""

from dataclasses import dataclass

from gatepost.server.config import HomeboxSettings
from gatepost.server.dialects.homebox import wire
from gatepost.server.dialects.homebox.answers import nothing
from gatepost.server.dialects.homebox.bodies import read
from gatepost.server.dialects.homebox.callers import Callers
from gatepost.server.dialects.homebox.gates import require_local_login, require_no_demo
from gatepost.server.domain.errors import Invalid, NotFound
from gatepost.server.services.own_account import OwnAccount
from gatepost.server.services.password_reset import PasswordReset
from gatepost.server.web.answers import Answer
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request

GONE = "password reset link is invalid or has expired"


@dataclass(frozen=True, slots=True)
class PasswordOperations:
    """What the operations call."""

    settings: HomeboxSettings
    callers: Callers
    own_account: OwnAccount
    reset: PasswordReset
    limiter: Limiter

    async def change(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        require_no_demo(self.settings)
        body = await read(request, wire.ChangePassword)
        self.limiter.sign_in(request.scope, principal.account_id)
        await self.own_account.change_password(principal, body.current, body.new)
        return nothing()

    async def forgot(self, request: Request) -> Answer:
        self._require_offered()
        body = await read(request, wire.ForgotPassword)
        self.limiter.sign_up(request.scope)
        await self.reset.ask(body.email)
        return nothing()

    async def set_forgotten(self, request: Request) -> Answer:
        self._require_offered()
        await self._complete(request, await read(request, wire.ResetPassword))
        return nothing()

    async def _complete(self, request: Request, body: wire.ResetPassword) -> None:
        try:
            await self.reset.complete(body.token, body.password)
        except NotFound:
            self.limiter.failed_token(request.scope)
            raise Invalid(GONE, "token") from None

    def _require_offered(self) -> None:
        require_no_demo(self.settings)
        require_local_login(self.settings)
