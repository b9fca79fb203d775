"""`fairlead kpi signals` and `kpi rebase`, as a person types them."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import cli

CONFIG = """
[company]
name = "Two carriers"

[sources.parcels]
connector = "file"
path = "parcels.csv"
mode = "snapshot"

[sources.parcels.tables.shipments]
key = "parcel"
columns.carrier = "carrier"
columns.promised_day = "promised"
columns.delivered_day = "delivered"
columns.shipped_day = "promised"
"""
MONDAY = date(2025, 1, 6)
WEEKS = 30
SIGNALS = ("kpi", "signals", "on_time_delivery_rate", "--from", "2025-01-06", "--to", "2025-08-03")
Run = Callable[..., str]


def parcels() -> list[str]:
    """40 parcels a week and carrier; 0 to 3 of them late, and 12 by UPS from the 28th week on."""
    lines = []
    for week in range(WEEKS):
        for carrier in ("DHL", "UPS"):
            late = 12 if week >= 27 and carrier == "UPS" else (week * 3 + len(carrier)) % 4
            for n in range(40):
                promised = MONDAY + timedelta(weeks=week, days=n % 5)
                delivered = promised + timedelta(days=1 if n < late else 0)
                lines.append(f"{week}{carrier}{n},{carrier},{promised},{delivered}")
    return lines


def typed(*words: str, folder: Path) -> int:
    """The exit code of a command given in the firm's folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("sys.argv", ["fairlead", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a firm with 30 weeks of parcels, pulled and computed."""
    folder = tmp_path_factory.mktemp("signals")
    (folder / "fairlead.toml").write_text(CONFIG)
    (folder / "parcels.csv").write_text("\n".join(["parcel,carrier,promised,delivered", *parcels()]))
    assert typed("sync", folder=folder) == 0
    assert typed("compute", "--as-of", "2025-08-10", folder=folder) == 0
    return folder


@pytest.fixture
def run(firm: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """What a command prints; with `fails`, what it says on its way out."""

    def told(*words: str, fails: bool = False) -> str:
        failed = typed(*words, folder=firm) != 0
        said = capsys.readouterr()
        assert failed is fails, said.err
        return said.err if fails else said.out

    return told


def found(run: Run, *words: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run(*SIGNALS, *words, "--format", "json"))
    return rows


def test_the_bad_weeks_are_listed(run: Run) -> None:
    """
    About 4 % late as usual, then 15 to 19 %: the last three weeks are a concern, against limits from the first 20.
    """
    rows = found(run)

    assert [(row["period"], row["direction"], row["interrupts"]) for row in rows] == [
        ("2025-07-14", "concern", True),
        ("2025-07-21", "concern", True),
        ("2025-07-28", "concern", True),
    ]
    assert {(row["chart"], row["limits"], row["every"]) for row in rows} == {("adaptive p", "locked", "week")}
    assert rows[0]["rules"] == "beyond limits"
    assert rows[0]["lower"] > rows[0]["value"] > 0.8


def test_each_slice_has_limits_of_its_own(run: Run) -> None:
    """
    UPS alone is the concern; DHL is as ever.
    """
    rows = found(run, "--by", "carrier")

    assert {row["slice"] for row in rows} == {"carrier=UPS"}
    assert {row["slice"] for row in found(run, "--where", "carrier=DHL")} == set()


def test_days_of_few_parcels_are_told_by_week(run: Run) -> None:
    """
    Sixteen parcels a day are too few to judge; the weeks are told instead, and why.
    """
    rows = found(run, "--every", "day")

    assert {row["every"] for row in rows} == {"week"}
    assert {row["note"] for row in rows} == {"fewer than eight full weeks of days"}


def test_all_kpis_without_a_name(run: Run) -> None:
    """
    Every KPI with a history is asked; those without any rows have no signals.
    """
    rows = json.loads(run("kpi", "signals", "--format", "json"))

    assert "on_time_delivery_rate" in {row["kpi"] for row in rows}
    assert "customer_acquisition_cost" not in {row["kpi"] for row in rows}
    assert "on_time_delivery_rate" in run("kpi", "signals")


def test_the_usual_range_begins_anew_and_back(run: Run) -> None:
    """
    A new carrier from 14 July on: no signal, as there are too few weeks yet; undone, the three are back.
    """
    anew = ("kpi", "rebase", "on_time_delivery_rate", "--from", "2025-07-14", "--reason")

    assert "begins (local owner: A new contract)" in run(*anew, "A new contract")
    assert found(run) == []
    assert "undone" in run(*anew, "It was the old one", "--undo")
    assert len(found(run)) == 3
    assert "could be undone; in force are: 2025-01-06" in run(*anew, "Again", "--undo", fails=True)


def test_what_has_no_history_is_refused(run: Run) -> None:
    """
    A dimension nothing is kept by, in both commands, and a reason that says nothing.
    """
    asked = ("--from", "2025-07-14", "--reason", "x")

    assert "is not kept by status; it is kept by" in run(
        "kpi", "signals", "on_time_delivery_rate", "--by", "status", fails=True
    )
    assert "is not kept by status" in run(
        "kpi", "rebase", "on_time_delivery_rate", *asked, "--where", "status=x", fails=True
    )
    assert "has no reason" in run(
        "kpi", "rebase", "on_time_delivery_rate", "--from", "2025-07-14", "--reason", " ", fails=True
    )
