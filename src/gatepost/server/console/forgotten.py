"""A forgotten password: asking for a link by mail, and the page it leads to, where only the button acts."""

from dataclasses import dataclass

from gatepost.server.console.forms import EMAIL, Field, Form, new_password_field, submitted
from gatepost.server.console.pages import Pages
from gatepost.server.domain.accounts import Account
from gatepost.server.domain.errors import Invalid, NotFound
from gatepost.server.services.password_reset import PasswordReset
from gatepost.server.web.answers import Answer
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, query_parameter


@dataclass(frozen=True, slots=True)
class ForgottenPages:
    """`/forgot-password` and `/reset-password?token=…`."""

    pages: Pages
    reset: PasswordReset
    limiter: Limiter

    async def show(self, request: Request) -> Answer:
        return self.pages.page("forgot-password", form=Form((EMAIL,)))

    async def ask(self, request: Request) -> Answer:
        self.limiter.sign_up(request.scope)
        form = await submitted(request, (EMAIL,))
        email = form.text("email")
        if form.wrong or not email.strip():
            return self.pages.page("forgot-password", 400, form=form.blaming(Invalid(EMAIL.missing, EMAIL.name)))
        await self.reset.ask(email)
        return self.pages.page("forgot-password-done", email=email.strip())

    async def choose(self, request: Request) -> Answer:
        try:
            account = await self.reset.account_of(_token(request))
        except NotFound as error:
            return self._gone(request, error)
        return await self._form(Form(self._fields), account)

    async def submit(self, request: Request) -> Answer:
        try:
            account = await self.reset.account_of(_token(request))
            form = await submitted(request, self._fields)
            if form.wrong:
                return await self._form(form, account, 400)
            return await self._set(request, form, account)
        except NotFound as error:
            return self._gone(request, error)

    async def _set(self, request: Request, form: Form, account: Account) -> Answer:
        first = await self.reset.is_first(account)
        try:
            await self.reset.complete(_token(request), form.text("password"), claiming=True)
        except Invalid as error:
            return await self._form(form.blaming(error), account, 400)
        return self.pages.page("reset-password-done", email=account.email, first=first)

    @property
    def _fields(self) -> tuple[Field, ...]:
        return (new_password_field(self.reset.min_password_length),)

    async def _form(self, form: Form, account: Account, status: int = 200) -> Answer:
        first, confirmed = await self.reset.is_first(account), account.email_verified
        return self.pages.page("reset-password", status, form=form, owner=account, first=first, confirmed=confirmed)

    def _gone(self, request: Request, error: NotFound) -> Answer:
        self.limiter.failed_token(request.scope)
        return self.pages.page("reset-password-gone", 404, message=error.message)


def _token(request: Request) -> str:
    return query_parameter(request, "token") or ""
