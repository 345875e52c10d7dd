"""`docs/reference/tokens.md`: the format of credentials, with an example that proves itself."""

from collections.abc import Iterator
from itertools import count

from gatepost.server.domain.clients import OVERLAP, TOKEN_LIFE
from gatepost.server.domain.clock import MINUTE
from gatepost.server.domain.spellings import HOMEBOX_KEY, homebox
from gatepost.server.domain.tokens import ALPHABET, CHECKSUM_LENGTH, NAME_LIMIT, RANDOM_LENGTH, Kind, digest, mint
from tools.reference.markdown import code, page, table

USES = {
    Kind.ACCESS: ("Personal access token, and the default token", "header, as the API says", "as its owner says"),
    Kind.SESSION: ("Session of a browser", "cookie", "`sessions.days`, unused `sessions.idle_days`"),
    Kind.ATTACHMENT: ("Companion of a session that fetches attachments and does nothing else", "URL", "as its session"),
    Kind.INVITATION: ("Invitation to a group", "body of a sign-up, path", "as its maker says, and so many uses"),
    Kind.CONFIRM: ("Link that confirms an e-mail address", "path `/confirm/…`", "`registration.confirm_hours`, once"),
    Kind.RESET: ("Link that sets a password", "query of `/reset-password`", "an hour, in an invitation a week; once"),
    Kind.CLIENT_SECRET: ("Secret of an OAuth2 client", "body of a token request", "until the client is revoked"),
    Kind.SETUP: ("Link that makes the first owner", "path `/setup/…`", "a day, once"),
}

PATTERN = f"gp_({'|'.join(kind.value for kind in Kind)})_[0-9A-Za-z]{{{RANDOM_LENGTH + CHECKSUM_LENGTH}}}"

FORMAT = f"""\
Every secret that Gatepost hands out has the same form:

```text
gp_<kind>_<{RANDOM_LENGTH} random characters><{CHECKSUM_LENGTH} characters of checksum>
```

The characters are base62, in this order: `{ALPHABET}`.
{RANDOM_LENGTH} of them hold 178 random bits. A secret scanner finds them with

```text
{PATTERN}
```"""

_SHORT = homebox(Kind.SESSION)

HOMEBOX = f"""\
Clients of the Homebox API know other forms, and get them from it; each is accepted wherever the other is. Access
tokens read `{HOMEBOX_KEY.prefix}` and {HOMEBOX_KEY.length - len(HOMEBOX_KEY.prefix)} characters of base64url;
sessions, their companions and invitations read {_SHORT.length} characters of base32, {5 * _SHORT.random_length} random
bits. The checksum is as much of the CRC-32 as there is room for, and it covers the kind, for which the forms have no
place."""

STORED = """\
The SHA-256 digest of the whole text is stored, and the text itself is not: it is shown once, when it is made, and
cannot be looked up again. Three things can be read again, and are encrypted with AES-256-GCM under the key file in the
data directory: the default token, which the Kipu API promises to show again, the text of a mail until it has left, with
the link in it, and the private keys that sign the access tokens of clients."""

CHECKSUM = """\
The checksum is the CRC-32 (the one of zlib and PNG) of everything before it, as six base62 digits, the most
significant first. A mistyped or invented token is refused by it without a look into the database."""

RULES = f"""\
- A name has 1 to {NAME_LIMIT} printable characters, and need not be unique.
- `expiresAt` is the last day (UTC) on which the token holds; without it the token holds until it is revoked.
- An account has at most `tokens.max_per_account` tokens beside its default token.
- The default token is made when its owner first looks at their tokens. It never expires. Replacing it ends the old one
  at once; it cannot be deleted.
- The last use is kept to the minute. It is noted in memory and written about every ten seconds.
- A token acts as its account: what the account may not do, its tokens may not do either. It carries
  [permissions](roles.md) in the Vectara API only: those of its account at the moment."""

CLIENTS = f"""\
`gatepost clients create` makes a client with an id and a secret. By them it gets access tokens: JSON web tokens that
hold for {TOKEN_LIFE // MINUTE} minutes and are signed with EdDSA (Ed25519). Whoever wants to check one fetches the keys
from `/.well-known/jwks.json`. The [Vectara API](vectara.md) hands these tokens out and takes them.

| Claim | Value |
| --- | --- |
| `iss`, `aud` | The service's own address, `server.public_url` |
| `sub`, `client_id` | The client's id |
| `iat`, `exp` | When it was signed, and when it ends, in seconds |
| `jti` | An id of its own |

The header has `"typ": "at+jwt"` (RFC 9068) and in `kid` the id of the key. A token says nothing about permissions: they
are those of the client's [roles](roles.md). Revoking a client ends its tokens at once, here; whoever checks them by the
keys alone believes them until `exp`.

`gatepost clients rotate-keys` begins a new key. The old one stays published and is believed for {OVERLAP // MINUTE}
minutes more, so no token breaks; `--at-once` ends it, and with it every token it signed."""


def pages() -> Iterator[tuple[str, str]]:
    """Give the page."""
    rows = ([code(f"gp_{kind}_"), *USES[kind]] for kind in Kind)
    kinds = table(["Begins with", "What it is", "Travels in", "Holds for"], rows)
    blocks = ["## Format", FORMAT, kinds, HOMEBOX, "## How it is stored", STORED, "## Checksum", CHECKSUM, _example()]
    source = "gatepost.server.domain.tokens"
    blocks += ["## Personal access tokens", RULES, "## Access tokens of clients", CLIENTS]
    yield "docs/reference/tokens.md", page("Tokens", source, *blocks)


def example() -> str:
    """Make the token of the example: well-formed, and not random."""
    numbers = count(7, step=17)
    return mint(Kind.ACCESS, lambda bound: next(numbers) % bound)


def _example() -> str:
    raw = example()
    return f"""\
```python
import hashlib
import zlib

ALPHABET = "{ALPHABET}"


def checksum(body: str) -> str:
    value, digits = zlib.crc32(body.encode()), ""
    for _ in range({CHECKSUM_LENGTH}):
        value, digit = divmod(value, {len(ALPHABET)})
        digits = ALPHABET[digit] + digits
    return digits


token = "{raw}"
digest = "{digest(raw.encode()).hex()}"

assert checksum(token[:-{CHECKSUM_LENGTH}]) == token[-{CHECKSUM_LENGTH}:]
assert hashlib.sha256(token.encode()).hexdigest() == digest
```"""
