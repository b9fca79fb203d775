"""`fairlead action`, as a person types it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import cli

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder; `fails=True` returns what it said on its way out."""

    def typed(*words: str, fails: bool = False) -> str:
        monkeypatch.setattr("sys.argv", ["fairlead", *words])
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert bool(ended.value.code) is fails, said.err
        return said.err if fails else said.out

    return typed


def test_an_action_is_opened_listed_and_done(run: Run) -> None:
    """
    One for Germany until the end of 2099: it is in the list, and after it was done only with --closed.
    """
    told = run(
        "action", "add", "on_time_delivery_rate", "Call the carrier", "--owner", "Ann", "--due", "2099-12-31",
        "--where", "market=DE",
    )  # fmt: skip
    assert told == ("Action 1 on On-time delivery: 'Call the carrier' of Ann, due 2099-12-31, open.\n")

    (row,) = json.loads(run("action", "list", "--format", "json"))
    assert (row["segment"], row["due"], row["overdue"]) == ("market=DE", "2099-12-31", False)

    assert "due 2099-12-31, done" in run("action", "done", "1", "--note", "They send a second lorry")
    assert json.loads(run("action", "list", "--format", "json")) == []
    (row,) = json.loads(run("action", "list", "on_time_delivery_rate", "--closed", "--format", "json"))
    assert (row["status"], row["note"]) == ("done", "They send a second lorry")


def test_a_wrong_action_says_what_is_wrong(run: Run) -> None:
    """
    A day that has passed, an action that is not there, one dropped without a reason.
    """
    wrong = run("action", "add", "csat_score", "Hire", "--owner", "Ann", "--due", "2001-01-01", fails=True)
    assert "The due day 2001-01-01 has passed" in wrong
    assert "There is no action 7" in run("action", "done", "7", fails=True)
    run("action", "add", "csat_score", "Hire", "--owner", "Ann", "--due", "2099-01-01")
    assert "needs a note that says why" in run("action", "done", "1", "--dropped", fails=True)
