"""API keys: the personal access tokens of the account, under the name they have here (contract 3.14)."""

from dataclasses import dataclass

from gatepost.server.dialects.homebox import mapping, wire
from gatepost.server.dialects.homebox.answers import answer, nothing
from gatepost.server.dialects.homebox.bodies import read
from gatepost.server.dialects.homebox.callers import Callers, route_key
from gatepost.server.dialects.homebox.errors import unprocessable
from gatepost.server.services.personal_tokens import PersonalTokens
from gatepost.server.web.answers import Answer
from gatepost.server.web.requests import Request


@dataclass(frozen=True, slots=True)
class KeyOperations:
    """What the operations call."""

    callers: Callers
    tokens: PersonalTokens

    async def list_own(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        return answer([mapping.key(token) for token in await self.tokens.list_keys(principal)])

    async def create(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        body = await read(request, wire.APIKeyCreate)
        if problems := mapping.key_problems(body):
            return unprocessable(problems)
        made = await self.tokens.create_key(principal, body.name, mapping.instant(body.expires_at))
        return answer(mapping.new_key(made), 201)

    async def delete(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        await self.tokens.revoke(principal, route_key(request, "id"))
        return nothing()
