"""Mail over STARTTLS with a sign-in, to a real server on this machine with a certificate made for the test."""

from ipaddress import ip_address

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from messages.conftest import ANN, Desk
from messages.receivers import mailbox
from own_certificate import Made, certificate_of

USER, PASSWORD = "kpi", "pass-word-of-the-mail"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return certificate_of(tmp_path_factory.mktemp("certificate"), x509.IPAddress(ip_address("127.0.0.1")))


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
