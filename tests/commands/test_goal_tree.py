"""`fairlead kpi goals` and `fairlead kpi orphans`, as a person types them."""

import json

import pytest

import cli


def test_the_tree_and_its_orphans_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Rows for another program: a goal with its KPI, owner and SOP; and an SOP without KPI with the way out.
    """
    told = []
    for command in ("goals", "orphans"):
        monkeypatch.setattr("sys.argv", ["fairlead", "kpi", command, "--format", "json"])
        with pytest.raises(SystemExit, match="0"):
            cli.main()
        told.append(json.loads(capsys.readouterr().out))

    goals, orphans = told
    assert {row["goal"] for row in goals if row["kpi"] == "on_time_delivery_rate"} == {
        "Keep the delivery promise"
    }
    assert all(row["owner"] and row["sop"] and row["sop_owner"] for row in goals)
    assert all(set(row) == {"missing", "key", "way_out"} for row in orphans)
