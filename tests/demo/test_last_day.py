"""On its last day the made-up firm has three to six things to decide, and nothing else is wrong."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest
from taken_in import LAST, Measured, good_facts

from demo.stories import STORIES
from demo.targets import WHOLE, demo_targets
from kpi.catalog import KPIS
from kpi.decisions import needs_decision
from kpi.model import Better, Distinct
from kpi.period import Every, end_of, whole_periods
from kpi.score import Status
from kpi.signals.reading import known_chart
from kpi.standing import Period, Standing
from store.state import BaselineRow
from store.state.precedence import target_on

EXPECTED = {key for story in STORIES for key in story.off_target}
JUDGED = [Status.ON_TARGET, Status.AT_RISK, Status.OFF_TARGET]


def last_two(measured: Measured, key: str) -> list[str]:
    """The statuses of a KPI in its last two closed, mature periods."""
    rows = measured.values(key, "1mo" if KPIS[key].monthly else "1w")
    return rows.filter(pl.col("status").is_in(JUDGED))["status"].to_list()[-2:]


def test_three_to_six_kpis_need_a_decision(measured: Measured) -> None:
    """
    The KPIs the stories name were off target in the last two periods; every other KPI with a target is on target.
    """
    statuses = {key: last_two(measured, key) for key, kpi in KPIS.items() if kpi.target}
    off = {key for key, last in statuses.items() if last == [Status.OFF_TARGET] * 2}

    assert off == EXPECTED
    assert 3 <= len(off) <= 6
    assert {key for key, last in statuses.items() if last[-1] != Status.ON_TARGET} == EXPECTED


def standing(measured: Measured, key: str) -> Standing:
    """How a KPI stands on the last day, its usual range taken from 53 weeks before."""
    kpi, every = KPIS[key], Every.MONTH if KPIS[key].monthly else Every.WEEK
    scored = measured.values(key, every.width)
    last = whole_periods(every, LAST, 53)
    first = BaselineRow(key, last.start, "First baseline")
    periods = tuple(
        Period(
            row["period"], end_of(every, row["period"], last), Status(row["status"]), row["value"], row["target"],
            n=row["n"], immature=row["immature"], closed=end_of(every, row["period"], last) <= LAST,
        )
        for row in scored.iter_rows(named=True)
    )  # fmt: skip
    return Standing(kpi, every, periods, chart=known_chart(kpi, every, scored, [first], None))


def test_the_list_of_decisions_is_as_long(measured: Measured) -> None:
    """
    Three to six lines with all signals among them: what moves together is one line, the stories' KPIs are all in it.
    """
    main = [key for key, kpi in KPIS.items() if not kpi.variant_of and not isinstance(kpi, Distinct)]

    found = needs_decision(standing(measured, key) for key in main)

    assert 3 <= len(found) <= 6
    named = {kpi.key for each in found for kpi in (each.kpi, *each.also)}
    assert named >= EXPECTED


def test_every_department_with_targets_has_something_to_decide() -> None:
    """
    The stories put at least one KPI of each department off target whose definitions name a verified target.
    """
    assert {KPIS[key].department for key in EXPECTED} == {
        kpi.department for kpi in KPIS.values() if kpi.target
    }


def off_target_periods(measured: Measured, key: str) -> list[bool]:
    """Week by week (month by month), whether a KPI with a target of the firm's own missed it beyond its warning."""
    every = "1mo" if KPIS[key].monthly else "1w"
    rows = measured.values(key, every).filter(pl.col("value").is_not_null())
    targets = demo_targets(measured.last)
    goals = [target_on(targets, key, {}, week) for week in rows["period"]]
    higher = KPIS[key].better is Better.HIGHER
    return [
        goal is not None
        and goal.warn is not None
        and ((value < goal.warn) if higher else (value > goal.warn))
        for value, goal in zip(rows["value"], goals, strict=True)
    ]


@pytest.mark.parametrize("key", sorted({kpi for department, kpi, _, _ in WHOLE if department == "planning"}))
def test_planning_never_needs_a_decision(key: str, measured: Measured) -> None:
    """
    Black Friday and Chinese New Year have targets of their own: no two periods running are off target.
    """
    periods = off_target_periods(measured, key)

    assert len(periods) > (20 if KPIS[key].monthly else 95)
    assert not any(one and other for one, other in pairwise(periods))
    assert not any(periods[-3:])


@pytest.mark.parametrize("last", [date(2026, 12, 14), date(2027, 2, 23), date(2027, 6, 30)])
def test_it_is_so_on_any_last_day(last: date) -> None:
    """
    After Black Friday, after Chinese New Year and in summer: the stories lead up to whatever day is the last.
    """
    first = last - timedelta(days=120)
    measured = Measured(good_facts(first, last, known_at=last, opening=first), last)
    weekly = [key for key, kpi in KPIS.items() if kpi.target and not kpi.monthly]

    assert {key for key in weekly if last_two(measured, key) == [Status.OFF_TARGET] * 2} == EXPECTED
    assert last != LAST
