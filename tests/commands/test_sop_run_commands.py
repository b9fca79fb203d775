"""`fairlead sop run` does what the page does, with the same refusals, and nothing for a peer."""

from pathlib import Path

import pytest
from made_runs import FLO, MAX, PIA, in_force
from typer.testing import CliRunner

from cli import app, arranged
from kpi.catalog import DEPARTMENTS
from store.home import open_store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    store = open_store(tmp_path / "home", departments=DEPARTMENTS)
    in_force(store)
    store.close()
    return tmp_path / "home"


def said(home: Path, who: str, *words: str) -> str:
    done = CliRunner().invoke(app, arranged(["--home", str(home), "sop", "run", *words, "--as", who]))
    return str(done.exception) if done.exit_code else done.output


def test_a_run_from_beginning_to_end(home: Path) -> None:
    """
    Begun for an order, answered, confirmed by a colleague, finished; a peer sees nothing in between or afterwards.
    """
    assert "run 1 of packing 1.0 for order HP-1 (open)" in said(
        home, FLO.email, "start", "packing", "HP-1", "--market", "DE", "--product", "cup"
    )
    assert "saved" in said(home, FLO.email, "answer", "1", "label")
    assert "is not a number" in said(home, FLO.email, "answer", "1", "weigh", "--value", "much")
    assert "weigh: done, saved" in said(home, FLO.email, "answer", "1", "weigh", "--value", "2.5")
    assert "Say why the step does not apply" in said(
        home, FLO.email, "answer", "1", "photo", "not applicable"
    )
    said(home, FLO.email, "answer", "1", "photo", "not applicable", "--remark", "No camera")
    code = said(home, FLO.email, "answer", "1", "code").split()[-1].rstrip(".")
    assert "another person has to confirm" in said(home, FLO.email, "confirm", code)
    assert "second person still has to confirm" in said(home, FLO.email, "finish", "1")
    assert "code: confirmed, saved" in said(home, PIA.email, "confirm", code)
    assert "(finished)" in said(home, FLO.email, "finish", "1")
    shown = said(home, FLO.email, "show", "1", "--format", "csv")
    assert "weigh,Weigh,false,done,2.5" in shown
    for who in (PIA.email, MAX.email):
        for words in (("show", "1"), ("answer", "1", "label"), ("file", "1", "1", "--to", str(home / "x"))):
            assert "There is no run 1" in said(home, who, *words)
    assert "HP-1" not in said(home, PIA.email, "list", "HP-1", "--format", "csv")
    assert FLO.email not in said(home, MAX.email, "list", "HP-1", "--format", "csv")
