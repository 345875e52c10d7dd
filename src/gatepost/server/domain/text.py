"""What free text from outside must look like before it is kept or compared."""

import unicodedata

from gatepost.server.domain.errors import Invalid


def clean(value: str, field: str, limit: int) -> str:
    """Check one piece of free text and return it unchanged.

    `limit` is in characters. Raises Invalid for NUL, for lone surrogates (neither can be stored everywhere)
    and for text over the limit.
    """
    if len(value) > limit:
        raise Invalid(f"{field} is longer than {limit} characters", field)
    if "\x00" in value:
        raise Invalid(f"{field} contains a NUL character", field)
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise Invalid(f"{field} is not valid Unicode text", field)
    return value


def clean_optional(value: str | None, field: str, limit: int) -> str | None:
    """Check optional free text; None passes."""
    return None if value is None else clean(value, field, limit)


def fold(value: str) -> str:
    """Normalise text for comparison: trimmed, NFKC, case-folded, and stable under a second folding."""
    if value.isascii():
        return value.strip().lower()  # what the rest comes to, at a tenth of its cost
    folded = unicodedata.normalize("NFKC", value.strip()).casefold()
    return unicodedata.normalize("NFKC", folded).strip()
