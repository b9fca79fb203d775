"""People on the command line: added, invited, closed, and the link of the first administrator."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app, arranged
from store.home import open_store
from store.state import secrets

RUN = CliRunner()
PASSWORD = "kettle orbit mango"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(secrets, "N", 16)
    return tmp_path / "home"


def told(home: Path, *words: str) -> str:
    done = RUN.invoke(app, arranged(["--home", str(home), *words]), catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_an_added_person_follows_the_printed_link(home: Path) -> None:
    """Ann sees two markets of shipping; her link lets her choose a password."""
    said = told(home, "user", "add", "Ann@example.com", "--name", "Ann", "--role", "lead", "--department", "shipping",
                "--market", "DE", "--market", "FR")  # fmt: skip
    link = re.search(r"http://127\.0\.0\.1:8501/join\?token=(\S+)", said.replace("\n", ""))
    assert link is not None

    store = open_store(home)
    joined = store.state.accounts.accept(link[1], PASSWORD, datetime.now(UTC))
    store.close()
    assert (joined.email, joined.departments, joined.markets) == (
        "ann@example.com",
        {"shipping"},
        {"DE", "FR"},
    )
    listed = told(home, "user", "list", "--format", "csv")
    assert 'ann@example.com,Ann,lead,yes,shipping,"DE, FR"' in listed


def test_a_person_gets_a_direct_lead_and_keeps_it(home: Path) -> None:
    """Adding Ben again, with another role, leaves his lead; without --to nobody leads him."""
    told(home, "user", "add", "ann@example.com", "--name", "Ann")
    told(home, "user", "add", "ben@example.com", "--name", "Ben")
    assert "is led by ann@example.com" in told(
        home, "user", "lead", "ben@example.com", "--to", "ann@example.com"
    )
    told(home, "user", "add", "ben@example.com", "--name", "Ben", "--role", "lead")
    assert "ben@example.com,Ben,lead,yes,all,all,all,ann@example.com" in told(
        home, "user", "list", "--format", "csv"
    )
    assert "is led by nobody" in told(home, "user", "lead", "ben@example.com")


def test_a_closed_account_stays_listed(home: Path) -> None:
    """Closed, then opened again by adding: no second invitation is printed."""
    told(home, "user", "add", "ann@example.com", "--name", "Ann")
    told(home, "user", "close", "ann@example.com")
    assert "ann@example.com,Ann,viewer,no,all,all" in told(home, "user", "list", "--format", "csv")

    again = told(home, "user", "add", "ann@example.com", "--name", "Ann")
    assert "join" not in again
    assert "signed out everywhere" in told(home, "user", "sign-out", "ann@example.com")


def test_a_command_acts_with_the_role_and_scope_of_a_user(home: Path) -> None:
    """
    As Ann, a viewer of shipping, targets cannot be set and people not be listed; as a closed or unknown user nothing
    can be done, and what is for the machine's owner is nobody's role.
    """
    told(home, "user", "add", "ann@example.com", "--name", "Ann", "--department", "shipping")
    told(home, "user", "add", "old@example.com", "--name", "Old")
    told(home, "user", "close", "old@example.com")

    assert "Actions" in told(home, "action", "list", "--as", "ann@example.com")
    for words, why in (
        (("user", "list", "--as", "Ann@example.com"), "has the role viewer and may not let people in"),
        (("sync", "--as", "ann@example.com"), "may not bring data in"),
        (("kpi", "lifetime", "--as", "ann@example.com"), "may not bring data in"),
        (("backup", "b.zip", "--as=ann@example.com"), "may not make or restore backups"),
        (("restore", "b.zip", "--as", "ann@example.com"), "leave out --as"),
        (("action", "list", "--as", "old@example.com"), "No active user has the address old@example.com"),
        (("action", "list", "--as", "eve@example.com"), "No active user"),
    ):
        done = RUN.invoke(app, arranged(["--home", str(home), *words]))
        assert done.exit_code == 1
        assert why in str(done.exception)


def test_with_a_provider_nobody_is_invited(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ann is told where she signs in; the account of the provider she had can be forgotten."""
    for name, value in {
        "SIGN_IN": "oidc", "OIDC_ISSUER": "https://login.example.com", "OIDC_CLIENT_ID": "fairlead",
        "OIDC_CLIENT_SECRET": "q7Xw-fR2v_9tLzP4", "PUBLIC_URL": "https://kpi.example.com/ops",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"FAIRLEAD_{name}", value)
    said = told(home, "user", "add", "ann@example.com", "--name", "Ann")

    assert "https://kpi.example.com/ops" in said
    assert "join" not in said
    assert "no linked accounts forgotten" in told(home, "user", "unlink", "ann@example.com")
