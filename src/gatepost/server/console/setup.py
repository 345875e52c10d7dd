"""The first administrator's page, reached by the one-time link that a new server prints."""

from dataclasses import dataclass

from gatepost.server.console.forms import Form, account_fields, submitted
from gatepost.server.console.pages import Pages
from gatepost.server.console.sign_in import SignInPages
from gatepost.server.console.sign_up import sign_up_of
from gatepost.server.domain.errors import Conflict, Invalid, NotFound
from gatepost.server.services.setup import Setup
from gatepost.server.web.answers import Answer
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, path_text


@dataclass(frozen=True, slots=True)
class SetupPages:
    """`/setup/{raw}`."""

    pages: Pages
    setup: Setup
    sign_in: SignInPages
    limiter: Limiter

    async def show(self, request: Request) -> Answer:
        try:
            await self.setup.check(path_text(request, "raw"))
        except NotFound as error:
            return self._gone(request, error)
        return self._form(Form(account_fields(self.setup.min_password_length)))

    async def submit(self, request: Request) -> Answer:
        form = await submitted(request, account_fields(self.setup.min_password_length))
        if form.wrong:
            return self._form(form, 400)
        try:
            await self.setup.complete(path_text(request, "raw"), sign_up_of(form))
        except NotFound as error:
            return self._gone(request, error)
        except (Invalid, Conflict) as error:
            return self._form(form.blaming(error), 409 if isinstance(error, Conflict) else 400)
        return await self.sign_in.enter(request, form.text("email"), form.text("password"), "/tokens")

    def _form(self, form: Form, status: int = 200) -> Answer:
        return self.pages.page("setup", status, form=form)

    def _gone(self, request: Request, error: NotFound) -> Answer:
        self.limiter.failed_token(request.scope)
        return self.pages.page("link-gone", 404, message=error.message, sign_up=False)
