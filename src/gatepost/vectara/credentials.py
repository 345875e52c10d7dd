"""How a client shows who it is: with an API key, with a token of its own making, or as an OAuth2 client.

An OAuth2 client (RFC 6749, section 4.4) trades its id and secret for an access token that lives for a while. The
token is fetched when a call first needs it, and again shortly before it ends or when the API refuses it. Whoever
fetches does so alone (see `Alone`), and whoever waited meanwhile finds the new token and fetches none.
"""

import time
from collections.abc import Callable, Mapping
from math import inf
from typing import Any, ClassVar, TypeAlias

import msgspec

from gatepost._core.calls import Call, Reply
from gatepost._core.checks import require_text
from gatepost._core.errors import ParsingError
from gatepost._core.exchange import exchange
from gatepost._core.flow import Flow, alone
from gatepost._core.models import Model
from gatepost._core.secrets import Secret, SecretHeaders, header_secret
from gatepost._core.service import Credential, Service, Static

Setting: TypeAlias = str | msgspec.UnsetType | None
"""A credential that was passed, left to the environment, or switched off by None."""

Token: TypeAlias = str | Callable[[], str] | None

MARGIN_SECONDS = 120.0
"""How long before its end a token is replaced; of one that lives less than twice that, half its life."""


class Held(msgspec.Struct, frozen=True):
    """The headers with the token at hand, and until when by the client's clock they are good."""

    headers: SecretHeaders
    until: float


class AccessToken(Model, frozen=True, kw_only=True):
    """What the token endpoint gives; read leniently here and checked in `held`, so that no text of it is shown.

    Attributes:
        access_token: the token.
        expires_in: seconds it lives.
    """

    secret_fields: ClassVar[frozenset[str]] = frozenset({"access_token"})

    access_token: Any = None
    expires_in: Any = None


class ClientCredentials:
    """The credential of an OAuth2 client, good for any number of threads or tasks.

    `also` are headers that go with the token; `service` is the one that gives tokens.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: Secret,
        service: Service,
        also: SecretHeaders,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._service = service
        self._also = also
        self._clock = clock
        self._held = Held({}, -inf)

    def headers(self) -> Flow[SecretHeaders]:
        """Give the headers, with a new token if there is none that lives long enough."""
        if self._ended():
            yield from alone(self._fetch_unless(lambda: not self._ended()))
        return self._held.headers

    def renew(self, refused: SecretHeaders) -> Flow[bool]:
        """Fetch a new token, unless somebody has since these headers were given."""
        yield from alone(self._fetch_unless(lambda: self._held.headers is not refused))
        return True

    def _ended(self) -> bool:
        return self._clock() >= self._held.until

    def _fetch_unless(self, needless: Callable[[], bool]) -> Flow[None]:
        if not needless():
            asked_at = self._clock()
            reply = yield from exchange(self._request(), self._service, {})
            self._held = held(reply, asked_at, self._also)

    def _request(self) -> Call:
        """Ask for a token, as a form, the only way Vectara documents with all its parameters."""
        return Call(
            "POST",
            "/oauth2/token",
            form={
                "client_id": self._client_id,
                "client_secret": self._client_secret.reveal(),
                "grant_type": "client_credentials",
            },
            idempotent=True,
        )


def held(reply: Reply, asked_at: float, also: SecretHeaders) -> Held:
    """Read a token, to be replaced before its life ends; one whose life is not told is used until it is refused.

    Raises:
        ApiError: the answer is not JSON.
        ParsingError: it holds no token, or a life that is no number.
    """
    token = reply.decode(AccessToken)
    try:
        life = inf if token.expires_in is None else float(token.expires_in)
        headers = {**also, "Authorization": bearer(token.access_token, "access_token")}
    except (TypeError, ValueError, OverflowError) as cause:
        raise ParsingError.of(reply.response, None) from cause
    return Held(headers, asked_at + life - min(MARGIN_SECONDS, life / 2))


class Supplied:
    """A token that a function of the caller gives, before every call."""

    def __init__(self, supply: Callable[[], str], also: SecretHeaders) -> None:
        self._supply = supply
        self._also = also

    def headers(self) -> Flow[SecretHeaders]:
        """Ask for the token."""
        yield from ()
        return {**self._also, "Authorization": bearer(self._supply(), "token")}

    def renew(self, refused: SecretHeaders) -> Flow[bool]:
        """Ask again; only another token is worth another try."""
        yield from ()
        return bearer(self._supply(), "token").reveal() != refused["Authorization"].reveal()


def bearer(token: str, name: str) -> Secret:
    """Give a token as the value of the header `Authorization` (RFC 6750, section 2.1).

    Raises:
        TypeError: it is not a text.
        ValueError: it cannot travel in a header.
    """
    return Secret(f"Bearer {header_secret(token, name).reveal()}")


def credential(
    api_key: str | None, client_id: str | None, client_secret: str | None, token: Token, tokens: Service
) -> Credential:
    """Make the credential of a client; `tokens` is the service that gives them.

    An API key goes along with either kind of token, and `token` wins over the OAuth2 client.

    Raises:
        TypeError: a credential is not a text.
        ValueError: one is empty, or cannot travel in a header.
    """
    also = {} if api_key is None else {"x-api-key": header_secret(api_key, "api_key")}
    if callable(token):
        return Supplied(token, also)
    if token is not None:
        return Static({**also, "Authorization": bearer(token, "token")})
    if client_id is None or client_secret is None:
        return Static(also)
    return ClientCredentials(
        _filled(client_id, "client_id"), Secret(_filled(client_secret, "client_secret")), tokens, also
    )


def found(
    api_key: Setting, client_id: Setting, client_secret: Setting, token: Token, environ: Mapping[str, str]
) -> tuple[str | None, str | None, str | None]:
    """Give the API key, and the id and the secret of the OAuth2 client, as they were passed or are in the environment.

    The environment is not asked for what would go beside a credential of another kind that was passed: whoever
    passes one means that one. An empty variable counts as none.

    Raises:
        ValueError: of id and secret one was passed, and the other is nowhere.
    """
    client_passed = isinstance(client_id, str) or isinstance(client_secret, str)
    for_key: Mapping[str, str] = {} if client_passed or token is not None else environ
    for_client: Mapping[str, str] = {} if isinstance(api_key, str) or token is not None else environ
    client_id = _settled(client_id, "VECTARA_CLIENT_ID", for_client)
    client_secret = _settled(client_secret, "VECTARA_CLIENT_SECRET", for_client)
    if client_passed and (client_id is None or client_secret is None):
        raise ValueError("client_id and client_secret go together")
    return _settled(api_key, "VECTARA_API_KEY", for_key), client_id, client_secret


def _settled(value: Setting, variable: str, environ: Mapping[str, str]) -> str | None:
    return (environ.get(variable) or None) if value is msgspec.UNSET else value


def _filled(value: str, name: str) -> str:
    require_text(value, name)
    if not value:
        raise ValueError(f"{name} is empty")
    return value
