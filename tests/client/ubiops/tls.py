"""A certificate that vouches for itself, and a scripted server behind TLS."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.kit.scripted import Answer
from tests.kit.scripted.seen import read_request

SECONDS = 20.0


class Authority:
    """Files of a key and of its certificate for 127.0.0.1, which is also a client's and its own authority."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = _certificate(key).public_bytes(Encoding.PEM)
        self.key = _written(folder / "key.pem", private)
        self.certificate = _written(folder / "certificate.pem", public)
        self.both = _written(folder / "both.pem", private + public)


def _written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )


@contextmanager
def answering_over_tls(authority: Authority, whole: Answer, shown: list[Any] | None = None) -> Iterator[str]:
    """Serve one connection with one answer; with `shown` the client must show a certificate, which is put there."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.certificate)
    context.load_cert_chain(authority.both)
    if shown is not None:
        context.verify_mode = ssl.CERT_REQUIRED
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(SECONDS)
        thread = threading.Thread(target=_serve, args=[listener, context, whole, shown], daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(SECONDS)
        assert not thread.is_alive()


def _serve(listener: socket.socket, context: ssl.SSLContext, whole: Answer, shown: list[Any] | None) -> None:
    plain, _ = listener.accept()
    with plain, suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:  # a client may refuse us
        if shown is not None:
            shown.append(connection.getpeercert())
        with connection.makefile("rb") as reader:
            seen = read_request(reader)
            assert seen is not None
            connection.sendall(whole.head() + whole.content(seen))
