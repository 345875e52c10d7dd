"""The acting account's own record: profile, image, and leaving for good."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from gatepost.server.domain.accounts import PROFILE_LIMIT, Account, valid_homepage, valid_phone
from gatepost.server.domain.errors import NotFound
from gatepost.server.domain.images import ProfileImage
from gatepost.server.domain.principal import Principal
from gatepost.server.domain.text import clean_optional
from gatepost.server.services import lifecycle
from gatepost.server.services.audit import Action, record
from gatepost.server.services.places import Places
from gatepost.server.services.ports import Service
from gatepost.server.store import accounts, profiles
from gatepost.server.store.database import Transaction, transactional
from gatepost.server.store.profiles import StoredImage

MOST_DECODED = 1
"""How many uploads are decoded at a time: one of 40 megapixels may need 400 MB while it lasts."""

MOST_WAITING = 8
"""How many uploads may wait for that: each may take some seconds, and nobody waits for minutes."""

FIELDS = ("current_position", "homepage", "about", "phone")


@dataclass(frozen=True, slots=True)
class Profiles(Service):
    """What people do with their own record. `normalise_image` re-encodes an upload or raises Invalid or TooLarge."""

    normalise_image: Callable[[bytes], ProfileImage]
    decoding: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_DECODED))
    places: Places = field(
        default_factory=lambda: Places(MOST_DECODED + MOST_WAITING, "Too many images are waiting.", retry_after=5)
    )

    async def own(self, principal: Principal) -> Account:
        """Give the acting account; raises Unauthenticated when it is gone."""
        return await lifecycle.acting(self.database, principal.account_id)

    async def issuer_of(self, principal: Principal) -> str | None:
        """Give the issuer by whose identity the acting account signs in, of several one; None with a password."""
        return await self.database.one(profiles.issuer_of, account_id=principal.account_id)

    async def identity_of(self, principal: Principal) -> tuple[str, str] | None:
        """Give issuer and subject of the identity linked to the acting account, of several one; None without any."""
        return min(await self.database.all(profiles.identities_of, account_id=principal.account_id), default=None)

    async def change(self, principal: Principal, changes: dict[str, str | None]) -> Account:
        """Change the named fields among `FIELDS`: a field not named stays, None clears it.

        Raises Invalid for text over its limit or a homepage that is not an absolute http(s) URL.
        """
        checked = {name: _checked(name, value) for name, value in changes.items()}
        return await self._change(principal, checked) if checked else await self.own(principal)

    @transactional
    async def _change(self, tx: Transaction, principal: Principal, changes: dict[str, str | None]) -> Account:
        before = await lifecycle.acting(tx, principal.account_id)
        values = {name: changes.get(name, getattr(before, name)) for name in FIELDS}
        await tx.run(accounts.set_profile, id=before.id, now=self.runtime.clock(), **values)
        await record(tx, self.runtime, before.id, Action.PROFILE_CHANGED, before.id, fields=",".join(sorted(changes)))
        return await lifecycle.acting(tx, before.id)

    @transactional
    async def delete_own(self, tx: Transaction, principal: Principal) -> None:
        """Erase the acting account and everything of it; raises Conflict for the last owner."""
        if await lifecycle.erase(tx, principal.account_id):
            await record(tx, self.runtime, principal.account_id, Action.DELETED, principal.account_id)

    async def put_image(self, principal: Principal, raw: bytes) -> None:
        """Replace the profile image.

        Raises Invalid or TooLarge when the bytes are no acceptable image, Unavailable when too many are waiting.
        """
        with self.places.taken():
            async with self.decoding:
                image = await asyncio.to_thread(self.normalise_image, raw)
        await self._put_image(principal, image, hashlib.sha256(image.data).hexdigest()[:32])

    @transactional
    async def _put_image(self, tx: Transaction, principal: Principal, image: ProfileImage, etag: str) -> None:
        own = principal.account_id
        await lifecycle.acting(tx, own)
        values = {"content_type": image.content_type, "data": image.data, "etag": etag}
        await tx.run(profiles.put_image, account_id=own, now=self.runtime.clock(), **values)
        await record(tx, self.runtime, own, Action.IMAGE_CHANGED, own)

    @transactional
    async def delete_image(self, tx: Transaction, principal: Principal) -> None:
        """Remove the profile image; not having one is no error."""
        own = principal.account_id
        if await tx.run(profiles.delete_image, account_id=own):
            await record(tx, self.runtime, own, Action.IMAGE_DELETED, own)

    async def image_of(self, account_id: str) -> StoredImage | None:
        """Give the image of a listed account, None when it has none; raises NotFound when it is not listed."""
        if await self.database.one(accounts.overview, id=account_id) is None:
            raise NotFound("There is no such user.")
        return await self.database.one(profiles.image_of, account_id=account_id)


def _checked(name: str, value: str | None) -> str | None:
    match name:
        case "homepage":
            return valid_homepage(value)
        case "phone":
            return valid_phone(value)
        case _:
            return clean_optional(value, name, PROFILE_LIMIT)
