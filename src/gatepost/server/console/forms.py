"""Forms as data: their fields, what somebody typed, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gatepost.server.domain.errors import GatepostError, Invalid
from gatepost.server.web.forms import form_values
from gatepost.server.web.requests import Request


@dataclass(frozen=True, slots=True)
class Field:
    """One input.

    `name` is the one that rules give in their errors, `noun` what a sentence calls the input, `missing` what to say
    when it is left empty: a field without it is optional.
    """

    name: str
    label: str
    noun: str
    kind: str = "text"
    autocomplete: str = "off"
    hint: str = ""
    missing: str = ""

    @property
    def required(self) -> bool:
        return bool(self.missing)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields with what was typed into them; `problems` are by field, `trouble` is with the form as a whole."""

    fields: tuple[Field, ...]
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    problems: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""

    def __getitem__(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    @property
    def wrong(self) -> bool:
        """Whether there is anything to put right."""
        return bool(self.problems or self.trouble)

    def text(self, name: str) -> str:
        """Give what was typed into a field, "" for nothing."""
        return self.values.get(name, "")

    def shown(self, field: Field) -> str:
        """Give what to show in a field when the form comes back: what was typed, but never a password."""
        return "" if field.kind == "password" else self.text(field.name)

    def blaming(self, error: GatepostError) -> "Form":
        """Give the form with the problem a rule found, at its field where it names one of ours."""
        blamed = error.field if isinstance(error, Invalid) else None
        for candidate in self.fields:
            if candidate.name == blamed:
                return replace(self, problems={candidate.name: _sentence(error.message, candidate)})
        return replace(self, trouble=error.message)


async def submitted(request: Request, fields: tuple[Field, ...]) -> Form:
    """Read a form; its problems are the required fields left empty. Raises Invalid when it is no form."""
    values = await form_values(request)
    return Form(fields, values, {field.name: field.missing for field in fields if not _filled(values, field)})


def _filled(values: Mapping[str, str], field: Field) -> bool:
    return bool(values.get(field.name)) or not field.required


def _sentence(message: str, field: Field) -> str:
    """Turn `password is longer than …` into `The password is longer than ….`."""
    start = f"{field.name} "
    text = f"{field.noun} {message.removeprefix(start)}" if message.startswith(start) else message
    return text if text.endswith(".") else f"{text}."


EMAIL = Field(
    "email",
    "E-mail address",
    "What you entered",
    kind="email",
    autocomplete="email",
    missing="Enter your e-mail address.",
)
FIRST_NAME = Field("first_name", "First name", "The first name", autocomplete="given-name")
LAST_NAME = Field("last_name", "Last name", "The last name", autocomplete="family-name")


def account_fields(min_password_length: int) -> tuple[Field, ...]:
    """Give the fields of whoever makes an account."""
    return EMAIL, FIRST_NAME, LAST_NAME, new_password_field(min_password_length)


def new_password_field(min_password_length: int) -> Field:
    """Give the field of whoever chooses a password."""
    return Field(
        "password",
        "Password",
        "The password",
        kind="password",
        autocomplete="new-password",
        hint=f"At least {min_password_length} characters. A few words in a row make a good one.",
        missing="Choose a password.",
    )
