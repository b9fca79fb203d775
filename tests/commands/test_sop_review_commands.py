"""`fairlead sop reviews`, `flags` and `mend`: the same rules and refusals as in the browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from made_procedures import LABEL, PACKING
from typer.testing import CliRunner

from cli import app, arranged
from kpi.catalog import DEPARTMENTS
from pages.parts.load import now
from sop.taking_in import publish
from store.home import open_store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state import User

ANN, VIC = User("ann@example.com", "Ann", Role.SOP_OWNER), User("vic@example.com", "Vic", Role.VIEWER)
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A command as one of two people; what it said, or why it was refused."""
    store, today = open_store(tmp_path, departments=DEPARTMENTS), now().date()
    for each in (ANN, VIC):
        store.state.users.save(LOCAL_OWNER, each, seen=0)
    publish(store.state, ANN.principal, Principal("Ben", role=Role.APPROVER), PACKING, "First", today, today)
    store.close()

    def typed(who: User, *words: str) -> str:
        done = CliRunner().invoke(app, arranged(["--home", str(tmp_path), "sop", *words, "--as", who.email]))
        return f"{done.output}{done.exception or ''}"

    return typed


def test_a_flag_is_said_answered_and_read(run: Run) -> None:
    """
    Vic says it, may not answer it, and reads Ann's answer; a step that is not there is refused.
    """
    assert "an answer is due by" in run(
        VIC, "flags", "say", "packing", LABEL.key, "unclear", "--text", "Which?"
    )
    assert "no step 'fold'" in run(VIC, "flags", "say", "packing", "fold", "slow")
    assert "may not write procedures" in run(
        VIC, "flags", "answer", "1", "--state", "answered", "--words", "x"
    )
    assert "declined" in run(ANN, "flags", "answer", "1", "--state", "declined", "--words", "The small one")
    assert "The small one" in run(VIC, "flags", "list", "--answered", "--format", "csv")


def test_a_review_is_announced_listed_and_finished(run: Run) -> None:
    """
    The change is a reason in the list; the finished review answers it; who may not approve does not retire.
    """
    law = ("--source", "https://example.com/law", "--on", "2030-01-01", "--sop", "packing")
    assert "review by 2030-01-01" in run(ANN, "reviews", "announce", "New law", *law)
    assert "regulation: New law" in run(ANN, "reviews", "due", "--format", "csv")
    assert "may not approve" in run(
        ANN, "reviews", "finish", "packing", "--ending", "retire", "--remark", "Gone"
    )
    assert "still right" in run(
        ANN, "reviews", "finish", "packing", "--ending", "still right", "--remark", "Seen"
    )
    assert "New law" not in run(ANN, "reviews", "due", "--format", "csv")


def test_an_action_is_opened_and_does_not_close(run: Run) -> None:
    """
    On the KPI that must move; closing and looking at an effect it cannot have are refused.
    """
    opened = ("Move it", "--owner", "Ann", "--due", "2030-01-01", "--percent", "15")
    assert "Corrective action 1" in run(ANN, "mend", "open", "packing", "on_time_delivery_rate", *opened)
    assert "no effect to look at" in run(ANN, "mend", "effect", "1")
    assert "once its effect was evaluated" in run(ANN, "mend", "close", "1")
    assert "open,0" in run(ANN, "mend", "list", "--format", "csv")
