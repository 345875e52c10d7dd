"""Signing up. The answer is the same for known and unknown addresses."""

from dataclasses import dataclass

from gatepost.server.console.forms import Field, Form, account_fields, submitted
from gatepost.server.console.pages import Pages
from gatepost.server.domain.errors import Conflict, Invalid, NotFound
from gatepost.server.services.registration import Registration, SignUp
from gatepost.server.web.answers import Answer
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, query_parameter

INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class SignUpPages:
    """`/sign-up`."""

    pages: Pages
    registration: Registration
    limiter: Limiter

    async def show(self, request: Request) -> Answer:
        invitation = query_parameter(request, "invitation") or ""
        if not self._lets_in(invitation):
            return self._closed()
        return self._form(Form(self._fields, {INVITATION: invitation}))

    async def submit(self, request: Request) -> Answer:
        self.limiter.sign_up(request.scope)
        form = await submitted(request, self._fields)
        if not self._lets_in(form.text(INVITATION)):
            return self._closed()
        if form.wrong:
            return self._form(form, 400)
        try:
            await self.registration.sign_up(sign_up_of(form))
        except Invalid as error:
            return self._form(form.blaming(error), 400)
        except (NotFound, Conflict) as error:
            return self._form(form.blaming(error), 409)
        return self.pages.page("sign-up-done", email=form.text("email").strip(), policy=self.registration.policy)

    @property
    def _fields(self) -> tuple[Field, ...]:
        return account_fields(self.registration.policy.min_password_length)

    def _lets_in(self, invitation: str) -> bool:
        policy = self.registration.policy
        return policy.open or (policy.invitable and bool(invitation))

    def _form(self, form: Form, status: int = 200) -> Answer:
        return self.pages.page("sign-up", status, form=form, invitation=form.text(INVITATION))

    def _closed(self) -> Answer:
        return self.pages.page("sign-up-closed", 403, mode=self.registration.policy.mode)


def sign_up_of(form: Form) -> SignUp:
    """Read the fields of whoever makes an account."""
    return SignUp(
        email=form.text("email"),
        password=form.text("password"),
        first_name=form.text("first_name") or None,
        last_name=form.text("last_name") or None,
        invitation=form.text(INVITATION) or None,
    )
