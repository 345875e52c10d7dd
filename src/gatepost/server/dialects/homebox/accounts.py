"""What is served, getting an account, and one's own account (contract 3.1, 3.2, 3.7 to 3.10)."""

from dataclasses import dataclass

import msgspec

import gatepost
from gatepost.server.config import HomeboxSettings
from gatepost.server.dialects.homebox import mapping, wire
from gatepost.server.dialects.homebox.answers import answer, item, nothing
from gatepost.server.dialects.homebox.bodies import read
from gatepost.server.dialects.homebox.callers import Callers
from gatepost.server.dialects.homebox.gates import require_local_login, require_no_demo, require_registration
from gatepost.server.domain.accounts import Account
from gatepost.server.domain.errors import Invalid, NotFound
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.text import fold
from gatepost.server.services.enrolment import Enrol, Enrolment
from gatepost.server.services.groups import Groups
from gatepost.server.services.own_account import OwnAccount
from gatepost.server.services.preferences import Preferences
from gatepost.server.services.profiles import Profiles
from gatepost.server.web.answers import Answer
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, whole_body


@dataclass(frozen=True, slots=True)
class Accounts:
    """`button` is the text of the button that leads to the provider, empty where there is none."""

    settings: HomeboxSettings
    callers: Callers
    enrolment: Enrolment
    profiles: Profiles
    own_account: OwnAccount
    groups: Groups
    preferences: Preferences
    limiter: Limiter
    button: str

    async def get_status(self, request: Request) -> Answer:
        chosen = self.settings
        oidc = wire.Oidc(bool(self.button), chosen.allow_local_login, self.button)
        open_ = chosen.allow_registration and self.enrolment.registration.policy.open
        return answer(wire.APISummary(wire.Build(gatepost.__version__), chosen.demo, open_, oidc))

    async def register(self, request: Request) -> Answer:
        require_local_login(self.settings)
        body = await read(request, wire.UserRegistration)
        require_registration(self.settings, body.token)
        self.limiter.sign_up(request.scope)
        await self._enrol(Enrol(body.name, body.email, body.password, body.token or None))
        return nothing()

    async def _enrol(self, form: Enrol) -> None:
        try:
            await self.enrolment.enrol(form)
        except NotFound:
            # Clients take 404 for a server that does not know the operation.
            raise Invalid("invitation not found", "token") from None

    async def get_self(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        return await self._self(principal, await self.profiles.own(principal))

    async def put_self(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        body = await read(request, wire.UserUpdate)
        if fold(body.email) != fold((await self.profiles.own(principal)).email):
            self.limiter.sign_up(request.scope)  # the answer tells whether somebody else has the address
        return await self._self(principal, await self.own_account.rename(principal, body.name, body.email))

    async def _self(self, principal: Principal, account: Account) -> Answer:
        memberships = await self.groups.memberships(principal)
        return item(mapping.user(account, memberships, await self.profiles.identity_of(principal)))

    async def delete_self(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        require_no_demo(self.settings)
        await self.profiles.delete_own(principal)
        return nothing()

    async def get_settings(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        return item(msgspec.Raw((await self.preferences.of(principal)).encode()))

    async def put_settings(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        kept = await self.preferences.replace(principal, await whole_body(request))
        return item(msgspec.Raw(kept.encode()))
