"""Signing in through an OIDC provider: out to it, and back with its answer.

Theory of operation. `begin` gives the address of the provider and a flow: secrets that the browser keeps until the
provider sends it back. How they travel is up to the surface; `seal` and `unseal` make one cookie of them that tells
nothing, cannot be changed and has an end. `finish` takes the flow and the answer, lets the relying party redeem it,
and gives the account. An answer belongs to a flow by its state, so nobody can make somebody else's browser finish a
sign-in it did not begin. Each flow that succeeds leaves a mark until it would have ended, in the transaction that
admits the account: whoever replays it, at whatever process, is refused even if the provider would not mind.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from gatepost.server.domain.accounts import Account, require_usable
from gatepost.server.domain.clock import MINUTE
from gatepost.server.domain.errors import Invalid, NotFound
from gatepost.server.domain.flows import STRANGE, Flow, ProviderAnswer
from gatepost.server.domain.identities import Claims
from gatepost.server.domain.principal import CredentialKind, Principal
from gatepost.server.services.ports import Service
from gatepost.server.services.provisioning import Provisioning
from gatepost.server.store import sessions
from gatepost.server.store.database import Duplicate, Transaction, transactional

PURPOSE = "oidc-flow"
LONGEST_RETURN = 1_000
"""Characters of the path to go to afterwards; with more, a sealed flow would outgrow a cookie."""


class RelyingParty(Protocol):
    """Talks to one provider."""

    async def authorization_url(self, flow: Flow) -> str:
        """Give the address to send a browser to; raises Unavailable."""

    async def claims(self, flow: Flow, answer: ProviderAnswer) -> Claims:
        """Redeem the answer; raises Invalid, Unauthenticated, Forbidden or Unavailable."""

    async def aclose(self) -> None:
        """Close the connections to the provider."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """A provider that signs people in: its configured name, and the text of the button that leads to it."""

    name: str
    button: str
    party: RelyingParty = field(repr=False)


@dataclass(frozen=True, slots=True)
class Begun:
    """A flow just begun, and the address of the provider to send the browser to."""

    flow: Flow
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Resumed:
    """A flow that came back unharmed, and the path to go to afterwards."""

    flow: Flow
    return_to: str


class _Envelope(msgspec.Struct, array_like=True):
    flow: Flow
    return_to: str
    ends_at: int


@dataclass(frozen=True, slots=True)
class OidcSignIn(Service):
    """The use cases around signing in at a provider; `flow_minutes` is the life of a flow."""

    provisioning: Provisioning
    entrances: Mapping[str, Entrance]
    flow_minutes: int

    async def begin(self, provider: str, redirect_uri: str) -> Begun:
        """Start a sign-in; `redirect_uri` is the absolute address that the provider sends the browser back to.

        Raises NotFound for a provider that signs nobody in, Unavailable when it cannot be discovered.
        """
        entrance = self._entrance(provider)
        flow = Flow.begin(provider, redirect_uri, self.runtime.random_below)
        return Begun(flow, await entrance.party.authorization_url(flow))

    async def finish(self, flow: Flow, answer: ProviderAnswer) -> Principal:
        """Give whom the provider signed in, linking or making the account when there is none.

        Raises Invalid for an answer to another flow or one that was finished already, Unauthenticated when the
        provider signed nobody in or what it says does not hold, Forbidden when the person may not sign in, Conflict
        when the address belongs to somebody else, and Unavailable when the provider does not answer.
        """
        claims = await self._entrance(flow.provider).party.claims(flow, answer)
        account = await self._admit(flow, claims)
        require_usable(account)
        return Principal(account.id, CredentialKind.BEARER)

    @transactional
    async def _admit(self, tx: Transaction, flow: Flow, claims: Claims) -> Account:
        await self._spend(tx, flow)
        return await self.provisioning.account_for(tx, claims)

    async def _spend(self, tx: Transaction, flow: Flow) -> None:
        try:
            await tx.run(
                sessions.insert_link,
                digest=hashlib.sha256(flow.state.encode()).digest(),
                purpose=PURPOSE,
                account_id=None,
                now=self.runtime.clock(),
                expires_at=self.ends_at(),
                invitation=None,
            )
        except Duplicate as error:
            raise Invalid(STRANGE) from error

    def ends_at(self) -> int:
        """Give when a flow that begins now ends, in milliseconds since the epoch."""
        return self.runtime.clock() + self.flow_minutes * MINUTE

    def seal(self, flow: Flow, return_to: str) -> str:
        """Make one text of a flow, for a cookie; a `return_to` that is too long for one is forgotten."""
        envelope = _Envelope(flow, return_to if len(return_to) <= LONGEST_RETURN else "", self.ends_at())
        sealed = self.runtime.sealer.seal(msgspec.json.encode(envelope), PURPOSE)
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def unseal(self, text: str, provider: str) -> Resumed:
        """Give back what was sealed; raises Invalid for anything else, another provider's flow, and one that ended."""
        try:
            sealed = base64.urlsafe_b64decode(text + "==")
        except ValueError as error:
            raise Invalid(STRANGE) from error
        plain = self.runtime.sealer.open(sealed, PURPOSE)
        if plain is None:
            raise Invalid(STRANGE)
        envelope = msgspec.json.decode(plain, type=_Envelope)
        if envelope.flow.provider != provider or envelope.ends_at <= self.runtime.clock():
            raise Invalid(STRANGE)
        return Resumed(envelope.flow, envelope.return_to)

    async def aclose(self) -> None:
        """Close the connections to the providers."""
        for entrance in self.entrances.values():
            await entrance.party.aclose()

    def _entrance(self, provider: str) -> Entrance:
        if provider not in self.entrances:
            raise NotFound("There is no such identity provider.")
        return self.entrances[provider]
