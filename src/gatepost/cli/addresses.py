"""Where the running server is reached, as far as the settings tell."""

from gatepost.server.config import Settings


def kipu_address(settings: Settings) -> str | None:
    """Give the address of the Kipu API; None when it is not served."""
    kipu = settings.dialects.kipu
    if not kipu.enabled:
        return None
    origin = f"{settings.public_url.partition('://')[0]}://{kipu.host}" if kipu.host else settings.public_url
    return origin + kipu.prefix
