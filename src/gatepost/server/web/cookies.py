"""Cookies that a browser keeps for us (RFC 6265bis)."""

from dataclasses import dataclass

from gatepost.server.web.answers import Header
from gatepost.server.web.requests import Request


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie: out of reach of scripts, of other sites' forms and, over TLS, of other hosts and plain http.

    `seconds` is how long browsers keep it.
    """

    plain_name: str
    secure: bool
    seconds: int

    @property
    def name(self) -> str:
        # Browsers take a `__Host-` cookie only over TLS.
        return f"__Host-{self.plain_name}" if self.secure else self.plain_name

    def keeping(self, value: str) -> Header:
        """Give the header that makes a browser keep a value."""
        return self._set(value, self.seconds)

    def dropping(self) -> Header:
        """Give the header that makes a browser forget the value."""
        return self._set("", 0)

    def _set(self, value: str, max_age: int) -> Header:
        flags = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if self.secure else "")
        return b"set-cookie", f"{self.name}={value}; Max-Age={max_age}{flags}".encode()

    def of(self, request: Request) -> str | None:
        """Give the value that a request carries."""
        return sent(request, self.name)


def sent(request: Request, name: str) -> str | None:
    """Give the value of the first cookie of this name that a request carries."""
    # HTTP/2 may spread cookies over several headers (RFC 9113, 8.2.3).
    headers = [value.decode("latin-1") for key, value in request.scope["headers"] if key == b"cookie"]
    for pair in ";".join(headers).split(";"):
        found, _, value = pair.strip().partition("=")
        if found == name:
            return value
    return None
