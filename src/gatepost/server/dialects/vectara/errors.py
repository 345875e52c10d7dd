"""How this API words a refusal (contract 4), and who is told more than a sentence."""

from dataclasses import dataclass

from msgspec import UNSET

from gatepost.server.dialects.vectara import wire
from gatepost.server.dialects.vectara.mapping import encode
from gatepost.server.domain.clock import Ids
from gatepost.server.domain.errors import Invalid, NotFound
from gatepost.server.web.answers import NO_STORE, Answer
from gatepost.server.web.requests import Request, path_text, query_parameter
from gatepost.server.web.routing import Operation

CHALLENGE = (b"www-authenticate", b"Bearer")


@dataclass(frozen=True, slots=True)
class Wording:
    """Writes the body that every error has, each with an id of its own."""

    ids: Ids

    def error(self, status: int, message: str, path: str) -> Answer:
        """Word an error; of a 404 the id is what was looked for, here a path."""
        return self.refusal(status, message, id=path if status == 404 else None)

    def refusal(
        self, status: int, message: str, *, fields: dict[str, str] | None = None, id: str | None = None
    ) -> Answer:
        """Word an error that concerns `fields` of the request, or something that is not there."""
        told = {} if status == 400 and fields is None else fields
        body = wire.Error([message], self.ids(), UNSET if told is None else told, UNSET if id is None else id)
        return Answer(encode(body), status, headers=[*NO_STORE, CHALLENGE] if status == 401 else NO_STORE)

    def explaining(self, operation: Operation, name: str = "username") -> Operation:
        """Make an operation that tells which field is wrong, or what it is that was not found.

        `name` is the parameter that says what is looked for.
        """

        async def run(request: Request) -> Answer:
            try:
                return await operation(request)
            except Invalid as error:
                return self.refusal(400, error.message, fields={error.field: error.message} if error.field else {})
            except NotFound as error:
                return self.refusal(404, error.message, id=_asked(request, name))

        return run


def _asked(request: Request, name: str) -> str:
    if name in request.path_params:
        return path_text(request, name)
    return query_parameter(request, name) or ""
