"""The folder of one run: databases made once for each size, and the files that loads read."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from shutil import copytree

from bench.load import Load, write_requests
from bench.profile import Profile
from bench.seeding import Seeded, seed
from gatepost.server.config import Settings
from gatepost.server.parts import Parts, open_parts

KIPU = "/kipu/user-service"


@dataclass(frozen=True, slots=True)
class Workplace:
    """What the figures share."""

    folder: Path
    profile: Profile
    _seeded: dict[int, Seeded] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=count)

    def seeded(self, accounts: int) -> Seeded:
        """Give the database with so many accounts, for reading only."""
        if accounts not in self._seeded:
            data = self.folder / f"accounts-{accounts}"
            self._seeded[accounts] = seed(data, accounts, self.profile.tokens)
        return self._seeded[accounts]

    def copy(self, original: Seeded) -> Seeded:
        """Give a copy to write to."""
        return Seeded(
            copytree(original.data, self.folder / f"copy-{next(self._numbers)}"), original.accounts, original.tokens
        )

    def load(self, method: str, requests: Iterable[tuple[str, ...]], *, pause_ms: int = 0) -> Load:
        """Prepare a load of requests without a body, each a path and a token or `-`."""
        return Load(self._write(requests), method, pause_ms=pause_ms)

    def posts(self, requests: Iterable[tuple[str, ...]], content_type: str, body: str) -> Load:
        """Prepare a load of POSTs, or of the methods that stand third, that all have the same body."""
        return Load(self._write(requests), "POST", content_type, body)

    def _write(self, requests: Iterable[tuple[str, ...]]) -> Path:
        return write_requests(self.folder / f"requests-{next(self._numbers)}", requests)


@asynccontextmanager
async def services(seeded: Seeded) -> AsyncIterator[Parts]:
    """Open the services on a database inside this process."""
    async with open_parts(Settings(data=seeded.data)) as parts:
        yield parts
