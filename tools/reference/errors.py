"""`docs/reference/errors.md`: the kinds of failure, and how each surface tells them."""

import inspect
import json
from collections.abc import Iterator

from gatepost.server.domain import errors
from gatepost.server.domain.errors import GatepostError, NotFound
from gatepost.server.web.surfaces import Surface
from tools.reference.markdown import code, page, table
from tools.reference.site import site

COLUMNS = {
    "kipu": "Kipu API",
    "homebox": "Homebox API",
    "ubiops": "UbiOps API",
    "vectara": "Vectara API",
    "console": "Pages",
    "operations": "Operations",
}
"""What the surfaces are called at the head of the table."""

INTRODUCTION = """\
Whatever goes wrong in an expected way is one of the kinds below. The code is a stable name, used in the source and
in these pages; each surface answers with the status and the body that its clients know."""

RULES = """\
Rules that hold for every kind:

- The message is one or two sentences for people. It never holds a secret, and clients must not parse it.
- An error changes nothing. What was refused can be corrected and sent again.
- 429 and 503 carry `Retry-After` in seconds: the request was refused before anything was done.
- A request without a matching route is answered 404, or 405 with `Allow` when only the method is wrong.
- 500 means a defect of Gatepost. The answer tells nothing about it; the log has the traceback."""

UNAUTHENTICATED = """\
401 does not say why: a token that is missing, malformed, unknown, expired or revoked gets the same answer, and so does
one whose account is disabled or not active. A JSON web token of an identity whose account may not act is answered
403."""


def pages() -> Iterator[tuple[str, str]]:
    """Give the page."""
    shown = {surface.name: surface for surface in site().surfaces}
    surfaces = [shown[name] for name in COLUMNS]
    yield (
        "docs/reference/errors.md",
        page(
            "Errors",
            "gatepost.server.domain.errors and the surfaces' tables",
            INTRODUCTION,
            table(["Code", "Meaning", *COLUMNS.values()], (_row(kind, surfaces) for kind in kinds())),
            RULES,
            UNAUTHENTICATED,
            "## Bodies",
            *map(_body, surfaces),
        ),
    )


def kinds() -> list[type[GatepostError]]:
    """List the kinds of failure, in the order they are declared: those that have a code of their own."""
    declared = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, GatepostError)]
    return [kind for kind in declared if "code" in vars(kind) and kind is not GatepostError]


def _row(kind: type[GatepostError], surfaces: list[Surface]) -> list[str]:
    statuses = [str(surface.statuses[kind]) for surface in surfaces]
    return [code(kind.code), inspect.getdoc(kind) or "", *statuses]


def _body(surface: Surface) -> str:
    heading = f"### {COLUMNS[surface.name]}\n\n"
    if surface.name == "console":
        return (
            heading
            + "A page with a headline, the message and a way back. Forms come back with the problem at its field."
        )
    path = f"{surface.prefix}/users/0" if surface.name == "kipu" else f"{surface.prefix}/0"
    answer = surface.error(surface.statuses[NotFound], "There is no such thing.", path)
    return heading + f"```json\n{json.dumps(_lasting(json.loads(answer.body)), indent=2)}\n```"


def _lasting(body: dict[str, object]) -> dict[str, object]:
    """Give the same body with an id that does not change from run to run."""
    return body | {"request_id": "019300a1-5c3e-7a52-9d0f-3f1c2b7e8a64"} if "request_id" in body else body
