"""What each route needs and does, in a sentence; a route without one is refused by `make gen`."""

from typing import NamedTuple

from gatepost.server.config import DialectSettings


class Sentence(NamedTuple):
    """One operation: the credential it needs (none: anybody may), and what it does."""

    needs: str
    text: str


def _public(text: str) -> Sentence:
    return Sentence("", text)


def _token(text: str) -> Sentence:
    return Sentence("token", text)


def _session(text: str) -> Sentence:
    return Sentence("session", text)


OPERATIONS = {
    "GET /healthz": _public("The process answers: 200 `ok`."),
    "GET /readyz": _public("The database answers too: 200 `ready`, else 503 with `Retry-After`."),
    "GET /metrics": _public("[Metrics](metrics.md) in the Prometheus text format."),
    "GET /.well-known/jwks.json": _public("The keys that sign access tokens, as a JSON Web Key set (RFC 7517)."),
}

KIPU = {
    "GET /me": _token("The acting account. The first sight of a provider's identity makes its account."),
    "PUT /me": _token("Changes position, homepage and about; what is absent stays, null clears."),
    "DELETE /me": _token("Erases the acting account and everything of it."),
    "POST /me/profile-image": _token("Replaces the profile image: multipart, part `file`."),
    "DELETE /me/profile-image": _token("Removes the profile image."),
    "GET /me/access-tokens": _token("The account's tokens, and the value of its default token."),
    "POST /me/access-tokens": _token("Makes a token; 201, with its value this once."),
    "PUT /me/access-tokens/default": _token("Replaces the default token and gives the new value."),
    "DELETE /me/access-tokens/default": _token("404: the default token cannot be deleted."),
    "DELETE /me/access-tokens/{id}": _token("Revokes one of the account's tokens at once."),
    "POST /authorize": _token("Whom the request's own token acts for; only tokens, no JSON web tokens."),
    "POST /users/batch": _public("Overviews of up to 200 ids."),
    "GET /users/batch": _public("The account whose id is `batch`: there is none, 404."),
    "HEAD /users/batch": _public("As above, without a body."),
    "GET /users/{id}": _public("Id, first and last name of an active account."),
    "HEAD /users/{id}": _public("Whether there is such an account: 204 or 404."),
    "GET /users/{id}/profile-image": _public(
        "The image: a JSON string in base64, or bytes for `Accept: image/*`; 204 without."
    ),
    "GET /user-registration-status": _public("How far the sign-up of `?email=` has come."),
    "GET /search": _token("Active accounts by any part of name, username or e-mail: `?q=`."),
}

_UBIOPS = {
    "POST": _public("Signs up: a pending account, and a mail with the link that activates it. 201."),
    "GET": _token("The acting account."),
    "DELETE": _token("Erases the acting account and everything of it."),
}

UBIOPS = {f"{method} /{version}/user": _UBIOPS[method] for version in ("v2.1", "v2") for method in _UBIOPS}

VECTARA = {
    "POST /oauth2/token": _public("An access token for a client's id and secret: JSON, a form or HTTP Basic."),
    "POST /oauth/token": _public("The same, under the name that the API's description has for it."),
    "GET /v2/users": _token("A page of the accounts, by `?limit=`, `?page_key=` and `?corpus_key=`."),
    "POST /v2/users": _token("Makes an account with roles, and mails its owner a link to choose a password; 201."),
    "GET /v2/users/{username}": _token("One account, by its username, with its roles."),
    "PATCH /v2/users/{username}": _token("Changes roles, description and whether it is enabled, all at once."),
    "DELETE /v2/users/{username}": _token("Erases an account and everything of it."),
    "POST /v2/users/{username}/reset_password": _token("Mails a link for a new password."),
}

HOMEBOX = {
    "GET /v1/status": _public("What is served, and how people get in."),
    "POST /v1/users/register": _public("Makes an account, in a group of its own or that of an invitation; 204."),
    "POST /v1/users/login": _public("Signs in: JSON or a form; 401 for everything that is wrong with it."),
    "GET /v1/users/login/oidc": _public("Sends the browser to the provider; 404 without one."),
    "GET /v1/users/login/oidc/callback": _public("Where the provider sends it back to; sets the session cookies."),
    "POST /v1/users/logout": _token("Ends the session, and its attachment token with it."),
    "POST /v1/users/logout/all": _token("Ends every session of the account; its access tokens stay."),
    "GET /v1/users/refresh": _token("Replaces the session by one of seven days; the old one has ended."),
    "GET /v1/users/self": _token("The acting account."),
    "PUT /v1/users/self": _token("Replaces name and e-mail address, both of them."),
    "DELETE /v1/users/self": _token("Erases the acting account and everything of it."),
    "GET /v1/users/self/settings": _token("The JSON object that programs keep for the account."),
    "PUT /v1/users/self/settings": _token("Replaces that object, which has at most 64 KiB."),
    "PUT /v1/users/self/change-password": _token("Replaces the password and ends the other sessions."),
    "PUT /v1/users/change-password": _token("The same; clients that follow the document use this path."),
    "POST /v1/users/forgot-password": _public("Mails a link, if `email` has an account; 204 if not, too."),
    "POST /v1/users/reset-password": _public("Sets the password by the token of that link and ends the sessions."),
    "GET /v1/users/self/api-keys": _token("The account's access tokens, the newest first."),
    "POST /v1/users/self/api-keys": _token("Makes an access token; 201, with its value this once."),
    "DELETE /v1/users/self/api-keys/{id}": _token("Revokes an access token at once."),
    "GET /v1/groups": _token("The group the request is about."),
    "POST /v1/groups": _token("Makes another group that the account owns; 201."),
    "PUT /v1/groups": _token("Replaces name and currency of the group; owners only."),
    "DELETE /v1/groups": _token("Deletes the group, unless it is the caller's only one; owners only."),
    "GET /v1/groups/all": _token("The groups the account is in."),
    "GET /v1/groups/members": _token("Who is in the group."),
    "DELETE /v1/groups/members/{user_id}": _token("Takes somebody out of the group; owners only."),
    "GET /v1/groups/invitations": _token("The group's invitations, without their tokens."),
    "POST /v1/groups/invitations": _token("Invites to the group; 201, with the token this once; owners only."),
    "POST /v1/groups/invitations/{id}": _token("Joins a group by an invitation; its token is the last segment."),
    "DELETE /v1/groups/invitations/{id}": _token("Ends an invitation; owners only."),
}

CONSOLE = {
    "GET /": _public("Sends to the tokens, or to the sign-in page."),
    "GET /home": _public("The same, for browsers that the Homebox API sends on after a sign-in at a provider."),
    "GET /sign-up": _public("The form to create an account, by `?invitation=` if any; 403 when closed."),
    "POST /sign-up": _public("Signs up: `email`, `password`, `first_name`, `last_name`, `invitation`."),
    "GET /forgot-password": _public("The form to ask for a new password."),
    "POST /forgot-password": _public("Mails a link, if `email` has an account; answers alike if not."),
    "GET /reset-password": _public("Asks for a new password, for the link's `?token=`; changes nothing."),
    "POST /reset-password": _public("Sets the new `password` and ends the sessions."),
    "GET /confirm/{raw}": _public("Asks whether to confirm the address; changes nothing."),
    "POST /confirm/{raw}": _public("Confirms the address."),
    "GET /sign-in": _public("The sign-in form; `?next=` is a path to go to afterwards."),
    "GET /sign-in/oidc/{provider}": _public("Sends the browser to a provider; `?next=` is a path to go to afterwards."),
    "GET /sign-in/oidc/{provider}/callback": _public("Where the provider sends it back to; sets the session cookie."),
    "POST /sign-in": _public("Signs in: `name`, `password`, `next`; sets the session cookie."),
    "POST /sign-out": _public("Ends the session and drops the cookie."),
    "GET /tokens": _session("My tokens."),
    "POST /tokens": _session("Makes a token: `name`, `expiresAt`; the page shows its value this once."),
    "POST /tokens/{id}/revoke": _session("Revokes a token."),
    "POST /tokens/default/rotate": _session("Replaces the default token."),
    "GET /setup/{raw}": _public("The form for the first owner, behind the link that `gatepost serve` prints."),
    "POST /setup/{raw}": _public("Makes the first owner: the fields of sign-up; signs in."),
    "GET /static/{file}": _public("Style sheet and icon, under names that change with their content."),
}

DIALECTS = DialectSettings()


def _below(prefix: str, sentences: dict[str, Sentence]) -> dict[str, Sentence]:
    return {key.replace(" ", f" {prefix}"): sentence for key, sentence in sentences.items()}


SENTENCES = {
    **OPERATIONS,
    **_below(DIALECTS.kipu.prefix, KIPU),
    **_below(DIALECTS.homebox.prefix, HOMEBOX),
    **_below(DIALECTS.ubiops.prefix, UBIOPS),
    **_below(DIALECTS.vectara.prefix, VECTARA),
    **CONSOLE,
}
"""By method and public path. HEAD of a page needs none: it does what GET does."""
