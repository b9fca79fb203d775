"""`fairlead flow` and `fairlead flow budgets`, as a person types them."""

import json
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from small_flow import flow_store

import cli
from connectors.config import read_config


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flow")
    flow_store(folder).close()
    return folder


def typed(home: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["fairlead", "--home", str(home), *words])
        with suppress(SystemExit):
            cli.main()
    return capsys.readouterr().out


def test_stages_of_a_lane_as_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Twelve of the 156 orders to DE were 100 h at customs instead of 20, 76 h beyond its 24 h each: 36 days late.
    """
    rows = json.loads(typed(home, capsys, "flow", "--lane", "CN-DE", "--weeks", "26", "--format", "json"))

    customs = next(row for row in rows if row["stage"] == "customs")
    assert [row["stage"] for row in rows][:2] == ["preparation", "warehouse"]
    assert (customs["orders"], customs["budget_hours"], customs["late_days"]) == (156, 24.0, 36.0)
    assert customs["now"] == 1


def test_budgets_are_printed_as_they_are_set(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    What is printed is a part of fairlead.toml that can be read again, the set lane as it was set.
    """
    told = typed(home, capsys, "flow", "budgets")

    assert set(tomllib.loads(told)["lanes"]) == {"CN-DE", "CN-FR"}
    lanes = read_config(told).company.lanes
    assert lanes["CN-DE"].promise_days == 6
    assert "# proposed, from" in told


def test_an_unknown_lane_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    One line with the lanes there are.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["fairlead", "--home", str(home), "flow", "--lane", "CN-XX"])
        with pytest.raises(SystemExit):
            cli.main()

    assert "There is no lane 'CN-XX'; known are CN-DE, CN-FR." in capsys.readouterr().err
