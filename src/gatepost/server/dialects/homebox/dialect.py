"""The dialect as a whole: its operations, and the services they call."""

from collections.abc import Mapping

from gatepost.server.config import HomeboxSettings, address_of
from gatepost.server.dialects.homebox.accounts import Accounts
from gatepost.server.dialects.homebox.callers import Callers
from gatepost.server.dialects.homebox.cookies import Cookies
from gatepost.server.dialects.homebox.groups import GroupOperations, InvitationOperations
from gatepost.server.dialects.homebox.keys import KeyOperations
from gatepost.server.dialects.homebox.oidc import OidcOperations
from gatepost.server.dialects.homebox.passwords import PasswordOperations
from gatepost.server.dialects.homebox.sessions import SessionOperations
from gatepost.server.services.credentials import Credentials
from gatepost.server.services.enrolment import Enrolment
from gatepost.server.services.groups import Groups
from gatepost.server.services.invitations import Invitations
from gatepost.server.services.oidc_sign_in import Entrance, OidcSignIn
from gatepost.server.services.own_account import OwnAccount
from gatepost.server.services.password_reset import PasswordReset
from gatepost.server.services.personal_tokens import PersonalTokens
from gatepost.server.services.preferences import Preferences
from gatepost.server.services.profiles import Profiles
from gatepost.server.services.sessions import Sessions
from gatepost.server.services.sign_in import SignIn
from gatepost.server.web.limits import Limiter


class Homebox:
    """Groups of operations around what they share: who calls, the cookies, the settings.

    `issuers` are those of the OIDC providers, by the providers' names.
    """

    def __init__(
        self,
        settings: HomeboxSettings,
        *,
        public_url: str,
        limiter: Limiter,
        credentials: Credentials,
        sign_in: SignIn,
        sessions: Sessions,
        oidc: OidcSignIn,
        issuers: Mapping[str, str],
        enrolment: Enrolment,
        profiles: Profiles,
        own_account: OwnAccount,
        password_reset: PasswordReset,
        preferences: Preferences,
        tokens: PersonalTokens,
        groups: Groups,
        invitations: Invitations,
    ) -> None:
        self.limiter = limiter
        callers, cookies = Callers(credentials, groups, limiter, public_url), Cookies(public_url.startswith("https:"))
        entrance = _entrance(settings.oidc_provider, oidc.entrances)
        provider, button = (entrance.name, entrance.button) if entrance else ("", "")
        self.accounts = Accounts(
            settings, callers, enrolment, profiles, own_account, groups, preferences, limiter, button
        )
        self.sessions = SessionOperations(settings, callers, sign_in, sessions, cookies, limiter)
        self.passwords = PasswordOperations(settings, callers, own_account, password_reset, limiter)
        self.keys = KeyOperations(callers, tokens)
        self.groups = GroupOperations(callers, groups)
        self.invitations = InvitationOperations(callers, groups, invitations, limiter)
        issuer, url = issuers.get(provider, ""), address_of(settings, public_url)
        self.oidc = OidcOperations(provider, issuer, url, oidc, sessions, cookies, limiter)


def _entrance(named: str, entrances: Mapping[str, Entrance]) -> Entrance | None:
    """Give the provider that this API leads to: it knows of one only."""
    return entrances.get(named) if named else next(iter(entrances.values()), None)
