"""Personal access tokens of the acting account, its default token among them."""

from dataclasses import dataclass, field

from gatepost.server.domain import tokens
from gatepost.server.domain.clock import DAY
from gatepost.server.domain.errors import Forbidden, NotFound
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.roles import Permission
from gatepost.server.domain.spellings import Spelling
from gatepost.server.domain.tokens import AccessToken, Kind
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.grants import require_no_stronger
from gatepost.server.services.ports import Service
from gatepost.server.services.usage import Usage
from gatepost.server.store import tokens as rows
from gatepost.server.store.database import Transaction, transactional

DEFAULT_NAME = "default"
KEY_NAME_LIMIT = 255
KEY_LIFE = 30 * DAY


@dataclass(frozen=True, slots=True)
class TokenList:
    """The tokens of one account; `default` is the raw value of its default token."""

    default: str | None = field(repr=False)
    tokens: list[AccessToken]


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; `raw` is shown this once."""

    token: AccessToken
    raw: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PersonalTokens(Service):
    """Lists, makes, revokes and rotates tokens."""

    usage: Usage
    most_per_account: int

    async def list_own(self, principal: Principal) -> TokenList:
        """List the account's tokens; the default token is made on first sight."""
        own = principal.account_id
        found = await self.database.all(rows.of_account, account_id=own)
        return TokenList(await self._default_of(own), [self.usage.overlay(token) for token in found])

    async def list_keys(self, principal: Principal) -> list[AccessToken]:
        """List the account's tokens but its default token, which is not made by this, the newest first."""
        found = await self.database.all(rows.of_account, account_id=principal.account_id)
        return [self.usage.overlay(token) for token in reversed(found)]

    async def list_for(self, principal: Principal, account_id: str) -> list[AccessToken]:
        """List the tokens of any account but its default token; needs `accounts:read`."""
        principal.require(Permission.READ_ACCOUNTS)
        found = await self.database.all(rows.of_account, account_id=account_id)
        return [self.usage.overlay(token) for token in found]

    async def create(self, principal: Principal, name: str, expires_on: str | None = None) -> NewToken:
        """Make a token. `expires_on` is `yyyy-MM-dd`, the last day it is valid (UTC); None means never.

        Raises Invalid for a blank name, a bad or past date; Forbidden when the account has as many as it may.
        """
        return await self.create_for(principal, principal.account_id, name, expires_on)

    async def create_for(self, principal: Principal, account_id: str, name: str, expires_on: str | None) -> NewToken:
        """Make a token for an account, as `create` does; for others than oneself it needs `tokens:mint`."""
        if account_id != principal.account_id:
            principal.require(Permission.MINT_TOKENS)
        name, expires_at = tokens.valid_token_name(name), tokens.expiry(expires_on, self.runtime.clock())
        return await self._issue(principal, account_id, name, expires_at, Spelling.GATEPOST)

    async def create_key(self, principal: Principal, name: str, expires_at: int | None = None) -> NewToken:
        """Make a token as Homebox does: in its spelling, with a name of at most 255 characters.

        `expires_at` (milliseconds, may be past) is 30 days ahead unless given. Raises what `create` raises.
        """
        name = tokens.valid_token_name(name, KEY_NAME_LIMIT)
        expires_at = self.runtime.clock() + KEY_LIFE if expires_at is None else expires_at
        return await self._issue(principal, principal.account_id, name, expires_at, Spelling.HOMEBOX)

    async def _issue(
        self, principal: Principal, account_id: str, name: str, expires_at: int | None, spelling: Spelling
    ) -> NewToken:
        token = AccessToken(self.runtime.ids(), account_id, name, self.runtime.clock(), None, expires_at)
        raw = tokens.mint(Kind.ACCESS, self.runtime.random_below, spelling)
        await self._store(principal, token, raw)
        return NewToken(token, raw)

    @transactional
    async def _store(self, tx: Transaction, principal: Principal, token: AccessToken, raw: str) -> None:
        await lifecycle.existing(tx, token.account_id)
        if token.account_id != principal.account_id:
            await require_no_stronger(tx, principal, token.account_id)
        if (await tx.one(rows.count_of_account, account_id=token.account_id) or 0) >= self.most_per_account:
            raise Forbidden(f"An account can have {self.most_per_account} tokens; revoke one first.")
        await self._insert(tx, token, raw, is_default=False)
        await record(tx, self.runtime, principal.account_id, Action.TOKEN_CREATED, token.account_id, token=token.id)

    async def revoke(self, principal: Principal, id: str) -> None:
        """End one of the account's own tokens at once; raises NotFound for any other id, the default's included."""
        await self._revoke(principal, principal.account_id, id)

    async def revoke_for(self, principal: Principal, account_id: str, id: str) -> None:
        """End a token of any account at once, as `revoke` does; needs `tokens:mint`."""
        principal.require(Permission.MINT_TOKENS)
        await self._revoke(principal, account_id, id)

    @transactional
    async def _revoke(self, tx: Transaction, principal: Principal, account_id: str, id: str) -> None:
        if not await tx.run(rows.delete_own, id=id, account_id=account_id):
            raise NotFound("There is no such token.")
        await lifecycle.end_credentials(tx)
        await record(tx, self.runtime, principal.account_id, Action.TOKEN_REVOKED, account_id, token=id)

    async def rotate_default(self, principal: Principal) -> str:
        """Replace the default token, ending the old one at once, and give the new raw value."""
        raw = tokens.mint(Kind.ACCESS, self.runtime.random_below)
        await self._replace_default(principal.account_id, raw)
        return raw

    @transactional
    async def _replace_default(self, tx: Transaction, account_id: str, raw: str) -> None:
        await lifecycle.acting(tx, account_id)
        await tx.run(rows.delete_default, account_id=account_id)
        await self._insert(tx, self._default_token(account_id), raw, is_default=True)
        await lifecycle.end_credentials(tx)
        await record(tx, self.runtime, account_id, Action.DEFAULT_TOKEN_ROTATED, account_id)

    async def _default_of(self, account_id: str) -> str | None:
        stored = await self.database.one(rows.default_of, account_id=account_id)
        if stored is None:
            stored = await self._make_default(account_id, tokens.mint(Kind.ACCESS, self.runtime.random_below))
        plain = self._open(*stored)
        return None if plain is None else plain.decode()

    async def default_tokens_open(self) -> bool:
        """Tell whether the key file opens a default token; with none there, nothing speaks against it."""
        stored = await self.database.one(rows.any_default)
        return stored is None or self._open(*stored) is not None

    def _open(self, id: str, sealed: bytes) -> bytes | None:
        return self.runtime.sealer.open(sealed, f"token:{id}")

    @transactional
    async def _make_default(self, tx: Transaction, account_id: str, raw: str) -> tuple[str, bytes]:
        if (stored := await tx.one(rows.default_of, account_id=account_id)) is not None:
            return stored[0], stored[1]  # another request was first
        await lifecycle.acting(tx, account_id)
        sealed = await self._insert(tx, self._default_token(account_id), raw, is_default=True)
        await record(tx, self.runtime, account_id, Action.TOKEN_CREATED, account_id, token=sealed[0])
        return sealed

    def _default_token(self, account_id: str) -> AccessToken:
        return AccessToken(self.runtime.ids(), account_id, DEFAULT_NAME, self.runtime.clock(), None, None)

    async def _insert(self, tx: Transaction, token: AccessToken, raw: str, *, is_default: bool) -> tuple[str, bytes]:
        sealed = self.runtime.sealer.seal(raw.encode(), f"token:{token.id}")
        await tx.run(
            rows.insert,
            id=token.id,
            account_id=token.account_id,
            is_default=is_default,
            name=token.name,
            digest=tokens.digest(raw.encode()),
            sealed=sealed if is_default else None,
            now=token.created_at,
            expires_at=token.expires_at,
        )
        return token.id, sealed
