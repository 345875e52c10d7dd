"""My tokens: the default token, and personal access tokens to make and revoke."""

from dataclasses import dataclass

from gatepost.server.console.forms import Field, Form, submitted
from gatepost.server.console.pages import Pages, see_other
from gatepost.server.domain.clock import Clock
from gatepost.server.domain.errors import Forbidden, Invalid
from gatepost.server.domain.principal import Principal
from gatepost.server.services.personal_tokens import NewToken, PersonalTokens
from gatepost.server.services.profiles import Profiles
from gatepost.server.web.answers import Answer
from gatepost.server.web.requests import Request, path_text, query_parameter

FIELDS = (
    Field(
        "name",
        "Name",
        "The name",
        hint="What will use it, such as “build server”.",
        missing="Give the token a name.",
    ),
    Field(
        "expiresAt",
        "Expires after",
        "The last day",
        kind="date",
        hint="The last day on which it works (UTC).",
    ),
)

NOTICES = {
    "revoked": "The token is revoked. It does not work any more.",
    "replaced": "The default token is replaced. The old one does not work any more.",
}


@dataclass(frozen=True, slots=True)
class TokenPages:
    """`/tokens` and what its forms do, for somebody who is signed in."""

    pages: Pages
    profiles: Profiles
    tokens: PersonalTokens
    clock: Clock

    async def show(self, request: Request, member: Principal) -> Answer:
        notice = NOTICES.get(query_parameter(request, "done") or "", "")
        return await self._page(member, Form(FIELDS), notice=notice)

    async def create(self, request: Request, member: Principal) -> Answer:
        form = await submitted(request, FIELDS)
        if form.wrong:
            return await self._page(member, form, 400)
        try:
            new = await self.tokens.create(member, form.text("name"), form.text("expiresAt") or None)
        except (Invalid, Forbidden) as error:
            return await self._page(member, form.blaming(error), 403 if isinstance(error, Forbidden) else 400)
        # Answered here and not by a redirect: the value must be in no address and kept nowhere.
        return await self._page(member, Form(FIELDS), created=new)

    async def revoke(self, request: Request, member: Principal) -> Answer:
        await self.tokens.revoke(member, path_text(request, "id"))
        return see_other("/tokens?done=revoked")

    async def replace_default(self, request: Request, member: Principal) -> Answer:
        await self.tokens.rotate_default(member)
        return see_other("/tokens?done=replaced")

    async def _page(
        self, member: Principal, form: Form, status: int = 200, notice: str = "", created: NewToken | None = None
    ) -> Answer:
        return self.pages.page(
            "tokens",
            status,
            account=await self.profiles.own(member),
            listed=await self.tokens.list_own(member),
            now=self.clock(),
            form=form,
            notice=notice,
            created=created,
        )
