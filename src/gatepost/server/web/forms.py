"""Reading submitted HTML forms strictly."""

from urllib.parse import parse_qsl

from gatepost.server.domain.errors import Invalid
from gatepost.server.web.requests import MOST_PARAMETERS, Request, whole_body

FORM = "application/x-www-form-urlencoded"
LONGEST_VALUE = 4_096


async def form_values(request: Request) -> dict[str, str]:
    """Give the fields of an `application/x-www-form-urlencoded` body (WHATWG URL, section 5).

    Raises Invalid for another content type, for text that is not UTF-8 or has a NUL character, for more than 20
    fields, a field given twice, and a value over 4,096 characters.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Invalid(f"The body must be {FORM}.")
    pairs = _pairs(await whole_body(request))
    values = dict(pairs)
    if len(values) < len(pairs):
        raise Invalid("A field of the form is given more than once.")
    if any("\x00" in value or len(value) > LONGEST_VALUE for value in values.values()):
        raise Invalid("A field of the form is too long or has a NUL character.")
    return values


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise Invalid("The form is not valid UTF-8 form encoding.") from None
