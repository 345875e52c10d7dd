"""A Homebox as its clients meet it, in memory: credentials, sessions, accounts, and its refusals by 500.

Sections 1 to 4 of the contract. Ids and tokens are numbered, so that tests can tell them.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from itertools import count
from typing import Any

from tests.kit.scripted import Answer, Seen, answer

ENDS = "2026-09-11T10:20:30.123456789Z"
PROVIDER = "https://idp.example/authorize?client_id=hb&code_challenge=ch4llenge&nonce=n0nce&state=st4te"
FLOW = {"oidc_state": "st4te", "oidc_nonce": "n0nce", "oidc_pkce_verifier": "ver1fier"}
PAGE = answer(body=b"<!doctype html><html><title>Homebox</title></html>", content_type="text/html; charset=utf-8")
STATUS = {
    "health": True,
    "versions": None,
    "title": "Homebox",
    "message": "Track, Manage, and Organize your Things",
    "build": {"version": "nightly", "commit": "HEAD", "buildTime": "now"},
    "latest": {"version": "", "date": ""},
    "demo": False,
    "allowRegistration": True,
    "labelPrinting": False,
    "oidc": {"buttonText": "Sign in with OIDC", "enabled": False, "allowLocal": True},
    "telemetry": {"enabled": False},
}


class Refused(Exception):
    """An answer instead of a result."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.answer = answer(status, json={"error": error})


@dataclass
class User:
    id: str
    name: str
    email: str
    password: str
    settings: Any = field(default_factory=dict)

    def item(self) -> dict[str, Any]:
        known = {"id": self.id, "name": self.name, "email": self.email, "isSuperuser": False}
        groups = {"defaultGroupId": f"group-of-{self.id}", "groupIds": [f"group-of-{self.id}"]}
        return {"item": {**known, **groups, "oidcIssuer": None, "oidcSubject": None}}


class House:
    """The state of a server; `answer` deals with one request.

    With `documented` it also serves what the document promises and the real server does not: a `token` with a
    refresh, and another path that changes the password.
    """

    def __init__(self, *, documented: bool = False) -> None:
        self.documented = documented
        self.users: list[User] = []
        self.sessions: dict[str, User] = {}
        self._numbers = count(1)
        self._one_at_a_time = threading.Lock()

    def add(self, name: str, email: str, password: str) -> User:
        user = User(f"user-{next(self._numbers)}", name, email.strip().lower(), password)
        self.users.append(user)
        return user

    def session(self, user: User) -> str:
        """Begin a session and give its raw token."""
        token = f"SESSION{next(self._numbers):019}"
        self.sessions[token] = user
        return token

    def answer(self, seen: Seen) -> Answer:
        path = seen.target.partition("?")[0].removesuffix("/")
        if not path.startswith("/api/v1/"):
            return PAGE
        with self._one_at_a_time:
            try:
                return self._handler(seen.method, path.removeprefix("/api/v1"))(seen)
            except Refused as refusal:
                return refusal.answer

    def _handler(self, method: str, path: str) -> Callable[[Seen], Answer]:
        routes = ROUTES | (DOCUMENTED if self.documented else {})
        handler = routes.get((method, path))
        if handler:
            return lambda seen: handler(self, seen)
        allowed = [("Allow", verb) for verb, known in routes if known == path]
        return lambda _: answer(405, headers=allowed) if allowed else answer(404, text="404 page not found\n")

    def _token(self, seen: Seen) -> str:
        """Give the token a request is made with: cookies win, and a bad one hides a good header."""
        cookies = SimpleCookie(seen.headers.get("cookie", ""))
        shown = seen.headers.get("authorization", "")
        if "hb.auth.token" in cookies and "hb.auth.remember" in cookies:
            shown = cookies["hb.auth.token"].value
        if not shown:
            raise Refused(401, "authorization header or query is required")
        if shown.removeprefix("Bearer ") not in self.sessions:
            raise Refused(401, "valid authorization token is required")
        return shown.removeprefix("Bearer ")

    def _caller(self, seen: Seen) -> User:
        return self.sessions[self._token(seen)]

    def _end_sessions(self, of: User, but: str = "") -> None:
        self.sessions = {token: user for token, user in self.sessions.items() if user is not of or token == but}

    def status(self, seen: Seen) -> Answer:
        return answer(json=STATUS)

    def login(self, seen: Seen) -> Answer:
        form = seen.json() if seen.headers.get("content-type") == "application/json" else {}
        for user in self.users:
            if (form.get("username", "").strip().lower(), form.get("password")) == (user.email, user.password):
                token = self.session(user)
                return answer(json={"token": f"Bearer {token}", **ending()}, headers=session_cookies(token))
        raise Refused(401, "unauthorized")

    def refresh(self, seen: Seen) -> Answer:
        token = self.session(self.sessions.pop(self._token(seen)))
        promised = {"token": f"Bearer {token}"} if self.documented else {}
        return answer(json={"raw": token, **ending(), **promised}, headers=session_cookies(token))

    def logout(self, seen: Seen) -> Answer:
        del self.sessions[self._token(seen)]
        return answer(204)

    def logout_all(self, seen: Seen) -> Answer:
        self._end_sessions(self._caller(seen))
        return answer(204)

    def oidc_login(self, seen: Seen) -> Answer:
        flow = [("Set-Cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Lax") for name, value in FLOW.items()]
        return answer(302, headers=[("Location", PROVIDER), *flow], text='<a href="#">Found</a>.\n')

    def oidc_callback(self, seen: Seen) -> Answer:
        kept = {name: cookie.value for name, cookie in SimpleCookie(seen.headers.get("cookie", "")).items()}
        cleared = [("Set-Cookie", f"{name}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT") for name in FLOW]
        if kept != FLOW or seen.query != {"code": "c0de", "state": "st4te"}:
            return answer(302, headers=[("Location", "/?oidc_error=oidc_auth_failed"), *cleared])
        cookies = session_cookies(self.session(self.users[0]))
        return answer(302, headers=[("Location", "/home"), *cookies, *cleared], text='<a href="/home">Found</a>.\n')

    def register(self, seen: Seen) -> Answer:
        form = seen.json()
        if len(form["password"] or "") < 6:
            raise Refused(500, "password must be at least 6 characters")
        if form["email"].lower() in {user.email for user in self.users}:
            raise Refused(500, "ent: constraint failed: UNIQUE constraint failed: users.email")
        self.add(form["name"], form["email"], form["password"])
        return answer(204)

    def get_self(self, seen: Seen) -> Answer:
        return answer(json=self._caller(seen).item())

    def update_self(self, seen: Seen) -> Answer:
        user, form = self._caller(seen), seen.json()
        if not form.get("email"):
            raise Refused(500, 'ent: validator failed for field "User.email": value is less than the required length')
        user.name, user.email = form["name"], form["email"].strip().lower()
        return answer(json=user.item())

    def delete_self(self, seen: Seen) -> Answer:
        user = self._caller(seen)
        self._end_sessions(user)
        self.users.remove(user)
        return answer(204)

    def get_settings(self, seen: Seen) -> Answer:
        return answer(json={"item": self._caller(seen).settings}, headers={"Cache-Control": "no-store"})

    def replace_settings(self, seen: Seen) -> Answer:
        self._caller(seen).settings = seen.json()
        return self.get_settings(seen)

    def change_password(self, seen: Seen) -> Answer:
        user, form = self._caller(seen), seen.json()
        if form["current"] != user.password:
            raise Refused(500, "Internal Server Error")
        user.password = form.get("new") or ""
        self._end_sessions(user, but=self._token(seen))
        return answer(204)


def ending() -> dict[str, str]:
    return {"attachmentToken": "ATTACHMENTS", "expiresAt": ENDS}


def session_cookies(token: str) -> list[tuple[str, str]]:
    """Give the cookies of a session, as they come with a login, a refresh and an OIDC callback."""
    values = {"remember": "true", "token": token, "session": "true", "attachment_token": "ATTACHMENTS"}
    where = "Path=/; Domain=127.0.0.1; Expires=Fri, 11 Sep 2099 10:20:30 GMT; SameSite=Lax"
    return [("Set-Cookie", f"hb.auth.{name}={value}; {where}") for name, value in values.items()]


ROUTES: dict[tuple[str, str], Callable[[House, Seen], Answer]] = {
    ("GET", "/status"): House.status,
    ("POST", "/users/login"): House.login,
    ("GET", "/users/refresh"): House.refresh,
    ("POST", "/users/logout"): House.logout,
    ("POST", "/users/logout/all"): House.logout_all,
    ("GET", "/users/login/oidc"): House.oidc_login,
    ("GET", "/users/login/oidc/callback"): House.oidc_callback,
    ("POST", "/users/register"): House.register,
    ("GET", "/users/self"): House.get_self,
    ("PUT", "/users/self"): House.update_self,
    ("DELETE", "/users/self"): House.delete_self,
    ("GET", "/users/self/settings"): House.get_settings,
    ("PUT", "/users/self/settings"): House.replace_settings,
    ("PUT", "/users/self/change-password"): House.change_password,
}
DOCUMENTED: dict[tuple[str, str], Callable[[House, Seen], Answer]] = {
    ("PUT", "/users/change-password"): House.change_password,
}
