"""The made-up firm itself: its configuration, people and targets fit together."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from taken_in import Measured

from connectors.config import load_config
from demo.company import CODES, COMPANY, LANES, OWNERS
from demo.place import TEMPLATE
from demo.season import black_friday, day_of, demand, new_year_in_china
from demo.targets import demo_targets, owner_of
from demo.world import span
from kpi.catalog import KPIS
from store.state.segments import segment_pairs


def test_the_configuration_says_what_the_code_says() -> None:
    """
    fairlead.toml describes the same company, marked as made up, with one demo source.
    """
    config = load_config(TEMPLATE)

    assert config.company == COMPANY
    assert config.company.made_up
    assert [(source.name, source.connector) for source in config.sources] == [("demo", "demo")]


def test_eight_markets_share_all_orders() -> None:
    """
    The shares of the eight markets add up to one, and those of the carriers of a lane too.
    """
    assert len(CODES) == 8
    assert sum(lane.share for lane in LANES) == pytest.approx(1)
    assert all(sum(share for _, share in lane.carriers) == pytest.approx(1) for lane in LANES)


def test_each_department_has_an_owner() -> None:
    """
    Every department of the catalogue has one made-up person.
    """
    assert {owner.department for owner in OWNERS} == {kpi.department.value for kpi in KPIS.values()}
    assert owner_of("shipping") == "Mareike Keller"


@pytest.mark.parametrize("row", demo_targets(date(2026, 11, 21)), ids=lambda row: f"{row.kpi} {row.segment}")
def test_a_target_is_for_a_slice_that_exists(row: object, measured: Measured) -> None:
    """
    Each target names a KPI, a dimension it has and a value that dimension takes; warn is on the worse side.
    """
    kpi = KPIS[row.kpi]  # type: ignore[attr-defined]

    for dimension, value in segment_pairs(row.segment).items():  # type: ignore[attr-defined]
        assert dimension in kpi.dimensions
        assert measured.facts[kpi.rows.fact.name].filter(pl.col(dimension) == value).height
    worse = row.warn < row.target if kpi.better.value == "higher" else row.warn > row.target  # type: ignore[attr-defined]
    assert worse


def test_peak_targets_last_four_weeks_from_black_friday() -> None:
    """
    In 2026 fulfilment may take 26 hours from 27 November up to 24 December.
    """
    peak = next(
        row
        for row in demo_targets(date(2026, 11, 21))
        if row.kpi == "fulfilment_time" and row.valid_from.year == 2026
    )

    assert (peak.valid_from, peak.valid_to, peak.target) == (
        date(2026, 11, 27),
        date(2026, 12, 25),
        Decimal(26),
    )


def test_targets_hold_for_all_of_the_history() -> None:
    """
    Two years before the last day every part of the business has its target already.
    """
    assert all(
        row.valid_from <= date(2024, 11, 22) for row in demo_targets(date(2026, 11, 21)) if row.segment
    )


@pytest.mark.parametrize(
    ("year", "friday", "festival"),
    [
        (2024, (11, 29), (2, 10)),
        (2025, (11, 28), (1, 29)),
        (2026, (11, 27), (2, 17)),
        (2027, (11, 26), (2, 6)),
    ],
)
def test_the_calendar_is_right(year: int, friday: tuple[int, int], festival: tuple[int, int]) -> None:
    """
    Black Friday is the day after the fourth Thursday of November; the lunar year begins on its new moon.
    """
    assert day_of(black_friday(year)) == date(year, *friday)
    assert day_of(new_year_in_china(year)) == date(year, *festival)


def test_demand_grows_and_peaks() -> None:
    """
    Black Friday sells more than twice an ordinary Friday; the year after sells about 8 % more.
    """
    black, ordinary, year_after = (
        float(demand(span(day, day))[0])
        for day in (date(2025, 11, 28), date(2025, 10, 31), date(2026, 10, 30))
    )

    assert black > 2 * ordinary
    assert year_after / ordinary == pytest.approx(1.083, abs=0.01)
