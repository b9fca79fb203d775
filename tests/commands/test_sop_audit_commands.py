"""`fairlead sop audit`: an audit from the plan to its end at the terminal, by two auditors."""

from pathlib import Path

import pytest
from made_audits import DAY, fill
from small_company import empty_store
from typer.testing import CliRunner

from cli import app, arranged
from store.home import open_store
from store.permits import Role
from store.scope import LOCAL_OWNER
from store.state import NotAllowed, User, WrongEntry

ANN, BEN, VERA = "ann@example.com", "ben@example.com", "vera@example.com"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    store = empty_store(tmp_path)
    fill(store)
    for email, role in ((ANN, Role.LEAD), (BEN, Role.LEAD), (VERA, Role.VIEWER)):
        store.state.users.save(LOCAL_OWNER, User(email, email, role), seen=0)
    store.close()
    return store.home


def run(home: Path, who: str, *words: str) -> str:
    done = CliRunner().invoke(app, arranged(["--home", str(home), "sop", "audit", *words, "--as", who]))
    if done.exception is not None:
        raise done.exception
    return done.stdout


def test_an_audit_from_the_plan_to_its_end(home: Path) -> None:
    """
    Five of forty tickets, all looked at twice; one dispute, settled; nobody is named in what is handed out.
    """
    made = run(
        home, ANN, "make", "packing", "--since", str(DAY), "--until", str(DAY.replace(day=8)), "--records", "5",
        "--second", "100", "--seed", "s", "--judge", "weigh=leave out",
    )  # fmt: skip
    assert made.startswith("Audit 1 of packing 1.0. 5 records, as agreed.")
    assert run(home, ANN, "draw", "1").startswith("5 of 40 records, as agreed. Seed s.")
    for place in range(1, 6):
        run(home, ANN, "answer", "1", str(place), "print_label", "fail" if place == 1 else "pass")
        assert "record" in run(home, ANN, "finish", "1", str(place))
    assert "0 checks are finished" in run(home, BEN, "show", "1")
    for place in range(1, 6):
        run(home, BEN, "answer", "1", str(place), "print_label", "pass", "--comment", "Seen")
        run(home, BEN, "finish", "1", str(place))
    with pytest.raises(WrongEntry, match="not settled"):
        run(home, ANN, "close", "1")
    run(home, BEN, "settle", "1", "1", "print_label", "pass", "--because", "Under the flap")
    told = run(home, ANN, "show", "1")
    assert "Checks passed: 5 of 5, 100% (" in told
    assert "5 answers given twice, 25 more are needed" in told
    assert run(home, ANN, "close", "1") == "Audit 1 is done.\n"

    rows = run(home, ANN, "result", "1", "--by-record", "--format", "csv")
    assert len(rows.splitlines()) == 6
    assert "@" not in rows
    assert "print_label" in run(home, ANN, "result", "1")
    assert ",done," in run(home, ANN, "list", "--format", "csv")
    with open_store(home).state as state:
        assert [each.what for each in state.audit.rows(LOCAL_OWNER)[:2]] != []


def test_refusals_are_those_of_the_page(home: Path) -> None:
    with pytest.raises(NotAllowed, match="may not audit"):
        run(home, VERA, "make", "packing")
    with pytest.raises(WrongEntry, match="not random"):
        run(home, ANN, "make", "packing", "--named", "T1,T2")
    with pytest.raises(WrongEntry, match="Give one of"):
        run(home, ANN, "make", "packing", "--records", "5", "--aql", "1")
    with pytest.raises(WrongEntry, match="No version of 'gone'"):
        run(home, ANN, "make", "gone")
    run(home, ANN, "make", "packing", "--named", "T1", "--selection", "complaint", "--since", "2026-01-01")
    with pytest.raises(WrongEntry, match="no records yet"):
        run(home, ANN, "show", "1")
    run(home, ANN, "call-off", "1", "--because", "Twice")
    with pytest.raises(WrongEntry, match="has no record 9"):
        run(home, ANN, "answer", "1", "9", "print_label", "pass")
