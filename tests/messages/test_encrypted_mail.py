"""Mail over STARTTLS with a sign-in, to a real server on this machine with a certificate made for the test."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from messages.conftest import ANN, Desk
from messages.receivers import mailbox

USER, PASSWORD = "kpi", "pass-word-of-the-mail"


@dataclass(frozen=True)
class Made:
    """A certificate of 127.0.0.1 that vouches for itself, and the server's side of it."""

    file: Path
    context: ssl.SSLContext


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    signs = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(signs, critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "own.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "own.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "own.pem", folder / "own.key")
    return Made(folder / "own.pem", context)


def knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, said: object) -> AuthResult:
    well = isinstance(said, LoginPassword) and (said.login, said.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=well, handled=well)


def told(desk: Desk, made: Made, ca_file: str) -> list[str]:
    """The recipients of the mails that a server took which wants TLS and a sign-in first."""
    with mailbox(
        tls_context=made.context, require_starttls=True, authenticator=knows, auth_required=True
    ) as box:
        desk.channels = (
            f'[channels.mail]\nkind = "email"\nhost = "127.0.0.1"\nport = {box.port}\nuser = "{USER}"\n'
            f'password = "stored:mail"\nfrom = "kpi@example.com"\nca_file = "{ca_file}"\n'
        )
        desk.fire()
        desk.messenger().all_due()
    return [each["To"] for each in box.mails]


def test_a_mail_leaves_encrypted_and_signed_in(desk: Desk, made: Made) -> None:
    desk.secrets["stored:mail"] = PASSWORD

    assert told(desk, made, str(made.file)) == [ANN.email]
    assert desk.states() == [("sent", ANN.email)]


def test_a_wrong_password_is_told_without_it(
    desk: Desk, made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    """The message waits, because somebody may mend that; neither password is in its reason."""
    desk.secrets["stored:mail"] = "not-the-password"

    assert told(desk, made, str(made.file)) == []
    (row,) = desk.store.state.deliveries.rows(ANN.principal)
    assert (row.state.value, "did not let 'kpi' sign in" in row.message) == ("waiting", True)
    assert "not-the-password" not in caplog.text + row.message


def test_nothing_is_said_to_a_server_nobody_vouches_for(desk: Desk, made: Made) -> None:
    """Without the certificate among those known neither mail nor password leaves."""
    desk.secrets["stored:mail"] = PASSWORD

    assert told(desk, made, "") == []
    (row,) = desk.store.state.deliveries.rows(ANN.principal)
    assert "SSLCertVerificationError" in row.message
