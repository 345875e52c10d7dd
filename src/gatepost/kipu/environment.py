"""Where the service is."""

from enum import Enum


class HubUserClientEnvironment(Enum):
    """Base URLs of the service."""

    DEFAULT = "https://api.hub.kipu-quantum.com/user-service"
