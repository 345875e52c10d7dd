"""Secrets at rest: AES-256-GCM (NIST SP 800-38D) under a key file beside the database."""

import os
import secrets
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyFileError(Exception):
    """The key file cannot be used; the message says why."""


class Sealer:
    """Encrypts small secrets; what was sealed for one purpose does not open for another."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self.fingerprint = int.from_bytes(blake2b(key, digest_size=8, person=b"gatepost key").digest(), "big") >> 1
        """Tells keys apart and nothing else about them: 63 bits of a digest (RFC 7693) of what is 256 random bits."""

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Encrypt `plain`, bound to `purpose`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes | None:
        """Decrypt what `seal` made; None when it was sealed under another key or for another purpose."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError):
            return None


def load_or_create(path: Path) -> Sealer:
    """Read the key file, or make it (readable by its owner only) when there is none.

    Raises KeyFileError when it holds something else than 64 hexadecimal digits.
    """
    if not path.exists():
        _create(path)
    return Sealer(_read(path))


def _create(path: Path) -> None:
    """Make the file whole or not at all: another process that starts now reads it, or makes it first."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_bytes(KEY_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _put_in_place(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return  # another process was first
    except OSError:
        draft.rename(path)  # a file system without hard links


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise KeyFileError(f"{path} cannot be read as a key file: {error}") from error
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"{path} must hold {KEY_BYTES * 2} hexadecimal digits")
    return key
