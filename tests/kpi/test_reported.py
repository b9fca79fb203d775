"""A source is expected in its own rhythm: before its turn nothing is unknown, after it everything behind it is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from kpi.catalog import KPIS
from kpi.freshness import Reported, reported_of
from kpi.score import Status
from kpi.standing import Coverage
from kpi.standings import Known, Scored, lined_up
from store.rhythm import Rhythm
from store.state import Counts, Expected, Freshness, Run, RunStatus

KPI = KPIS["on_time_delivery_rate"]
READ = datetime(2025, 3, 3, 8, tzinfo=UTC)  # a Monday
RUN = Run(1, "files", READ, READ, RunStatus.OK, "", None, (Counts("shipments"),))
FILES = Freshness("files", READ, READ, RUN)
COVERED = Coverage(date(2025, 3, 16), {KPI.key: date(2025, 3, 16)})


def scored() -> pl.DataFrame:
    """Three weeks off target; the file brought on Monday the third held two days of the last two by mistake."""
    weeks = [date(2025, 2, 24), date(2025, 3, 3), date(2025, 3, 10)]
    return pl.DataFrame(
        {
            "period": weeks, "status": ["off_target"] * 3, "value": [0.8] * 3, "target": [0.9] * 3, "warn": [0.85] * 3,
            "n": [50] * 3, "immature": [0] * 3, "numerator": [40.0] * 3, "denominator": [50.0] * 3,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rhythm", "current", "statuses"),
    [
        (Rhythm.DAILY, date(2025, 3, 10), [Status.OFF_TARGET, Status.INCOMPLETE, Status.INCOMPLETE]),
        (Rhythm.MONTHLY, date(2025, 2, 24), [Status.OFF_TARGET, Status.PROVISIONAL, Status.PROVISIONAL]),
        (Rhythm.ONCE, date(2025, 3, 10), [Status.OFF_TARGET] * 3),
    ],
)
def test_weeks_not_reported_yet_are_to_come_and_not_unknown(
    rhythm: Rhythm, current: date, statuses: list[Status]
) -> None:
    """
    Read on the third of March, looked at on the seventeenth: a daily source is late and its weeks unknown; a monthly
    one is in time, and its card still shows the last week it told of; one expected once holds nothing back.
    """
    fresh = replace(FILES, expected=Expected(rhythm))
    known = Known(COVERED, fresh=[fresh], at=datetime(2025, 3, 17, 9, tzinfo=UTC))

    standing = lined_up(Scored((KPI,), {KPI.key: scored()}), [KPI], known, weeks=3)[KPI.key]

    assert [each.status for each in standing.periods[-3:]] == statuses
    assert standing.current is not None
    assert standing.current.start == current


def test_each_source_counts_by_its_own_turn() -> None:
    """
    A monthly file of the third holds periods back, a daily one that stopped on the fifth makes them unknown.
    """
    monthly = replace(FILES, expected=Expected(Rhythm.MONTHLY))
    daily = replace(FILES, source="wms", last_ok_at=READ + timedelta(days=2))

    found = reported_of(KPI, [monthly, daily], READ + timedelta(days=14))

    assert found == Reported(date(2025, 3, 3), date(2025, 3, 5))
    assert (found.until, found.closed(date(2025, 3, 16))) == (date(2025, 3, 3), date(2025, 3, 3))
