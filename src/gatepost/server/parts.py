"""From settings to services: what the server and the command line both stand on."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

from gatepost.server import sealing
from gatepost.server.config import Settings
from gatepost.server.domain.clock import new_id, random_below, system_clock
from gatepost.server.domain.errors import GatepostError
from gatepost.server.domain.images import ImageLimits
from gatepost.server.hashing import HashingOptions, HashPool
from gatepost.server.images import normalise
from gatepost.server.mail.compose import Composer
from gatepost.server.providers import bearer_verifier, entrances, provider_rules
from gatepost.server.services.access_tokens import AccessTokens
from gatepost.server.services.administration import Administration
from gatepost.server.services.audit import AuditTrail
from gatepost.server.services.clients import Clients
from gatepost.server.services.credentials import BearerVerifier, Credentials
from gatepost.server.services.enrolment import Enrolment
from gatepost.server.services.grants import Grants
from gatepost.server.services.groups import Groups
from gatepost.server.services.invitations import Invitations
from gatepost.server.services.mails import MailPolicy, Mails
from gatepost.server.services.oidc_sign_in import OidcSignIn
from gatepost.server.services.own_account import OwnAccount
from gatepost.server.services.password_reset import PasswordReset
from gatepost.server.services.people import People
from gatepost.server.services.personal_tokens import PersonalTokens
from gatepost.server.services.ports import Runtime
from gatepost.server.services.preferences import Preferences
from gatepost.server.services.profiles import Profiles
from gatepost.server.services.provisioning import Provisioning
from gatepost.server.services.registration import Registration, RegistrationPolicy
from gatepost.server.services.roster import Roster
from gatepost.server.services.sessions import Sessions
from gatepost.server.services.setup import Setup
from gatepost.server.services.sign_in import SignIn
from gatepost.server.services.signing_keys import SigningKeys
from gatepost.server.services.transfer import Transfer
from gatepost.server.services.usage import Usage
from gatepost.server.signing import Signer
from gatepost.server.store import key_marks
from gatepost.server.store.database import Database
from gatepost.server.store.migrate import upgrade
from gatepost.server.store.opening import Place, open_database
from gatepost.server.store.postgres.options import PostgresOptions

MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Parts:
    """Every service of one running program."""

    settings: Settings
    runtime: Runtime
    hasher: HashPool
    bearer: BearerVerifier | None
    usage: Usage
    mails: Mails
    credentials: Credentials
    registration: Registration
    sign_in: SignIn
    setup: Setup
    profiles: Profiles
    tokens: PersonalTokens
    people: People
    provisioning: Provisioning
    oidc_sign_in: OidcSignIn
    administration: Administration
    roster: Roster
    grants: Grants
    clients: Clients
    signing_keys: SigningKeys
    access_tokens: AccessTokens
    transfer: Transfer
    audit: AuditTrail
    sessions: Sessions
    groups: Groups
    invitations: Invitations
    enrolment: Enrolment
    own_account: OwnAccount
    password_reset: PasswordReset
    preferences: Preferences


@asynccontextmanager
async def open_parts(settings: Settings) -> AsyncIterator[Parts]:
    """Open the database, bringing its schema up to date, and build the services; closes all on leaving.

    Raises SchemaMismatch for a database of a newer program, KeyFileError for an unusable key file.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = place_of(settings)
    upgrade(place)
    async with AsyncExitStack() as closing:
        database = await open_database(place)
        closing.push_async_callback(database.close)
        sealer = await unlocked(settings, database)
        hasher = HashPool(_hashing_options(settings))
        parts = assemble(settings, Runtime(database, system_clock, new_id, random_below, sealer), hasher)
        closing.push_async_callback(_flush, parts.usage)
        if parts.bearer is not None:
            closing.push_async_callback(parts.bearer.aclose)
        closing.push_async_callback(parts.oidc_sign_in.aclose)
        closing.callback(hasher.close)
        yield parts


def place_of(settings: Settings) -> Place:
    """Say where the configured database is."""
    chosen = settings.database
    if not settings.on_postgres:
        return settings.database_path
    return PostgresOptions(chosen.url, chosen.listen_url, chosen.connections, chosen.statement_seconds)


async def unlocked(settings: Settings, database: Database) -> sealing.Sealer:
    """Read or make the key file; raises KeyFileError when hosts that share the database have another one."""
    path = settings.key_path
    if not settings.on_postgres:
        return sealing.load_or_create(path)
    if not path.exists() and await key_marks.noted(database) is not None:
        raise sealing.KeyFileError(
            f"there is no key file {path}: copy the one that {settings.database_name} is used with"
        )
    sealer = sealing.load_or_create(path)
    if not await key_marks.claim(database, sealer.fingerprint):
        raise sealing.KeyFileError(
            f"{path} is not the key file that {settings.database_name} is used with: put that one there, or if it is "
            "lost, run 'gatepost migrate --accept-key'"
        )
    return sealer


async def accept_key_of(settings: Settings) -> None:
    """Let all hosts go on with this key file; what was sealed under another one is lost with it."""
    database = await open_database(place_of(settings))
    try:
        await key_marks.change(database, sealing.load_or_create(settings.key_path).fingerprint)
    finally:
        await database.close()


async def _flush(usage: Usage) -> None:
    with suppress(GatepostError):  # what was used when is not worth a bad end
        await usage.flush()


def assemble(settings: Settings, runtime: Runtime, hasher: HashPool) -> Parts:
    """Build the services on what is open already."""
    database, shortest = runtime.database, settings.passwords.min_length
    policy = _registration_policy(settings)
    usage, bearer = Usage(database), bearer_verifier(settings)
    signer = Signer()
    keys = SigningKeys(runtime, signer)
    mails = Mails(runtime, Composer(settings.branding.name), _mail_policy(settings))
    provisioning = Provisioning(runtime, mails, policy, provider_rules(settings), settings.oidc.groups)
    administration = Administration(runtime, hasher, mails, shortest, settings.public_url)
    password_reset = PasswordReset(runtime, hasher, mails, shortest, settings.public_url)
    limits = ImageLimits(settings.images.max_bytes, settings.images.max_megapixels * MEGA, settings.images.size)
    return Parts(
        settings=settings,
        runtime=runtime,
        hasher=hasher,
        bearer=bearer,
        usage=usage,
        mails=mails,
        credentials=Credentials(runtime, usage, settings.sessions.idle_days, bearer),
        registration=Registration(runtime, hasher, mails, policy),
        enrolment=Enrolment(runtime, Registration(runtime, hasher, mails, _enrolment_policy(settings, policy))),
        sign_in=SignIn(runtime, hasher, settings.sessions.days),
        setup=Setup(runtime, hasher, shortest, settings.public_url),
        profiles=Profiles(runtime, partial(normalise, limits=limits)),
        tokens=PersonalTokens(runtime, usage, settings.tokens.max_per_account),
        people=People(database, settings.search.limit),
        provisioning=provisioning,
        oidc_sign_in=OidcSignIn(runtime, provisioning, entrances(settings), settings.oidc.flow_minutes),
        administration=administration,
        roster=Roster(runtime, administration, password_reset),
        grants=Grants(runtime),
        clients=Clients(runtime),
        signing_keys=keys,
        access_tokens=AccessTokens(runtime, signer, keys, settings.public_url),
        transfer=Transfer(runtime, hasher, shortest, hasher.threads),
        audit=AuditTrail(runtime),
        sessions=Sessions(runtime, usage),
        groups=Groups(runtime),
        invitations=Invitations(runtime),
        own_account=OwnAccount(runtime, hasher, policy),
        password_reset=password_reset,
        preferences=Preferences(runtime),
    )


def _hashing_options(settings: Settings) -> HashingOptions:
    chosen = settings.passwords
    return HashingOptions(chosen.time_cost, chosen.memory_kib, chosen.parallelism, chosen.threads, chosen.queue)


def _registration_policy(settings: Settings) -> RegistrationPolicy:
    chosen = settings.registration
    return RegistrationPolicy(
        mode=chosen.mode,
        verify_email=chosen.verify_email,
        allowed_domains=chosen.allowed_domains,
        confirm_hours=chosen.confirm_hours,
        min_password_length=settings.passwords.min_length,
        public_url=settings.public_url,
    )


def _enrolment_policy(settings: Settings, policy: RegistrationPolicy) -> RegistrationPolicy:
    # A limit to certain domains is none while anybody's address is believed.
    verify_email = settings.dialects.homebox.verify_email or bool(policy.allowed_domains)
    return replace(policy, verify_email=verify_email)


def _mail_policy(settings: Settings) -> MailPolicy:
    per_address = settings.limits.mail_per_address if settings.limits.enabled else ""
    return MailPolicy(per_address, settings.mail.max_attempts, settings.mail.keep_days)
