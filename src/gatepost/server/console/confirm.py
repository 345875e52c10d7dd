"""Confirming an e-mail address: the link shows a page, and only its button acts.

Mail scanners follow every link they see, so following one must not change anything.
"""

from dataclasses import dataclass

from gatepost.server.console.pages import Pages
from gatepost.server.domain.errors import Conflict, NotFound
from gatepost.server.services.registration import Registration
from gatepost.server.web.answers import Answer
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, path_text


@dataclass(frozen=True, slots=True)
class ConfirmPages:
    """`/confirm/{raw}`."""

    pages: Pages
    registration: Registration
    limiter: Limiter

    async def show(self, request: Request) -> Answer:
        try:
            attempt = await self.registration.attempt_of(path_text(request, "raw"))
        except NotFound as error:
            return self._gone(request, error)
        return self.pages.page("confirm", email=attempt.email)

    async def submit(self, request: Request) -> Answer:
        try:
            account = await self.registration.confirm(path_text(request, "raw"))
        except (NotFound, Conflict) as error:
            return self._gone(request, error)
        return self.pages.page("confirmed", email=account.email, usable=account.usable)

    def _gone(self, request: Request, error: NotFound | Conflict) -> Answer:
        self.limiter.failed_token(request.scope)
        return self.pages.page("link-gone", 404, message=error.message, sign_up=True)
