"""Where the running server is reached, as far as the settings tell."""

from msgspec import structs

from gatepost.server.config import Settings, address_of

VERSIONS = {"ubiops": "/v2.1"}
"""What the clients of an API expect behind its address."""


def api_addresses(settings: Settings) -> dict[str, str | None]:
    """Give the address of each user API by the name of its dialect; None for one that is not served."""
    return {
        name: address_of(dialect, settings.public_url) + VERSIONS.get(name, "") if dialect.enabled else None
        for name, dialect in structs.asdict(settings.dialects).items()
    }
