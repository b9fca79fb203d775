"""M1 of the product: a healthy KPI interrupts people at most a tenth as often as "below target" would."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from alerts.reasons import Reason, outcome_of
from alerts.state import WEEKLY, Evaluation, Notice, Outcome, replay
from kpi.catalog import KPIS
from kpi.period import Every
from kpi.score import Status
from kpi.signals.chart import control_chart
from kpi.signals.series import Series

KPI, TARGET = KPIS["on_time_delivery_rate"], 0.95
WARM_UP, YEAR, FIRMS = 24, 52, 40
MONDAY = date(2024, 1, 1)


def scores(hits: NDArray[np.int64], rows: int) -> pl.DataFrame:
    """Weekly scores as the engine makes them, judged against a target of 95 %."""
    starts = [MONDAY + timedelta(weeks=n) for n in range(len(hits))]
    values = hits / rows
    status = np.where(values >= TARGET, Status.ON_TARGET.value, Status.OFF_TARGET.value)
    told = {"period": starts, "value": values, "denominator": float(rows), "target": TARGET, "status": status}
    return pl.DataFrame(told)


def openings(breaches: list[tuple[date, Outcome]]) -> int:
    """How often an alert begins to fire in the year after the warm-up."""
    steps = replay([Evaluation(day, outcome) for day, outcome in breaches], WEEKLY)
    return sum(step.notice is Notice.FIRING for step in steps[WARM_UP:])


def by_signal(frame: pl.DataFrame) -> int:
    chart = control_chart(KPI, Series.of(frame, Every.WEEK))
    told = dict(zip(frame["period"], frame["status"], strict=True))
    return openings(
        [
            (
                point.start,
                outcome_of(Status(told[point.start]), [Reason.SPECIAL_CAUSE] if point.is_concern else []),
            )
            for point in chart.points
        ]
    )


def by_target(frame: pl.DataFrame) -> int:
    off = frame["status"] == Status.OFF_TARGET.value
    return openings(
        [(day, Outcome.BREACH if bad else Outcome.OK) for day, bad in zip(frame["period"], off, strict=True)]
    )


@pytest.mark.parametrize(("level", "rows"), [(0.96, 200), (0.96, 40), (0.95, 200)])
def test_a_healthy_kpi_interrupts_a_tenth_as_often(level: float, rows: int) -> None:
    """Forty firms, a year each, of a KPI that never changes: below target opens 7 to 13 times a year."""
    dice = np.random.default_rng(7)
    frames = [scores(dice.binomial(rows, level, WARM_UP + YEAR), rows) for _ in range(FIRMS)]

    signals = sum(map(by_signal, frames)) / FIRMS
    below = sum(map(by_target, frames)) / FIRMS
    assert below > 6
    assert signals <= below / 10


def test_a_kpi_that_falls_is_noticed_within_weeks() -> None:
    """From 96 % to 91 % of 200 a week: most firms are told within the first three weeks."""
    dice, noticed = np.random.default_rng(8), 0
    for _ in range(FIRMS):
        hits = np.concatenate([dice.binomial(200, 0.96, 40), dice.binomial(200, 0.91, 3)])
        chart = control_chart(KPI, Series.of(scores(hits, 200), Every.WEEK))
        noticed += any(point.is_concern for point in chart.points[-3:])
    assert noticed >= 0.8 * FIRMS
