"""Password hashing in a bounded pool that never starves the event loop.

Argon2id (RFC 9106) releases the interpreter lock, so hashing runs on real threads: as many as there are cores but
one, each at a lower priority, with a bounded queue in front. What does not fit is refused at once with Unavailable
instead of piling up.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from gatepost.server.services.places import Places
from gatepost.server.services.ports import Verdict

if TYPE_CHECKING:
    from argon2 import PasswordHasher

T = TypeVar("T")

NICENESS = 10
"""How much lower the priority of hashing threads is, in Unix nice levels."""


@dataclass(frozen=True, slots=True)
class HashingOptions:
    """Argon2id parameters and the size of the pool; `memory_kib` is per hash, `queue` counts waiting callers."""

    time_cost: int
    memory_kib: int
    parallelism: int
    threads: int
    queue: int


class HashPool:
    """Hashes and verifies passwords; satisfies the services' `Hasher` port."""

    def __init__(self, options: HashingOptions) -> None:
        self._options = options
        self.threads = options.threads or max(1, (os.cpu_count() or 2) - 1)
        self._pool = ThreadPoolExecutor(self.threads, "hash", initializer=_lower_priority)
        self._places = Places(self.threads + options.queue, "Too many sign-ins are waiting.", retry_after=2)

    async def hash(self, secret: bytes) -> str:
        """Hash a new password; raises Unavailable when too many are waiting."""
        return await self._submit(lambda: self._argon2.hash(secret))

    async def verify(self, secret: bytes, stored: str | None) -> Verdict:
        """Compare with a stored hash; None costs the same and never matches. Raises Unavailable when full up."""
        return await self._submit(lambda: self._verify(secret, stored))

    def close(self) -> None:
        """Finish the hashes that run and drop those that wait."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    @cached_property
    def _argon2(self) -> "PasswordHasher":
        from argon2 import PasswordHasher  # not needed to start

        options = self._options
        return PasswordHasher(options.time_cost, options.memory_kib, options.parallelism)

    @cached_property
    def _decoy(self) -> str:
        return self._argon2.hash(b"the password of nobody")

    def _verify(self, secret: bytes, stored: str | None) -> Verdict:
        target = stored or self._decoy
        if not target.startswith("$argon2"):
            return Verdict(_verify_imported(secret, target), outdated=True)
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            self._argon2.verify(target, secret)
        except (VerificationError, InvalidHashError):
            return Verdict(matches=False, outdated=False)
        return Verdict(stored is not None, self._argon2.check_needs_rehash(target))

    async def _submit(self, work: Callable[[], T]) -> T:
        with self._places.taken():
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _lower_priority() -> None:
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    except (AttributeError, OSError):
        return  # only Linux gives each thread a priority of its own


BCRYPT_LIMIT = 72
"""bcrypt ignores what lies beyond this many bytes; the `bcrypt` package refuses it instead."""


def _verify_imported(secret: bytes, stored: str) -> bool:
    """Check a hash brought along by an import: bcrypt, or Django's PBKDF2-SHA256."""
    import bcrypt  # only for imported accounts

    if stored.startswith(("$2a$", "$2b$", "$2y$")):
        try:
            return bcrypt.checkpw(secret[:BCRYPT_LIMIT], stored.encode())
        except ValueError:
            return False
    return _verify_pbkdf2(secret, stored)


def _verify_pbkdf2(secret: bytes, stored: str) -> bool:
    import base64
    import hashlib
    import hmac

    try:
        scheme, iterations, salt, expected = stored.split("$")
        derived = hashlib.pbkdf2_hmac("sha256", secret, salt.encode(), int(iterations))
    except ValueError:
        return False
    return scheme == "pbkdf2_sha256" and hmac.compare_digest(base64.b64encode(derived).decode(), expected)
