"""`docs/reference/homebox.md`: the Homebox API, with the table of its cases, which is read from the tests' marks."""

from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from operator import attrgetter

from tests.kit.cases import Case, cases_of
from tools.reference.markdown import page, table

MODULES = ("entry", "credentials", "self", "sessions", "keys", "groups", "oidc", "py_homebox")
"""The tests of `tests/conformance/homebox` that show cases."""

CASES = 69
"""As many as the wire contract has."""

INTRODUCTION = """\
Gatepost speaks the user part of the Homebox v1 API at `/homebox/api` (setting `dialects.homebox.prefix`): accounts,
sessions, API keys, groups with members and invitations, and OIDC sign-in. Two official Python clients work against it
unmodified, `homebox` 0.6.0 (py-homebox) and `homebox-client` 1.0.6, the latter blocking and awaiting:

```python
from homebox import HomeboxClient

client = HomeboxClient(base_url="http://127.0.0.1:8080/homebox/api")
client.login("ann@example.com", "a-long-secret")
print(client.users.get_user_self().name)
```

`gatepost.homebox`, [our own client](client-homebox.md), is used in the same way. Things that people own, such as items,
locations and labels, are not served. [HTTP](http.md) lists the routes and [Errors](errors.md) the statuses of all
surfaces."""

WORDS = """\
| Homebox says | here it is |
| --- | --- |
| user | account; whoever registers here can sign in everywhere, and the other way round |
| collection, tenant, group | group; a group is one's default, and the header `X-Tenant` names another |
| API key | [personal access token](tokens.md), also those that were made elsewhere |
| name | first and last name, split at the last blank and joined to exactly what was sent |"""

CREDENTIALS = """\
A request is judged by one credential, the first that it carries in this order; none that comes later makes up for a bad
one. `Bearer `, written exactly so, is taken off.

1. the cookies `hb.auth.token` and `hb.auth.remember`, if both are there,
2. the header `Authorization`, the only place for an API key,
3. the second of the `Sec-WebSocket-Protocol`,
4. the query parameter `access_token`.

A session lasts 7 days, or 28 with `stayLoggedIn`; using it does not prolong it, a refresh replaces it by one of 7. Its
attachment token is refused everywhere here (403) and ends with it. What ends which credential:

| Call | the session | its attachment token | other sessions | API keys |
| --- | --- | --- | --- | --- |
| login | – | – | stay | stay |
| refresh, logout | ends | ends | stay | stay |
| logout everywhere | ends | ends | end | stay |
| change of the password | stays | ends | end | stay |
| the same by API key | – | – | end | stay |
| reset of the password | ends | ends | end | stay |
| deletion of the account | ends | ends | end | end |

Cookies are `HttpOnly` (but the flag `hb.auth.session`), `SameSite=Lax`, `Secure` where `server.public_url` is https,
and sent to this host alone. A page of another site that makes a browser send them changes nothing: 403."""

ERRORS = """\
Every refusal is `{"error": "…"}`, and with 422 `{"error": "Validation Error", "fields": {…}}`. Texts that Homebox's own
pages compare are the same. Where no operation is at an address the answer is `404 page not found` in plain text, and
with another method 405 without a body."""

DIFFERENCES: tuple[tuple[str, str, str], ...] = (
    (
        "bad input at register, update, change of a password, API keys and invitations is 500",
        "400, 409 where something is taken or used up",
        "a client cannot tell its mistakes from the server's",
    ),
    (
        "a password has 6 bytes at least, at one place none",
        "`passwords.min_length` everywhere, common ones are refused",
        "one rule for all surfaces; nobody is locked out by an empty password",
    ),
    ("any text is an address", "its syntax is checked", ""),
    ("a login as `application/json; charset=utf-8` is 401", "200", ""),
    ("a refresh answers `raw`", "`raw` and `token`", "the document and its clients read `token`"),
    ("the path of the document that changes a password is 404", "both paths", ""),
    ("an attachment token outlives refresh and logout", "it ends with its session", ""),
    ("`null` is stored as settings", "`{}` is", "clients fail on `null`"),
    ("who is in no group gets 403 everywhere", "gets a group of their own", ""),
    ("a group may lose its last owner", "who is in it longest becomes one", "somebody must be able to administer it"),
    ("registration leaves an empty group behind when it fails", "nothing is left", ""),
    ("cookies go to all hosts below the domain", "to this host alone", ""),
    (
        "failures in a row lock an address out, and nothing else is limited",
        "`limits.free_failures` does, beside the [limits](settings.md) of all surfaces",
        "many addresses can guess together",
    ),
    (
        "a sign-in at a provider takes an account over by its address",
        "only when the provider calls the address verified, and never one that is linked already",
        "",
    ),
    ("a provider that does not answer at the start is off until the next start", "is asked again, 503 meanwhile", ""),
    ("a slash at the end of a path is ignored", "404", "one address for one thing"),
    ("an endless life where `expiresAt` is missing (up to 0.26.2)", "30 days", "as later versions have it"),
    ("tags and locations are made for a new group", "none", "things are not served"),
)

SETTINGS = """\
Accounts made here are active at once, their address unconfirmed, unless `dialects.homebox.verify_email` is set or
`registration.allowed_domains` limits who may sign up. `registration.mode` counts here, too: with `approval` who has
registered cannot sign in before an administrator agrees (403 with the reason), with `invitation` a token is needed, and
with `closed` nobody can register. [Settings](settings.md) has the rest of `[dialects.homebox]`.

Sign-in at a provider uses the first of `[[oidc.providers]]` with a `client_id`, or the one `oidc_provider` names. It
must know the address `<public_url>/homebox/api/v1/users/login/oidc/callback`. As in Homebox the browser ends at `/home`
or at `/?oidc_error=oidc_auth_failed`, for a web page that a proxy serves there; without one both lead to the pages of
Gatepost, which have a button of their own for each provider, see
[Sign in with OIDC](../how-to/sign-in-with-oidc.md)."""

CONFORMANCE = """\
Each of the 69 cases of the wire contract is a test in `tests/conformance/homebox`, which marks it with its number, and
as kept or improved. This table is made of those marks."""


def pages() -> Iterator[tuple[str, str]]:
    """Give the page; raises ValueError when a case has no test."""
    yield (
        "docs/reference/homebox.md",
        page(
            "Homebox API",
            "tools/reference/homebox.py and the marks of the tests in tests/conformance/homebox",
            INTRODUCTION,
            "## Words",
            WORDS,
            "## Who asks",
            CREDENTIALS,
            "## Errors",
            ERRORS,
            "## Settings and providers",
            SETTINGS,
            "## Differences",
            table(["Homebox", "Gatepost", "Reason"], DIFFERENCES),
            "## Conformance",
            CONFORMANCE,
            table(["Case", "Homebox", "Gatepost"], map(_row, cases())),
        ),
    )


def cases() -> list[Case]:
    """List the cases that the tests show, in their order; raises ValueError when one is missing or shown twice."""
    modules = [import_module(f"tests.conformance.homebox.test_{name}") for name in MODULES]
    found = sorted((case for module in modules for case in cases_of(module)), key=attrgetter("number"))
    times = {number: len(list(shown)) for number, shown in groupby(found, attrgetter("number"))}
    if times != dict.fromkeys(range(1, CASES + 1), 1):
        raise ValueError(f"every case must be shown once, but they are shown {times} times")
    return found


def _row(case: Case) -> list[str]:
    return [str(case.number), case.what, f"improved: {case.instead}" if case.instead else "kept"]
