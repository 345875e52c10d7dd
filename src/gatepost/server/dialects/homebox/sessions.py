"""Getting in by password, staying in and getting out (contract 3.3 to 3.6)."""

from dataclasses import dataclass

from gatepost.server.config import HomeboxSettings
from gatepost.server.dialects.homebox import mapping
from gatepost.server.dialects.homebox.answers import answer, nothing
from gatepost.server.dialects.homebox.bodies import read_login
from gatepost.server.dialects.homebox.callers import Callers
from gatepost.server.dialects.homebox.cookies import Cookies
from gatepost.server.dialects.homebox.gates import require_local_login
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.principal import CredentialKind, Principal
from gatepost.server.domain.sessions import HOMEBOX, HOMEBOX_STAYING
from gatepost.server.services.sessions import Sessions
from gatepost.server.services.sign_in import SignIn
from gatepost.server.web.answers import Answer
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, device_of, query_parameter


@dataclass(frozen=True, slots=True)
class SessionOperations:
    """What the operations call."""

    settings: HomeboxSettings
    callers: Callers
    sign_in: SignIn
    sessions: Sessions
    cookies: Cookies
    limiter: Limiter

    async def login(self, request: Request) -> Answer:
        self._require_admission(request)
        form = await read_login(request)
        self.limiter.sign_in(request.scope, await self.sign_in.counted_as(form.username))
        device, terms = device_of(request), HOMEBOX_STAYING if form.stay_logged_in else HOMEBOX
        new = await self.sign_in.by_password(form.username, form.password, device, terms)
        return answer(mapping.session(new), cookies=self.cookies.of_session(new, remember=True))

    def _require_admission(self, request: Request) -> None:
        if (query_parameter(request, "provider") or "local") != "local":
            raise Invalid("invalid auth provider")
        require_local_login(self.settings)
        self.callers.require_own_page(request)

    async def logout(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        _require_session(principal, "API keys cannot be logged out; revoke them from the API keys page")
        await self.sessions.end(principal)
        return nothing(self.cookies.without_session())

    async def logout_all(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        await self.sessions.end_all(principal)
        return nothing(self.cookies.without_session())

    async def refresh(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        _require_session(principal, "API keys do not require refresh")
        new = await self.sessions.refresh(principal, HOMEBOX)
        return answer(mapping.refreshed(new), cookies=self.cookies.of_session(new, remember=False))


def _require_session(principal: Principal, refusal: str) -> None:
    if principal.kind is not CredentialKind.SESSION:
        raise Invalid(refusal)
