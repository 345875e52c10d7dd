"""The operations of the Kipu user-service: each decodes, calls one service and maps the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gatepost.server.dialects.kipu import mapping, wire
from gatepost.server.domain.errors import Invalid, NotFound, Unauthenticated
from gatepost.server.domain.principal import Principal
from gatepost.server.services.credentials import Credentials
from gatepost.server.services.people import People
from gatepost.server.services.personal_tokens import PersonalTokens
from gatepost.server.services.profiles import Profiles
from gatepost.server.services.provisioning import Provisioning
from gatepost.server.services.registration import Registration
from gatepost.server.web.answers import NO_STORE, Answer, Header, no_content
from gatepost.server.web.asgi import Scope
from gatepost.server.web.limits import Limiter
from gatepost.server.web.requests import Request, header, json_body, judged, last_segment, path_text, query_parameter
from gatepost.server.web.uploads import uploaded_file

TOKEN_HEADER = b"x-auth-token"

CACHING = [(b"cache-control", b"public, max-age=864000, must-revalidate"), (b"vary", b"accept")]
"""Images may be kept for ten days and are then asked about again (contract 2.7)."""

REFUSED = "Missing or invalid credentials."


@dataclass(frozen=True, slots=True)
class Kipu:
    """What the operations call."""

    credentials: Credentials
    profiles: Profiles
    tokens: PersonalTokens
    people: People
    registration: Registration
    provisioning: Provisioning
    limiter: Limiter

    # Who is asking

    async def principal(self, request: Request) -> Principal:
        """Give the caller, by personal access token or by the JWT of a configured issuer."""
        return await judged(request, self._principal)

    async def _principal(self, request: Request) -> Principal:
        raw = header(request.scope, TOKEN_HEADER)
        try:
            if raw is not None:
                return (await self.credentials.resolve_token(raw)).principal
            principal = await self.credentials.of_claims(await self.credentials.claims_of(bearer(request)))
        except Unauthenticated:
            self.limiter.failed_token(request.scope)
            raise Unauthenticated(REFUSED) from None
        if principal is None:
            raise Unauthenticated("This identity has no account yet; GET /me makes one.")
        return principal

    async def principal_or_newcomer(self, request: Request) -> Principal:
        """Give the caller; the first sight of a verified identity makes its account."""
        if header(request.scope, TOKEN_HEADER) is not None:
            return await self.principal(request)
        try:
            claims = await self.credentials.claims_of(bearer(request))
        except Unauthenticated:
            self.limiter.failed_token(request.scope)
            raise Unauthenticated(REFUSED) from None
        return await self.credentials.of_claims(claims) or await self.provisioning.principal_for(claims)

    # Current user

    async def get_me(self, request: Request) -> Answer:
        principal = await self.principal_or_newcomer(request)
        return answer(mapping.user(await self.profiles.own(principal)))

    async def put_me(self, request: Request) -> Answer:
        principal = await self.principal(request)
        changes = mapping.changes(await json_body(request, wire.UpdateCurrentUser))
        return answer(mapping.user(await self.profiles.change(principal, changes)))

    async def delete_me(self, request: Request) -> Answer:
        await self.profiles.delete_own(await self.principal(request))
        return no_content()

    async def post_image(self, request: Request) -> Answer:
        principal = await self.principal(request)
        await self.profiles.put_image(principal, await uploaded_file(request, "file"))
        return no_content()

    async def delete_image(self, request: Request) -> Answer:
        await self.profiles.delete_image(await self.principal(request))
        return no_content()

    # Personal access tokens

    async def get_tokens(self, request: Request) -> Answer:
        return answer(mapping.token_list(await self.tokens.list_own(await self.principal(request))))

    async def post_token(self, request: Request) -> Answer:
        principal = await self.principal(request)
        body = await json_body(request, wire.CreateAccessToken)
        new = await self.tokens.create(principal, body.name, body.expires_at)
        return answer(mapping.token(new.token, new.raw), 201)

    async def delete_token(self, request: Request) -> Answer:
        await self.tokens.revoke(await self.principal(request), path_text(request, "id"))
        return no_content()

    async def put_default_token(self, request: Request) -> Answer:
        raw = await self.tokens.rotate_default(await self.principal(request))
        return answer(wire.DefaultAccessTokenDto(raw))

    async def post_authorize(self, request: Request) -> Answer:
        return Answer(await self.authorize(request.scope), headers=NO_STORE)

    async def authorize(self, scope: Scope) -> bytes:
        """Judge the token of the request itself; the answer is encoded once for as long as it is cached."""
        try:
            resolved = await self.credentials.resolve_token(header(scope, TOKEN_HEADER))
        except Unauthenticated:
            self.limiter.failed_token(scope)
            raise Unauthenticated(REFUSED) from None
        body = resolved.answers.get("kipu")
        if body is None:
            body = resolved.answers["kipu"] = mapping.encode(mapping.token_principal(resolved))
        return body

    # Others

    async def get_user(self, request: Request) -> Answer:
        return Answer(await self.overview(request.scope), headers=NO_STORE)

    async def overview(self, scope: Scope) -> bytes:
        """Give the overview of the user whose id is the last segment of the path."""
        return mapping.encode(mapping.overview(await self.people.overview(last_segment(scope))))

    async def head_user(self, request: Request) -> Answer:
        try:
            await self.people.overview(path_text(request, "id"))
        except NotFound:
            return Answer(status=404)
        return no_content()

    async def get_user_image(self, request: Request) -> Answer:
        image = await self.profiles.image_of(path_text(request, "id"))
        if image is None:
            return no_content()
        if not mapping.wants_image(request.headers.get("accept")):
            return answer(mapping.image_text(image.data), headers=CACHING)
        etag = f'"{image.etag}"'
        headers = [
            *CACHING,
            (b"etag", etag.encode()),
            (b"content-security-policy", b"default-src 'none'; sandbox"),
        ]
        if mapping.has_copy(request.headers.get("if-none-match"), etag):
            return Answer(status=304, headers=headers)
        return Answer(image.data, content_type=image.content_type.encode(), headers=headers)

    async def post_batch(self, request: Request) -> Answer:
        body = await json_body(request, wire.BatchUserRequest)
        return answer(mapping.batch(*await self.people.resolve(body.ids)))

    async def get_status(self, request: Request) -> Answer:
        self.limiter.status_lookup(request.scope)
        email = query_parameter(request, "email")
        if email is None:
            raise Invalid("The query parameter email is missing.", "email")
        return answer(mapping.registration(await self.registration.status_of(email)))

    async def get_search(self, request: Request) -> Answer:
        await self.principal(request)
        query = query_parameter(request, "q")
        if query is None:
            raise Invalid("The query parameter q is missing.", "q")
        return answer([mapping.overview(found) for found in await self.people.search(query)])


def answer(value: Any, status: int = 200, headers: Sequence[Header] = NO_STORE) -> Answer:
    """Encode a JSON answer; unless `headers` say otherwise nobody may keep it, since it may hold a token."""
    return Answer(mapping.encode(value), status, headers=headers)


def error(status: int, message: str, path: str) -> Answer:
    """Word an error as this API does."""
    return Answer(mapping.error(status, message, path), status)


def bearer(request: Request) -> str:
    """Give the bearer credential (RFC 6750); raises Unauthenticated when there is none."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise Unauthenticated(REFUSED)
    return value.strip()
