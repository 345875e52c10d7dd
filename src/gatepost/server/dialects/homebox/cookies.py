"""The cookies of this API (contract 1.4): a session for its web page, and what a sign-in at a provider needs.

They go to no other host, while the original names a domain, which sends them to all hosts below it as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime

from gatepost.server.domain.clock import to_datetime
from gatepost.server.domain.flows import Flow
from gatepost.server.services.sessions import NewSession
from gatepost.server.web.answers import Header

TOKEN = "hb.auth.token"
REMEMBER = "hb.auth.remember"
FLAG = "hb.auth.session"
ATTACHMENT = "hb.auth.attachment_token"
STATE, NONCE, VERIFIER = FLOW = "oidc_state", "oidc_nonce", "oidc_pkce_verifier"


@dataclass(frozen=True, slots=True)
class Cookies:
    """Makes the headers; `secure` cookies travel over TLS only."""

    secure: bool

    def of_session(self, new: NewSession, *, remember: bool) -> list[Header]:
        """Keep a session in a browser for as long as it lasts."""
        values = {REMEMBER: _flag(remember), TOKEN: new.raw, FLAG: "true", ATTACHMENT: new.attachment or ""}
        return self._all(values, new.expires_at)

    def without_session(self) -> list[Header]:
        """Make a browser forget a session."""
        return self._all({REMEMBER: "false", TOKEN: "", FLAG: "false", ATTACHMENT: ""}, 0)

    def of_flow(self, flow: Flow, ends_at: int) -> list[Header]:
        """Keep in a browser what a sign-in at a provider needs to be ended, until `ends_at` (milliseconds)."""
        return self._all({STATE: flow.state, NONCE: flow.nonce, VERIFIER: flow.verifier}, ends_at)

    def without_flow(self) -> list[Header]:
        """Make a browser forget a sign-in at a provider."""
        return self._all(dict.fromkeys(FLOW, ""), 0)

    def _all(self, values: Mapping[str, str], ends_at: int) -> list[Header]:
        return [(b"set-cookie", self._one(name, value, ends_at)) for name, value in values.items()]

    def _one(self, name: str, value: str, ends_at: int) -> bytes:
        expires = format_datetime(to_datetime(ends_at), usegmt=True)
        # The page's own script reads the flag; the others are none of its business.
        hidden = "" if name == FLAG else "; HttpOnly"
        return f"{name}={value}; Path=/; Expires={expires}{hidden}; SameSite=Lax{'; Secure' * self.secure}".encode()


def _flag(value: bool) -> str:
    return str(value).lower()
