"""The kinds of value a setting can hold beyond numbers and switches: each with its rule and how to say it.

`extra["expected"]` is the wording used in error messages and in the reference page; `extra["check"]` is a
function that raises `ValueError` for rules a pattern cannot express; `extra["shown"]` is a function that takes what
is secret out of a value, which is then not shown at all when it is refused.
"""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta

HIDDEN: Final = "********"

_ONE_RATE = r"[1-9][0-9]{0,6} ?(/|per) ?([1-9][0-9]{0,3} ?)?(second|minute|hour|day|month|year)s?"
_HOST = r"[A-Za-z0-9._-]+"
_IPV6 = r"[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9]+)?"
_ADDRESS = r"[^\s<>@]+@[^\s<>@]+"


class Secret:
    """A text that shows itself only when asked by `reveal`, so no log, repr or traceback gives it away."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself, for the one place that must send it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)


def without_password(url: str) -> str:
    """Give an address as people may see it."""
    url = re.sub(r"(?<=://)([^/@:]*):[^/@]*@", rf"\1:{HIDDEN}@", url)
    return re.sub(r"([?&](?:ssl)?password=)[^&]+", rf"\1{HIDDEN}", url)


def _check_network(text: str) -> None:
    ip_network(text)


_POSTGRES = r"postgres(ql)?://([^\s#@/]*@)?[^\s#@]+"
"""A password with a character that means something in an address would be taken for a host, and shown as one."""

_POSTGRES_EXPECTED = "postgresql://role@host/database (with `@`, `/`, `#` and `%` of a password as %40 …), or empty"

Directory = Annotated[Path, Meta(extra={"expected": "a directory"})]
Host = Annotated[
    str,
    Meta(pattern=rf"^({_HOST}|{_IPV6})$", extra={"expected": "a host name or IP address, without a port"}),
]
OptionalHost = Annotated[
    str,
    Meta(
        pattern=rf"^({_HOST}|{_IPV6}|)$",
        extra={"expected": "a host name or IP address without a port, or empty"},
    ),
]
Network = Annotated[
    str,
    Meta(extra={"expected": "a network such as 10.0.0.0/8 or an IP address", "check": _check_network}),
]
Domain = Annotated[
    str,
    Meta(pattern=r"^[^\s@/:.]+(\.[^\s@/:.]+)+$", extra={"expected": "a domain such as example.org"}),
]
WebOrigin = Annotated[
    str,
    Meta(
        pattern=r"^(https?://[^\s/?#@]+/?)?$",
        extra={"expected": "an address such as https://accounts.example.org without a path, or empty"},
    ),
]
Issuer = Annotated[
    str,
    Meta(
        pattern=r"^https?://[^\s?#@]+$",
        extra={"expected": "an address such as https://login.example.org/realm"},
    ),
]
OptionalUrl = Annotated[
    str,
    Meta(pattern=r"^(https?://[^\s@]+)?$", extra={"expected": "an http or https address, or empty"}),
]
DatabaseUrl = Annotated[
    str,
    Meta(
        pattern=rf"^(sqlite:///(?!:memory:)[^?#]+|{_POSTGRES})?$",
        extra={"expected": f"sqlite:///path, {_POSTGRES_EXPECTED}", "shown": without_password},
    ),
]
PostgresUrl = Annotated[
    str,
    Meta(
        pattern=rf"^({_POSTGRES})?$",
        extra={"expected": _POSTGRES_EXPECTED, "shown": without_password},
    ),
]
MountPoint = Annotated[
    str,
    Meta(
        pattern=r"^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$",
        extra={"expected": "a path such as /kipu that ends without a slash, or empty"},
    ),
]
Mailbox = Annotated[
    str,
    Meta(
        pattern=rf"^({_ADDRESS}|[^<>@]+ <{_ADDRESS}>)$",
        extra={"expected": "a mail address such as accounts@example.org or Accounts <accounts@example.org>"},
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=60, extra={"expected": "text of 1 to 60 characters"})]
OptionalName = Annotated[str, Meta(max_length=60, extra={"expected": "text of up to 60 characters, or empty"})]
Scope = Annotated[str, Meta(pattern=r"^[!#-\[\]-~]+$", extra={"expected": "a scope such as openid"})]
Slug = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,31}$",
        extra={"expected": "up to 32 lower-case letters, digits and hyphens"},
    ),
]
OptionalSlug = Annotated[
    str,
    Meta(
        pattern=r"^([a-z0-9][a-z0-9-]{0,31})?$",
        extra={"expected": "up to 32 lower-case letters, digits and hyphens, or empty"},
    ),
]
NonEmpty = Annotated[str, Meta(min_length=1, extra={"expected": "non-empty text"})]
Rate = Annotated[
    str,
    Meta(
        pattern=rf"^{_ONE_RATE}( ?; ?{_ONE_RATE})*$",
        extra={"expected": "a rate such as 5/minute, 20/15 minutes or 5/minute;50/day"},
    ),
]
