"""People on the command line: added, invited, closed, and the link of the first administrator."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from store.home import open_store
from store.state import secrets

RUN = CliRunner()
PASSWORD = "kettle orbit mango"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(secrets, "N", 16)
    return tmp_path / "home"


def told(home: Path, *words: str) -> str:
    done = RUN.invoke(app, ["--home", str(home), *words], catch_exceptions=False)
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


def test_a_closed_account_stays_listed(home: Path) -> None:
    """Closed, then opened again by adding: no second invitation is printed."""
    told(home, "user", "add", "ann@example.com", "--name", "Ann")
    told(home, "user", "close", "ann@example.com")
    assert "ann@example.com,Ann,viewer,no,all,all" in told(home, "user", "list", "--format", "csv")

    again = told(home, "user", "add", "ann@example.com", "--name", "Ann")
    assert "join" not in again
    assert "signed out everywhere" in told(home, "user", "sign-out", "ann@example.com")
