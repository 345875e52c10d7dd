"""Where the service is."""

from typing import ClassVar, Self

import msgspec


class VectaraEnvironment(msgspec.Struct, frozen=True, kw_only=True):
    """Base URLs of one installation of the service.

    Attributes:
        default: where the API is; paths such as `/v2/users` are added.
        auth: where access tokens are given; `/oauth2/token` is added.
    """

    PRODUCTION: ClassVar["VectaraEnvironment"]

    default: str
    auth: str

    @classmethod
    def at(cls, url: str) -> Self:
        """Describe an installation that has everything under one base URL, as Gatepost has under `…/vectara`."""
        return cls(default=url, auth=url)


VectaraEnvironment.PRODUCTION = VectaraEnvironment(default="https://api.vectara.io", auth="https://auth.vectara.io")
