"""A real nginx with the example's configuration, before two replicas on this machine."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browser_watch import HOUSE
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

AROUND = """pid {folder}/nginx.pid; error_log {folder}/error.log warn; daemon off; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  types {{ text/html html; text/css css; text/javascript js; }}
  access_log {folder}/access.log; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxied;
  fastcgi_temp_path {folder}/fast; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/fairlead.conf;
}}
"""


def certificate(folder: Path) -> None:
    """A certificate of nobody for localhost, made on the spot."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def written(folder: Path, plain: int, port: int, replicas: Sequence[int]) -> None:
    """The example with this machine's ports, name and certificate; nothing else is changed."""
    text = (HOUSE / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for theirs, ours in {
        "kpi.example.com": "localhost", "/etc/ssl/fairlead": str(folder), "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ": f"listen 127.0.0.1:{port} ", "8501": str(replicas[0]), "8502": str(replicas[1]),
    }.items():  # fmt: skip
        assert theirs in text
        text = text.replace(theirs, ours)
    (folder / "fairlead.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder), encoding="utf-8")


@contextmanager
def proxying(folder: Path, plain: int, port: int, replicas: Sequence[int]) -> Iterator[str]:
    """The address of nginx, as soon as it takes connections."""
    nginx = shutil.which(
        "nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"
    )
    if nginx is None:
        pytest.fail(
            "The example for replicas is tested with a real nginx: install it (Debian, Ubuntu: apt install nginx)."
        )
    certificate(folder)
    written(folder, plain, port, replicas)
    words = [nginx, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen(words)
    try:
        until = time.monotonic() + 60
        while not _takes(port) and time.monotonic() < until and process.poll() is None:
            time.sleep(0.05)
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _takes(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def served(folder: Path, port: int) -> int:
    """How many requests were answered by the replica of this port, as nginx counts connections."""
    return len(re.findall(rf"\b{port}\b", (folder / "access.log").read_text(encoding="utf-8")))
