"""The calls that get a client in and out, without I/O.

Each begins alone, see `Call`, for it changes the client's token. The facts are those of servers as they run: where
they differ from the reference document, `docs/reference/client-homebox.md` says so.

Source: py-homebox reference, UsersClient; Homebox API v1.
"""

from collections.abc import Collection

from gatepost._core.calls import Call, Operation, Reply
from gatepost._core.errors import ParsingError
from gatepost.homebox.keyring import Keyring
from gatepost.homebox.models import TokenResponse

SESSION_COOKIE = "hb.auth.token"
FLOW_COOKIES = ("oidc_state", "oidc_nonce", "oidc_pkce_verifier")
CALLBACK = "/v1/users/login/oidc/callback"
REDIRECTIONS = 300


def login(
    keyring: Keyring, username: str, password: str, stay_logged_in: bool, provider: str | None
) -> Operation[TokenResponse]:
    form = {"username": username, "password": password, "stayLoggedIn": stay_logged_in}
    query = {"provider": provider or None}
    return _entered(Call("POST", "/v1/users/login", query=query, json=form, anonymous=True, alone=True), keyring)


def user_token_refresh(keyring: Keyring) -> Operation[TokenResponse]:
    """Prolong the session; each time the old token ends, so it is never asked twice."""
    return _entered(Call("GET", "/v1/users/refresh", idempotent=False, alone=True), keyring)


def user_logout(keyring: Keyring) -> Operation[None]:
    return _left(Call("POST", "/v1/users/logout", alone=True), keyring)


def logout_all(keyring: Keyring) -> Operation[None]:
    return _left(Call("POST", "/v1/users/logout/all", alone=True), keyring)


def delete_account(keyring: Keyring) -> Operation[None]:
    """Delete the account and with it the token, so that asking twice would look like a failure."""
    return _left(Call("DELETE", "/v1/users/self", idempotent=False, alone=True), keyring)


def oidc_login(keyring: Keyring) -> Operation[str | None]:
    """Begin an OIDC login; its cookies are wanted back at the end."""
    reply = yield Call("GET", "/v1/users/login/oidc", anonymous=True, redirect=True)
    refuse_page(reply)
    keyring.keep_cookies(cookies(reply, FLOW_COOKIES))
    return _location(reply)


def oidc_callback(keyring: Keyring, code: str, state: str) -> Operation[str | None]:
    query = {"code": code, "state": state}
    call = Call(
        "GET",
        CALLBACK,
        query=query,
        headers=keyring.cookie_headers(),
        idempotent=False,
        anonymous=True,
        redirect=True,
        alone=True,
        shown_path=CALLBACK,
    )
    return _called_back(call, keyring)


def refuse_page(reply: Reply) -> None:
    """Refuse a success with a body that is not JSON: beside its API, a server answers everything with its web page.

    Raises:
        ApiError: it is one.
    """
    if reply.status_code < REDIRECTIONS and reply.content:
        reply.json()


def cookies(reply: Reply, names: Collection[str]) -> dict[str, str]:
    """Give the cookies of these names that an answer sets and does not clear (RFC 6265, section 5.2)."""
    pairs = (line.partition(";")[0].partition("=") for line in reply.headers.get_list("set-cookie"))
    found = {name.strip(): value.strip() for name, _, value in pairs}
    return {name: found[name] for name in names if found.get(name)}


def _location(reply: Reply) -> str | None:
    location: str | None = reply.headers.get("location")
    return location


def _entered(call: Call, keyring: Keyring) -> Operation[TokenResponse]:
    """Make a call that answers with a token, and hold that from now on."""
    reply = yield call
    entry = reply.decode(TokenResponse)
    _adopt(entry.token or "", reply, keyring)
    return entry


def _left(call: Call, keyring: Keyring) -> Operation[None]:
    """Make a call after which the token is worth nothing, and hold none from now on."""
    refuse_page((yield call))
    keyring.drop()


def _called_back(call: Call, keyring: Keyring) -> Operation[str | None]:
    """End an OIDC login: its cookies served once, and the session, if it came to one, is in a cookie."""
    reply = yield call
    refuse_page(reply)
    keyring.keep_cookies({})
    location = _location(reply)
    token = cookies(reply, [SESSION_COOKIE]).get(SESSION_COOKIE)
    if token and "oidc_error" not in (location or ""):
        _adopt(token, reply, keyring)
    return location


def _adopt(token: str, reply: Reply, keyring: Keyring) -> None:
    try:
        keyring.adopt(token)
    except ValueError as cause:
        raise ParsingError.of(reply.response, None) from cause
