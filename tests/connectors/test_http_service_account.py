"""Service accounts: a key file is all that a source of Google needs, and a token costs one signed claim an hour."""

import base64
import json
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from system_calls import source, stored
from web_shop import Asked, Told, opened

from connectors.adding import block_of
from connectors.errors import ConfigError
from connectors.http.service_account import NoServiceAccount, ServiceAccount, service_account_in
from connectors.http.source import http_source
from store.state.runs import RunStatus

KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
EMAIL = "fairlead@firm.iam.gserviceaccount.com"
FILE = {"type": "service_account", "client_email": EMAIL, "private_key": PEM, "private_key_id": "k1"}
SHEET = """
account = "1AbC/values/Orders!A:C"
token_host = "{tokens}"
secret = "env:ACCOUNT"
[sources.it.tables.orders]
stream = "sheet"
key = "No"
columns = {{ ordered_at = "Day", market = {{ constant = "DE" }}, units = "Pieces" }}
"""
ROWS = {"values": [["No", "Day", "Pieces"], ["A1", "2025-03-03T08:00:00Z", 2]]}


def part(of: str) -> Any:
    """A part of a claim as JSON, by RFC 7515 without padding."""
    return json.loads(base64.urlsafe_b64decode(of + "=" * (-len(of) % 4)))


def judged(claim: str) -> tuple[Any, Any]:
    """Head and words of a claim whose signature the public key of the account confirms."""
    head, said, signature = claim.split(".")
    signed = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    KEY.public_key().verify(signed, f"{head}.{said}".encode(), padding.PKCS1v15(), SHA256())
    return part(head), part(said)


@pytest.fixture
def accounts(calling: Any) -> Callable[[str], Any]:
    """The firm whose sources have this secret."""

    def firm(secret: str) -> Any:
        calling.builders["http"] = partial(http_source, resolve=lambda _: secret, home=calling.store.home)
        return calling

    return firm


def test_a_key_file_is_all_that_a_sheet_needs(accounts: Callable[[str], Any]) -> None:
    """One claim, for the scope and address of the declaration, good for an hour; what it gets reads the sheet."""
    firm, given = accounts(json.dumps(FILE)), list[dict[str, str]]()

    def give(asked: Asked) -> Told:
        given.append(dict(parse_qsl(asked.body)))
        return Told({"access_token": "canary-access", "expires_in": 3599})

    def answer(asked: Asked) -> Told:
        return Told(ROWS) if asked.headers["Authorization"] == "Bearer canary-access" else Told({}, 401)

    with opened(give) as tokens, opened(answer) as sheets:
        report = firm.sync(
            source("google_sheets", sheets.host, "2025-01-01", SHEET.format(tokens=tokens.host))
        )

    assert (report.status, report.message) == (RunStatus.OK, "")
    assert stored(firm, "orders", "order_id", "units") == [("A1", 2)]
    (form,) = given
    assert form.pop("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    head, said = judged(form.pop("assertion"))
    assert form == {}
    assert (head["alg"], head["kid"]) == ("RS256", "k1")
    assert said["exp"] - said["iat"] == 3_600
    assert (said["iss"], said["scope"], said["aud"]) == (
        EMAIL, "https://www.googleapis.com/auth/spreadsheets.readonly", "https://oauth2.googleapis.com/token",
    )  # fmt: skip


def test_a_token_that_was_refused_is_asked_for_by_another_claim(accounts: Callable[[str], Any]) -> None:
    """Google withdrew the first token before its end."""
    firm, given = accounts(json.dumps(FILE)), list[Asked]()

    def give(asked: Asked) -> Told:
        given.append(asked)
        return Told({"access_token": f"canary-access-{len(given)}"})

    def answer(asked: Asked) -> Told:
        return Told(ROWS) if asked.headers["Authorization"].endswith("-2") else Told({}, 401)

    with opened(give) as tokens, opened(answer) as sheets:
        report = firm.sync(
            source("google_sheets", sheets.host, "2025-01-01", SHEET.format(tokens=tokens.host))
        )
    assert (report.status, len(given)) == (RunStatus.OK, 2)


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        ('{"type": "service_account", ', "begins like a key file in JSON and is not whole"),
        (
            json.dumps({**FILE, "type": "authorized_user"}),
            "of type 'authorized_user'; one of type \"service_account\"",
        ),
        (json.dumps({**FILE, "client_email": ""}), "has no client_email; download it anew"),
        (json.dumps({**FILE, "private_key": 5}), "has no private_key; download it anew"),
    ],
)
def test_a_broken_key_file_says_what_is_wrong(secret: str, says: str) -> None:
    with pytest.raises(NoServiceAccount, match=says):
        service_account_in(secret)


def test_any_other_secret_is_no_key_file() -> None:
    assert service_account_in("GOCSPX-abc") is None
    assert service_account_in("") is None


def test_a_key_that_cannot_sign_is_not_told(accounts: Callable[[str], Any]) -> None:
    """The pull says whose key it is, and nothing of it."""
    firm = accounts(json.dumps({**FILE, "private_key": "-----BEGIN PRIVATE KEY-----\ncanary-314\n-----END"}))
    with opened(lambda _: Told(ROWS)) as host:
        report = firm.sync(source("google_sheets", host.host, "2025-01-01", SHEET.format(tokens=host.host)))
    assert report.status is RunStatus.FAILED
    assert f"the private key of {EMAIL} cannot be read; take the key file as it came" in report.message
    assert "canary" not in report.message
    assert host.asked == []


def test_a_system_without_service_accounts_wants_what_a_person_got(accounts: Callable[[str], Any]) -> None:
    """Amazon knows none."""
    toml = source(
        "amazon_sp_api",
        "https://sellingpartnerapi-eu.amazon.com",
        "2025-01-01",
        'account = "A1"\nsecret = "env:X"\n',
    )
    with pytest.raises(
        ConfigError, match="which this system does not take; write client, secret and refresh"
    ):
        accounts(json.dumps(FILE)).pull(toml)


def test_a_source_can_be_added_with_a_key_file_alone(tmp_path: Any) -> None:
    """Beside the secret neither client nor refresh token is asked for; without any secret all three are."""
    told = {"account": "17", "since": "2025-01-01", "secret": "file:google.json"}
    assert 'secret = "file:google.json"' in block_of("visits", "google_analytics4", told, tmp_path)
    with pytest.raises(
        ConfigError, match="needs client, secret, refresh; say it with --client --secret --refresh"
    ):
        block_of("visits", "google_analytics4", {**told, "secret": ""}, tmp_path)
    with pytest.raises(ConfigError, match="needs refresh"):
        block_of("visits", "google_analytics4", {**told, "client": "c"}, tmp_path)
    with pytest.raises(ConfigError, match="needs client, refresh"):
        block_of("orders", "amazon_sp_api", {**told, "host": "https://x.example.com"}, tmp_path)


def test_a_service_account_keeps_its_key_to_itself() -> None:
    assert "PRIVATE" not in repr(ServiceAccount(EMAIL, PEM))
