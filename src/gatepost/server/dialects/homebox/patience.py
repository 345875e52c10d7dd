"""Slowing down whoever fails again and again where a secret is guessed or a mail asked for (contract 1.7)."""

from gatepost.server.domain.errors import Forbidden, GatepostError, RetryLater
from gatepost.server.web.answers import Answer
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request
from gatepost.server.web.routing import Operation


def slowing(limiter: Limiter, name: str, operation: Operation) -> Operation:
    """Make an operation that is refused for a while to a network for which it failed too often in a row."""

    async def run(request: Request) -> Answer:
        limiter.require_patience(request.scope, name)
        try:
            answer = await operation(request)
        except (Forbidden, RetryLater):
            raise  # nothing was tried, so that no page of another site can have its visitors locked out
        except GatepostError:
            limiter.failed(request.scope, name)
            raise
        limiter.succeeded(request.scope, name)
        return answer

    return run
