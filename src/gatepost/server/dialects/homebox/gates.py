"""What the settings of this API shut: answered 403 before anything else is looked at."""

from gatepost.server.config import HomeboxSettings
from gatepost.server.dialects.homebox.errors import FORBIDDEN
from gatepost.server.domain.errors import Forbidden


def require_local_login(settings: HomeboxSettings) -> None:
    """Raise Forbidden where people get in through a provider only."""
    if not settings.allow_local_login:
        raise Forbidden("local login is not enabled")


def require_registration(settings: HomeboxSettings, invitation: str) -> None:
    """Raise Forbidden where only the invited may register, for somebody who is not."""
    if not (settings.allow_registration or invitation):
        raise Forbidden("user registration disabled")


def require_no_demo(settings: HomeboxSettings) -> None:
    """Raise Forbidden where everybody shares an account, for what would take it from the others."""
    if settings.demo:
        raise Forbidden(FORBIDDEN)
