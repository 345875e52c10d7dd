"""The console as a whole: its pages and the services they call."""

from gatepost.server.console.assets import Assets
from gatepost.server.console.confirm import ConfirmPages
from gatepost.server.console.forgotten import ForgottenPages
from gatepost.server.console.oidc import OidcPages
from gatepost.server.console.pages import Pages
from gatepost.server.console.setup import SetupPages
from gatepost.server.console.sign_in import ProviderButton, SignInPages
from gatepost.server.console.sign_up import SignUpPages
from gatepost.server.console.tokens import TokenPages
from gatepost.server.console.visitors import Visitors
from gatepost.server.domain.clock import DAY, MINUTE, SECOND
from gatepost.server.domain.sessions import Terms
from gatepost.server.services.credentials import Credentials
from gatepost.server.services.oidc_sign_in import OidcSignIn
from gatepost.server.services.password_reset import PasswordReset
from gatepost.server.services.personal_tokens import PersonalTokens
from gatepost.server.services.profiles import Profiles
from gatepost.server.services.registration import Registration
from gatepost.server.services.sessions import Sessions
from gatepost.server.services.setup import Setup
from gatepost.server.services.sign_in import SignIn
from gatepost.server.web.cookies import Cookie
from gatepost.server.web.limits import Limiter


class Console:
    """Groups of pages around what they share: templates, static files, the visitor's session."""

    def __init__(
        self,
        *,
        brand: str,
        public_url: str,
        secure_cookies: bool,
        session_days: int,
        limiter: Limiter,
        credentials: Credentials,
        registration: Registration,
        sign_in: SignIn,
        password_reset: PasswordReset,
        oidc: OidcSignIn,
        sessions: Sessions,
        setup: Setup,
        profiles: Profiles,
        tokens: PersonalTokens,
    ) -> None:
        self.public_url = public_url
        self.assets = Assets()
        self.pages = Pages(brand, self.assets)
        cookie = Cookie("gatepost", secure_cookies, session_days * DAY // SECOND)
        self.visitors = Visitors(credentials, cookie, limiter)
        self.sign_up = SignUpPages(self.pages, registration, limiter)
        self.confirm = ConfirmPages(self.pages, registration, limiter)
        self.sign_in = SignInPages(
            self.pages, sign_in, self.visitors, limiter, registration.policy.open, _buttons(oidc, public_url)
        )
        flow = Cookie("gatepost-flow", secure_cookies, oidc.flow_minutes * MINUTE // SECOND)
        self.oidc = OidcPages(self.pages, oidc, sessions, self.sign_in, flow, Terms(session_days), limiter, public_url)
        self.forgotten = ForgottenPages(self.pages, password_reset, limiter)
        self.setup = SetupPages(self.pages, setup, self.sign_in, limiter)
        self.tokens = TokenPages(self.pages, profiles, tokens, tokens.runtime.clock)


def _buttons(oidc: OidcSignIn, public_url: str) -> list[ProviderButton]:
    # Absolute, because the flow's cookie stays with the name that it began at, and providers know the public one.
    prefix = f"{public_url}/sign-in/oidc"
    return [ProviderButton(found.button, f"{prefix}/{found.name}") for found in oidc.entrances.values()]
