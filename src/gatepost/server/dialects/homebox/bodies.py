"""Reading bodies as leniently as this API does: key names in any letter case, null as good as missing."""

from typing import Any, TypeVar

import msgspec

from gatepost.server.dialects.homebox.wire import LoginForm
from gatepost.server.domain.errors import Invalid, Unauthenticated
from gatepost.server.web.forms import FORM, form_values
from gatepost.server.web.requests import JSON, Request, json_body

T = TypeVar("T")

UNAUTHORIZED = "unauthorized"


async def read(request: Request, shape: type[T]) -> T:
    """Decode the JSON object of a body, whatever its content type; raises Invalid with the place of the mistake."""
    sent = await json_body(request, dict[str, Any])
    try:
        return msgspec.convert({name.lower(): value for name, value in sent.items() if value is not None}, shape)
    except msgspec.ValidationError as error:
        raise Invalid(f"The body does not fit: {error}.") from None


async def read_login(request: Request) -> LoginForm:
    """Read JSON or a form, by content type; raises Unauthenticated for a mistake, as for a wrong password."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == JSON:
            return await read(request, LoginForm)
        values = await form_values(request) if kind == FORM else {}
    except Invalid:
        raise Unauthenticated(UNAUTHORIZED) from None
    staying = values.get("stayLoggedIn") == "true"
    return LoginForm(values.get("username", ""), values.get("password", ""), staying)
