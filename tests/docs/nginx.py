"""A real nginx on the loopback interface, with the configuration that a page shows."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.kit.server import free_port

SECONDS = 20.0
HOST = "accounts.example.org"

FRAME = """\
daemon off;
# One process, as whoever runs the tests: a worker of another account could not write to a test's folder.
master_process off;
pid nginx.pid;
error_log stderr warn;
events {{}}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
{servers}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running nginx: its ports, and the certificate that its visitors must trust."""

    tls: int
    plain: int
    certificate: Path

    def visitor(self, address: str) -> httpx.Client:
        """Bring somebody who comes from an address of the loopback network, by TLS."""
        trust = ssl.create_default_context(cafile=self.certificate)
        transport = httpx.HTTPTransport(verify=trust, local_address=address)
        return httpx.Client(transport=transport, base_url=f"https://127.0.0.1:{self.tls}", headers={"host": HOST})


@contextmanager
def nginx(folder: Path, configuration: str, port: int, unharmful: str = "$^") -> Iterator[Nginx]:
    """Run nginx with a configuration, on free ports, in front of the Gatepost at `port`.

    Errors that match `unharmful` are as the test wants them.
    """
    certificate, key = _certify(folder)
    running = Nginx(free_port(), free_port(), certificate)
    servers = (
        configuration.replace("listen 443 ssl", f"listen 127.0.0.1:{running.tls} ssl")
        .replace("listen 80;", f"listen 127.0.0.1:{running.plain};")
        .replace(f"/etc/ssl/certs/{HOST}.pem", str(certificate))
        .replace(f"/etc/ssl/private/{HOST}.key", str(key))
        .replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    )
    file = folder / "nginx.conf"
    file.write_text(FRAME.format(servers=servers))
    command = [_program(), "-p", str(folder), "-c", str(file), "-e", "stderr"]
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log)
    try:
        _await(running, process)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)
    log_text = (folder / "nginx.log").read_text()
    assert process.returncode == 0, log_text
    errors = re.findall(r".*\[(?:error|crit|alert|emerg)\].*", log_text)
    assert [line for line in errors if not re.search(unharmful, line)] == []


def _program() -> str:
    # Debian keeps it where only root's PATH leads.
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "nginx is missing: apt-get install nginx"
    return found


def _await(running: Nginx, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", running.tls), SECONDS).close()
        except ConnectionRefusedError:
            continue  # a process tells nobody when it begins to listen
        return
    raise AssertionError("nginx did not start")


def _certify(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for `HOST`, signed by itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    names = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
    certificate = builder.add_extension(names, critical=False).sign(key, SHA256())
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files
