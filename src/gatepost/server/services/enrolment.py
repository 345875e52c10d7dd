"""Sign-up as the Homebox API has it: one display name, a group from the first moment, and an answer that tells."""

from dataclasses import dataclass, field

from gatepost.server.domain import names
from gatepost.server.domain.errors import Conflict
from gatepost.server.services import lifecycle, membership
from gatepost.server.services.audit import Action, record
from gatepost.server.services.ports import Service
from gatepost.server.services.registration import Admitted, Registration
from gatepost.server.store import accounts
from gatepost.server.store.database import Transaction, transactional


@dataclass(frozen=True, slots=True)
class Enrol:
    """What somebody sends to get an account; `invitation` is raw."""

    name: str
    email: str
    password: str = field(repr=False)
    invitation: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Enrolment(Service):
    """Makes accounts that are in a group; the policy of `registration` says who may have one."""

    registration: Registration

    async def enrol(self, form: Enrol) -> None:
        """Make an account, active at once, in the group of its invitation or else in one of its own.

        Where the policy wants addresses confirmed this is an attempt like any other: its answer tells nothing of
        the address, and the account gets its group when it first acts. Else raises Conflict for a taken address.
        Raises what `Registration.sign_up` raises, and nothing is left behind then.
        """
        newcomer = names.named(form.email, form.name)
        if self.registration.policy.verify_email:
            await self.registration.attempt(newcomer, form.password, form.invitation)
        else:
            await self._enrol(await self.registration.admit(newcomer, form.password, form.invitation))

    @transactional
    async def _enrol(self, tx: Transaction, admitted: Admitted) -> None:
        if reason := await lifecycle.taken(tx, admitted.newcomer):
            raise Conflict(reason)
        account = await accounts.add(
            tx,
            admitted.newcomer,
            id=self.runtime.ids(),
            now=self.runtime.clock(),
            state=self.registration.policy.confirmed_state,
            email_verified=False,
            password_hash=admitted.password_hash,
        )
        if admitted.invitation is None:
            group_id = (await membership.make_home(tx, self.runtime, account)).id
        else:
            group_id = (await membership.redeem(tx, self.runtime, admitted.invitation, account.id)).group_id
        await lifecycle.arrive(tx, self.registration.mails, account)
        await record(tx, self.runtime, account.id, Action.SIGNED_UP, account.id, group=group_id)
