"""Groups, who is in them and who is invited (contract 3.15 to 3.17)."""

from dataclasses import dataclass

from gatepost.server.dialects.homebox import mapping, wire
from gatepost.server.dialects.homebox.answers import answer, nothing
from gatepost.server.dialects.homebox.bodies import read
from gatepost.server.dialects.homebox.callers import Callers, route_key
from gatepost.server.dialects.homebox.errors import unprocessable
from gatepost.server.domain.errors import NotFound
from gatepost.server.domain.groups import Group
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.spellings import Spelling
from gatepost.server.services.groups import Groups
from gatepost.server.services.invitations import Invitations
from gatepost.server.web.answers import Answer
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, path_text


@dataclass(frozen=True, slots=True)
class GroupOperations:
    """What the operations on groups and members call."""

    callers: Callers
    groups: Groups

    async def show(self, request: Request) -> Answer:
        caller = await self.callers.caller(request)
        return answer(mapping.group(await self.groups.show(*caller.place)))

    async def list_own(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        return answer([mapping.group(one) for one in await self.groups.list_own(principal)])

    async def create(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        body = await read(request, wire.GroupCreate)
        if problems := mapping.group_problems(body):
            return unprocessable(problems)
        return answer(mapping.group(await self.groups.create(principal, body.name)), 201)

    async def change(self, request: Request) -> Answer:
        caller = await self.callers.owner(request)
        body = await read(request, wire.GroupUpdate)
        if problems := mapping.group_problems(body):
            return unprocessable(problems)
        changed = await self.groups.change(*caller.place, body.name, body.currency)
        return answer(mapping.group(changed))

    async def delete(self, request: Request) -> Answer:
        caller = await self.callers.owner(request)
        await self.groups.delete(*caller.place)
        return nothing()

    async def members(self, request: Request) -> Answer:
        caller = await self.callers.caller(request)
        found = await self.groups.members(*caller.place)
        return answer([mapping.member(one) for one in found])

    async def remove_member(self, request: Request) -> Answer:
        caller = await self.callers.owner(request)
        await self.groups.remove_member(*caller.place, route_key(request, "user_id"))
        return nothing()


@dataclass(frozen=True, slots=True)
class InvitationOperations:
    """What the operations on invitations call."""

    callers: Callers
    groups: Groups
    invitations: Invitations
    limiter: Limiter

    async def list_of_group(self, request: Request) -> Answer:
        caller = await self.callers.caller(request)
        found = await self.invitations.list_of(*caller.place)
        into = mapping.group(await self.groups.show(*caller.place))
        return answer([mapping.invitation(one, into) for one in found])

    async def create(self, request: Request) -> Answer:
        caller = await self.callers.owner(request)
        body = await read(request, wire.GroupInvitationCreate)
        if problems := mapping.invitation_problems(body):
            return unprocessable(problems)
        ends_at = mapping.instant(body.expires_at)
        made = await self.invitations.create(*caller.place, body.uses, ends_at, Spelling.HOMEBOX)
        return answer(mapping.new_invitation(made), 201)

    async def accept(self, request: Request) -> Answer:
        principal, _ = await self.callers.caller(request)
        joined = await self._join(request, principal)
        return answer(wire.GroupJoined(joined.id, joined.name))

    async def _join(self, request: Request, principal: Principal) -> Group:
        try:
            return await self.invitations.accept(principal, path_text(request, "id"))
        except NotFound:
            self.limiter.failed_token(request.scope)
            raise

    async def withdraw(self, request: Request) -> Answer:
        caller = await self.callers.owner(request)
        await self.invitations.withdraw(*caller.place, route_key(request, "id"))
        return nothing()
