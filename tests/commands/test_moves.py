"""`fairlead kpi why`, as a person types it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

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
WHY = ("kpi", "why", "on_time_delivery_rate", "--from", "2025-02-01", "--to", "2025-02-28")
AGAINST = ("--against", "2025-01-01..2025-01-31")
Run = Callable[..., str]


@pytest.fixture
def run(run: Run, tmp_path: Path) -> Run:
    """A firm whose 40 parcels by UPS all come on time in January and half of them in February; DHL's always do."""
    late = {f"2UPS{n}" for n in range(20)}
    parcels = [
        (month, f"{month}{carrier}{n}", carrier)
        for month in (1, 2)
        for carrier in ("UPS", "DHL")
        for n in range(40)
    ]
    lines = [
        f"{parcel},{carrier},2025-0{month}-10,2025-0{month}-{11 if parcel in late else 10}"
        for month, parcel, carrier in parcels
    ]
    (tmp_path / "fairlead.toml").write_text(CONFIG)
    (tmp_path / "parcels.csv").write_text("\n".join(["parcel,carrier,promised,delivered", *lines]))
    run("sync")
    run("compute", "--as-of", "2025-03-05")
    return run


def test_the_sum_line_is_the_change(run: Run) -> None:
    """
    From 100 % to 75 %: UPS brought all 25 points, as rate; a table says it, too, and what to keep in mind.
    """
    first, second, total = json.loads(run(*WHY, *AGAINST, "--by", "carrier", "--format", "json"))

    assert (first["segment"], first["rate"], first["total"]) == ("UPS", -0.25, -0.25)
    assert (second["segment"], second["total"]) == ("DHL", 0.0)
    assert (total["segment"], total["before"], total["after"], total["total"]) == ("(sum)", 1.0, 0.75, -0.25)
    assert "No control limits are known" in run(*WHY, *AGAINST)
    assert run(*WHY, *AGAINST, "--format", "csv").startswith("dimension,method,segment,before,after,mix,rate")


def test_the_review_block_has_weeks_months_and_running_periods(run: Run) -> None:
    """
    Six weeks, twelve months, three running periods; February 75 % and nothing known of the year before.
    """
    rows = json.loads(run("kpi", "review", "on_time_delivery_rate", "--format", "json"))

    assert [row["block"] for row in rows] == ["week"] * 6 + ["month"] * 12 + ["to date"] * 3
    (february,) = [row for row in rows if row["period"] == "February 2025"]
    assert (february["value"], february["year_before"], february["n"]) == (0.75, None, 80)
    assert "February 2025" in run("kpi", "review", "on_time_delivery_rate")


def test_lifetime_values_need_orders(run: Run) -> None:
    """
    A firm that only ships has none to predict from.
    """
    assert "There are no orders" in run("kpi", "lifetime", fails=True)


def test_a_share_is_no_money(run: Run) -> None:
    """
    Exchange rates do not move punctuality.
    """
    words = ("kpi", "currency", *WHY[2:])
    assert "no sum or ratio of money" in run(*words, *AGAINST, fails=True)


def test_what_cannot_be_explained_says_why(run: Run) -> None:
    """
    A percentile, and days that are no days.
    """
    assert "do not add up" in run(*WHY, *AGAINST, "--of", "p90", fails=True)
    assert "write it like" in run(*WHY, "--against", "January", fails=True)
