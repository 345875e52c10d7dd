"""A real OpenID provider on this machine: npm's oidc-provider in a process of its own.

`OidcProvider.start()` gives one that runs; it ends with `stop()`, and by itself when the test run dies.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import select
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx

HOME = Path(__file__).parent / "oidc_provider"
CLIENT_ID = "gatepost"
CLIENT_SECRET = "a secret that only tests know"
AUDIENCE = "urn:gatepost:test"
REDIRECT_URI = "http://127.0.0.1:9/callback"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For HTTP clients of a provider, which has no TLS: reading whom a machine trusts takes longer than asking."""
PATIENCE = 60
"""Seconds after which a provider that does not answer is taken for broken."""

ACCOUNTS: dict[str, dict[str, Any]] = {
    "ada": {
        "email": "ada@example.org",
        "email_verified": True,
        "preferred_username": "ada",
        "name": "Ada Lovelace",
        "given_name": "Ada",
        "family_name": "Lovelace",
    },
    "grace": {"email": "grace@example.org", "email_verified": False},
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the provider hands out at the end of a sign-in; both are JWTs."""

    access_token: str
    id_token: str


class OidcProvider:
    """A running provider. Accounts sign in without a password, by `login_hint` or by a button named for them."""

    def __init__(self, process: subprocess.Popen[str], options: Mapping[str, Any]) -> None:
        self._process = process
        self.issuer: str = self._ask(options)["issuer"]

    @classmethod
    def start(
        cls,
        *,
        port: int = 0,
        accounts: Mapping[str, Mapping[str, Any]] = ACCOUNTS,
        redirect_uris: Sequence[str] = (REDIRECT_URI,),
        slim: bool = False,
    ) -> OidcProvider:
        """Start a provider, on a free port unless one is given, installing it first where that was not done yet.

        With `slim` its ID tokens say no more than who signed in; the rest is at UserInfo.
        """
        _install()
        process = subprocess.Popen(
            ["node", "--no-warnings", "server.mjs"],
            cwd=HOME,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        uris = list(redirect_uris)
        options = {"port": port, "accounts": accounts, "redirectUris": uris, "audience": AUDIENCE, "slim": slim}
        return cls(process, options)

    @property
    def port(self) -> int:
        """Where it listens; start another one there to bring a stopped provider back."""
        return urlsplit(self.issuer).port or 0

    def sign_in(self, account: str, *, resource: str = AUDIENCE, redirect_uri: str = REDIRECT_URI) -> Tokens:
        """Go through the authorization code flow with PKCE as `account` and give its tokens."""
        verifier = secrets.token_urlsafe(32)
        with httpx.Client(base_url=self.issuer, trust_env=False, verify=NO_TLS) as browser:
            code = self._code(browser, account, verifier, resource, redirect_uri)
            answer = browser.post(
                "/token",
                auth=(CLIENT_ID, CLIENT_SECRET.replace(" ", "+")),
                data={
                    "grant_type": "authorization_code",
                    "code": code,
                    "code_verifier": verifier,
                    "redirect_uri": redirect_uri,
                    "resource": resource,
                },
            )
        tokens = answer.raise_for_status().json()
        return Tokens(tokens["access_token"], tokens["id_token"])

    def walk(self, url: str, account: str) -> dict[str, str]:
        """Follow an authorization request as the browser of `account` ("nobody" declines); give what comes back."""
        with httpx.Client(base_url=self.issuer, trust_env=False, verify=NO_TLS) as browser:
            answer = browser.get(f"{url}&login_hint={account}")
            while answer.headers["Location"].startswith(("/", self.issuer)):
                answer = browser.get(answer.headers["Location"])
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def rotate_keys(self, *, keep_old: bool = False) -> None:
        """Sign with new keys from now on, and publish the old ones only if asked to."""
        self._ask({"do": "rotate", "keepOld": keep_old})

    @contextmanager
    def answering(
        self, path: str, body: str = "", *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Iterator[None]:
        """Give a canned answer for a path instead of the right one."""
        with self._overriding(path, {"status": status, "headers": dict(headers or {}), "body": body}):
            yield

    @contextmanager
    def stalling(self, path: str, how: Literal["silence", "drip"]) -> Iterator[None]:
        """Never finish the answer for a path: send nothing, or a blank now and then."""
        with self._overriding(path, how):
            yield

    def requests(self, path: str) -> int:
        """Count the requests that came for a path so far."""
        count: int = self._ask({"do": "requests", "path": path})["count"]
        return count

    def stop(self) -> None:
        """End the process and wait for it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.stdout.close()

    def _code(self, browser: httpx.Client, account: str, verifier: str, resource: str, redirect_uri: str) -> str:
        answer = browser.get(
            "/auth",
            params={
                "client_id": CLIENT_ID,
                "response_type": "code",
                "redirect_uri": redirect_uri,
                "scope": "openid email profile",
                "code_challenge": _challenge(verifier),
                "code_challenge_method": "S256",
                "login_hint": account,
                "resource": resource,
            },
        )
        while not answer.headers["Location"].startswith(redirect_uri):
            answer = browser.get(answer.headers["Location"])
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    @contextmanager
    def _overriding(self, path: str, answer: object) -> Iterator[None]:
        self._ask({"do": "answer", "path": path, "with": answer})
        try:
            yield
        finally:
            self._ask({"do": "answer", "path": path, "with": None})

    def _ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self._process.kill()
            raise RuntimeError(f"The OpenID provider does not answer; run `node server.mjs` in {HOME} by hand.")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _install() -> None:
    installed, lock = HOME / "node_modules" / ".package-lock.json", HOME / "package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    if shutil.which("npm") is None:
        raise RuntimeError("The OpenID provider of the tests needs node and npm.")
    command = ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=HOME, check=True, timeout=300)
