"""The fairlead command, as a person types it: from a firm's own file to a number and the rows behind it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CONFIG = """
[company]
name = "Two carriers"
currency = "EUR"
timezone = "Europe/Berlin"

[sources.parcels]
connector = "file"
path = "parcels.csv"
mode = "snapshot"

[sources.parcels.tables.shipments]
key = "parcel"
columns.carrier = "carrier"
columns.market = { constant = "DE" }
columns.shipped_day = "sent"
columns.promised_day = "promised"
columns.delivered_day = "delivered"
"""
PARCELS = """parcel,carrier,sent,promised,delivered
1,DHL,2025-03-01,2025-03-05,2025-03-05
2,DHL,2025-03-01,2025-03-05,2025-03-06
3,UPS,2025-03-02,2025-03-06,2025-03-04
4,UPS,2025-03-02,2025-03-06,
5,UPS,2025-03-03,,2025-03-07
"""
MARCH = ("--from", "2025-03-01", "--to", "2025-03-31")
Run = Callable[..., str]


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """A folder with a configuration and five parcels: two on time, one late, one lost, one without a promise."""
    (tmp_path / "fairlead.toml").write_text(CONFIG)
    (tmp_path / "parcels.csv").write_text(PARCELS)
    return tmp_path


@pytest.fixture
def run(run: Run, firm: Path) -> Run:
    """Runs a command in the firm's folder."""
    return run


def rows(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)
    return found


def computed(run: Run) -> None:
    run("sync")
    run("compute", "--as-of", "2025-04-01")


def test_first_sync_reads_all_and_the_second_changes_nothing(run: Run) -> None:
    """
    Five new rows, then five unchanged ones.
    """
    (first,) = rows(run("sync", "--format", "json"))
    (second,) = rows(run("sync", "--full", "--format", "json"))

    assert (first["table"], first["read"], first["new"], first["rejected"]) == ("shipments", 5, 5, 0)
    assert (second["new"], second["changed"], second["unchanged"], second["days"]) == (0, 0, 5, 0)


def test_a_changed_row_changes_its_day_only(run: Run, firm: Path) -> None:
    """
    Parcel 2 turns out to have come on 5 March: one changed row, and one day is computed again.
    """
    computed(run)
    (firm / "parcels.csv").write_text(PARCELS.replace("2025-03-05,2025-03-06", "2025-03-05,2025-03-05"))

    (again,) = rows(run("sync", "--format", "json"))
    said = run("compute", "--as-of", "2025-04-01")

    assert (again["new"], again["changed"], again["unchanged"]) == (0, 1, 4)
    assert "shipments_by_due_day_by_market_by_carrier_by_mode: 1 days" in said


def test_values_divide_last(run: Run) -> None:
    """
    Two of four parcels due in March came on time; the one without a promise is counted apart.
    """
    computed(run)
    words = ("kpi", "values", "on_time_delivery_rate", "--from", "2025-03-01", "--to", "2025-03-31")

    (month,) = rows(run(*words, "--every", "month", "--format", "json"))
    carriers = rows(run(*words, "--every", "total", "--by", "carrier", "--format", "json"))

    assert (month["numerator"], month["denominator"], month["value"]) == (2, 4, 0.5)
    assert (month["n"], month["excluded_no_promise"], month["status"]) == (4, 1, "small_sample")
    assert (month["trust"]["definition_version"], month["trust"]["completeness"]) == (1, 0.8)
    assert month["trust"]["sources"][0]["data_time"].startswith("2025-03-")
    assert [(r["carrier"], r["numerator"], r["denominator"]) for r in carriers] == [
        ("DHL", 1, 2),
        ("UPS", 1, 2),
    ]


def test_an_earlier_evaluation_day_sees_less(run: Run) -> None:
    """
    At the end of 5 March the two parcels promised for that day are due, two others are not yet.
    """
    computed(run)

    (seen,) = rows(
        run("kpi", "values", "on_time_delivery_rate", "--from", "2025-03-01", "--to", "2025-03-31",
            "--every", "total", "--as-of", "2025-03-05", "--format", "json")
    )  # fmt: skip

    assert (seen["numerator"], seen["denominator"], seen["immature"]) == (1, 2, 2)


def test_explain_adds_up(run: Run) -> None:
    """
    The records of numerator and denominator add up to 2 and 4, and the one left out says why.
    """
    computed(run)
    words = (
        "explain",
        "on_time_delivery_rate",
        "--from",
        "2025-03-01",
        "--to",
        "2025-03-31",
        "--format",
        "json",
    )

    top, bottom, left_out = (
        rows(run(*words, "--rows", side)) for side in ("numerator", "denominator", "excluded")
    )

    assert [row["key"] for row in top] == ["1", "3"]
    assert (len(bottom), sum(row["denominator"] for row in bottom)) == (4, 4)
    assert [(row["key"], row["reason"]) for row in left_out] == [("5", "no_promise")]


def test_targets_go_in_and_out_and_are_previewed(run: Run, firm: Path) -> None:
    """
    A target for DHL is imported once, exported, and listed; importing it again adds nothing.
    """
    computed(run)
    (firm / "targets.csv").write_text(
        "kpi,segment,valid_from,target,warn\non_time_delivery_rate,carrier=DHL,2025-01-01,0.4,0.3\n"
    )

    assert "1 targets added" in run("target", "import", "targets.csv")
    assert "0 targets added, 1 were there" in run("target", "import", "targets.csv")
    run("target", "export", "out.csv")
    assert "carrier=DHL" in (firm / "out.csv").read_text()
    listed = rows(run("target", "list", "--format", "json"))
    assert [row["target"] for row in listed if row["segment"] == "carrier=DHL"] == [0.4]
    assert "No status" in run("target", "preview", "targets.csv")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("kpi", "show", "on_time_delivery"), "Did you mean on_time_delivery_rate"),
        (("kpi", "values", "on_time_delivery_rate", "--from", "2025-03-01", "--to", "2025-02-01"), "swap the two days"),
        (("kpi", "values", "otif_rate", *MARCH, "--by", "colour"), "cannot be cut by colour"),
        (("explain", "otif_rate", *MARCH, "--where", "carrier"), "--where carrier=DHL"),
        (("sync", "nosuch"), "There is no source 'nosuch'"),
        (("sync", "--config", "other.toml"), "other.toml does not exist"),
        (("up", "--host", "0.0.0.0"), "without sign-in the pages are served to this machine only"),
        (("compute", "--engine", "abacus"), "use 'polars'"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_the_way_out(run: Run, words: tuple[str, ...], said: str) -> None:
    """
    No traceback; the line says what, with which value, and what to do.
    """
    told = run(*words, fails=True)

    assert said in told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) == 1


def test_rejected_rows_are_listed_and_replayed(run: Run, firm: Path) -> None:
    """
    A delivery in 2999 is set aside with its reason; once it is mended at the source it is no longer open.
    """
    (firm / "parcels.csv").write_text(PARCELS.replace("2025-03-07", "2999-03-07"))
    run("sync")

    (aside,) = rows(run("rejected", "list", "--format", "json"))
    assert "2999" in aside["reason"]

    (firm / "parcels.csv").write_text(PARCELS)
    run("sync")
    assert rows(run("rejected", "list", "--format", "json")) == []


def test_check_says_what_is_healthy(run: Run) -> None:
    """
    After sync and compute there is a source with a good sync and a day of evaluation.
    """
    computed(run)

    said = run("check")

    assert "source parcels: last good sync" in said
    assert "evaluated at the end of 2025-04-01" in said


def test_a_backup_restores_the_same_numbers(run: Run, firm: Path) -> None:
    """
    Values read from the restored home equal those of the first.
    """
    computed(run)
    words = (
        "kpi",
        "values",
        "on_time_delivery_rate",
        "--from",
        "2025-03-01",
        "--to",
        "2025-03-31",
        "--format",
        "json",
    )
    before = run(*words)

    run("backup", "all.zip")
    run("restore", "all.zip", "--home", "second")

    assert run(*words, "--home", "second") == before


def test_inspect_drafts_a_mapping(run: Run, firm: Path) -> None:
    """
    The draft names the shipments table and the column of the promise.
    """
    header = "Tracking number,Carrier,Ship date,Promised delivery date,Delivery date"
    (firm / "export.csv").write_text(PARCELS.replace(PARCELS.splitlines()[0], header))

    draft = run("source", "inspect", "export.csv")

    assert 'promised_day = "Promised delivery date"' in draft
    assert ".tables.shipments]" in draft
