"""The user operations of Vectara: each decodes, calls one service and maps the answer."""

from dataclasses import dataclass
from typing import Any

from gatepost.server.dialects.vectara import mapping, wire
from gatepost.server.dialects.vectara.callers import Callers
from gatepost.server.dialects.vectara.page_keys import PageKeys
from gatepost.server.domain.errors import Conflict, Forbidden
from gatepost.server.services.password_reset import Sent
from gatepost.server.services.roster import Roster
from gatepost.server.web.answers import NO_STORE, Answer, no_content
from gatepost.server.web.requests import Request, json_body, path_text, query_parameter, require_json


@dataclass(frozen=True, slots=True)
class Users:
    """What the operations call; `hands_out_codes` where mails stay, so that links reach nobody by themselves."""

    callers: Callers
    roster: Roster
    page_keys: PageKeys
    hands_out_codes: bool

    async def get_users(self, request: Request) -> Answer:
        principal = await self.callers.reader(request)
        limit = mapping.limit(query_parameter(request, "limit"))
        resource = mapping.corpus_resource(query_parameter(request, "corpus_key"))
        after = self.page_keys.read(query_parameter(request, "page_key"), resource)
        page = await self.roster.page(principal, limit, after, resource)
        key = None if page.complete else self.page_keys.write(page.entries[-1].account.id, resource)
        return answer(wire.UserPage(list(map(mapping.user, page.entries)), wire.Metadata(key)))

    async def post_user(self, request: Request) -> Answer:
        principal = await self.callers.writer(request)
        require_json(request)
        new = mapping.new_account(await json_body(request, wire.CreateUserRequest))
        entry, sent = await self.roster.invite(principal, new)
        return answer(mapping.user(entry, self._shown(sent)), 201)

    async def get_user(self, request: Request) -> Answer:
        principal = await self.callers.reader(request)
        return answer(mapping.user(await self.roster.find(principal, path_text(request, "username"))))

    async def patch_user(self, request: Request) -> Answer:
        principal = await self.callers.writer(request)
        require_json(request)
        changes = mapping.changes(await json_body(request, wire.UpdateUserRequest))
        try:
            entry = await self.roster.change(principal, path_text(request, "username"), changes)
        except Conflict as error:  # clients repeat what is answered 409, and this stays as it is
            raise Forbidden(error.message) from None
        return answer(mapping.user(entry))

    async def delete_user(self, request: Request) -> Answer:
        principal = await self.callers.writer(request)
        await self.roster.remove(principal, path_text(request, "username"))
        return no_content()

    async def post_reset(self, request: Request) -> Answer:
        principal = await self.callers.writer(request)
        account, sent = await self.roster.send_reset(principal, path_text(request, "username"))
        return answer(mapping.password_reset(account, self._shown(sent)))

    def _shown(self, sent: Sent) -> Sent | None:
        return sent if self.hands_out_codes else None


def answer(value: Any, status: int = 200) -> Answer:
    """Encode a JSON answer, which nobody may keep."""
    return Answer(mapping.encode(value), status, headers=NO_STORE)
