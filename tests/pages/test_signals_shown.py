"""Signals as people meet them: in the list of decisions, in the chart of a KPI, and in words under it."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
from test_decisions import MONDAY, NOW, ON_TIME, bad, standing, week

from kpi.catalog import find
from kpi.chart import trend_rows, trend_spec
from kpi.decisions import needs_decision
from kpi.model import Kpi
from kpi.period import Every
from kpi.score import Status
from kpi.signals.reading import known_chart
from kpi.standing import Period, Standing
from pages.kpi.usual import usual_range
from pages.kpi.vitals import signal_light
from pages.parts.attention import Told, build_attention
from pages.parts.charts import trend_text
from pages.parts.theme import palette
from store.state import BaselineRow

TODAY = date(2025, 9, 8)
TEXT = trend_text(ON_TIME, "EUR")
USUAL = [0.95, 0.94, 0.96, 0.94, 0.95, 0.96, 0.94, 0.95, 0.95, 0.96] * 2  # of 1,000 rows a week


def weeks(
    kpi: Kpi,
    values: list[float],
    target: float,
    reported: date | None = None,
    rows: tuple[BaselineRow, ...] = (),
) -> Standing:
    """How a KPI stands whose weeks had these values, each of 1,000 rows."""
    scored = pl.DataFrame(
        {
            "period": [MONDAY + timedelta(weeks=n) for n in range(len(values))],
            "value": values,
            "denominator": [1000.0] * len(values),
            "target": [target] * len(values),
            "status": [Status.ON_TARGET.value] * len(values),
        }
    )
    periods = tuple(
        Period(start, start + timedelta(days=6), Status.ON_TARGET, value, target=target, n=1000)
        for start, value in zip(scored["period"], values, strict=True)
    )
    chart = known_chart(kpi, Every.WEEK, scored, rows, reported)
    return Standing(kpi, Every.WEEK, periods, until=TODAY, chart=chart)


def worse(key: str = "on_time_delivery_rate", values: tuple[float, ...] = (0.90,)) -> Standing:
    """Twenty usual weeks around 95 %, then worse ones that still reach the target of 85 %."""
    return weeks(find(key), [*USUAL, *values], 0.85)


def test_what_is_worse_than_usual_needs_a_decision() -> None:
    """
    90 % is on target, but 50 of 1,000 more are late than usual; the line says so, and nothing of off target.
    """
    (decision,) = needs_decision([worse()])
    (line,) = build_attention([decision], [], Told("EUR", TODAY), NOW).lines

    assert (decision.off_target, decision.beyond, decision.since) == (False, 50, MONDAY + timedelta(weeks=20))
    assert (line.word, line.status, line.since) == ("Worse than usual", "signal", "25 Aug")
    assert (line.value, line.target) == ("90.0\u00a0%", "usually 95.0\u00a0%")


def test_what_is_better_than_usual_needs_none() -> None:
    """
    A week of 99 % is a signal, too, and nothing to decide.
    """
    better = worse(values=(0.99,))

    assert better.chart is not None
    assert better.chart.points[-1].interrupting is not None
    assert needs_decision([better]) == []


def test_a_run_is_told_from_its_first_week() -> None:
    """
    Eight weeks of 94.5 %, none of them far off: worse than usual since the first of them.
    """
    (decision,) = needs_decision([worse(values=(0.945,) * 8)])

    assert decision.since == MONDAY + timedelta(weeks=20)


def test_weeks_a_source_has_not_reported_are_no_signal() -> None:
    """
    The last good pull was in the middle of the bad week.
    """
    reported = MONDAY + timedelta(weeks=20, days=2)

    assert needs_decision([weeks(ON_TIME, [*USUAL, 0.5], 0.4, reported)]) == []


def test_kpis_of_one_goal_are_one_decision() -> None:
    """
    On-time delivery is off target, OTIF only worse than usual: one line for the promise, on-time delivery first.
    """
    off, with_it = standing(bad(0), bad(1)), worse("otif_rate")

    (decision,) = needs_decision([with_it, off])
    (line,) = build_attention([decision], [], Told("EUR", TODAY), NOW).lines

    assert (decision.kpi.key, [kpi.key for kpi in decision.also]) == ("on_time_delivery_rate", ["otif_rate"])
    assert line.also == "also On time in full"


def test_a_signal_is_told_with_what_drives_it() -> None:
    """
    Quality control drives first-pass yield, which is off target, and OEE, which is not: one decision. Two signals of
    customer service are another one.
    """
    off = Standing(find("first_pass_yield"), Every.WEEK, (bad(0), bad(1)))

    found = needs_decision([worse("oee"), off, worse("csat_score", (0.8,)), worse("response_sla_rate")])

    assert [(each.kpi.key, [kpi.key for kpi in each.also]) for each in found] == [
        ("csat_score", ["response_sla_rate"]),
        ("first_pass_yield", ["oee"]),
    ]


def test_the_chart_rings_what_is_unusual() -> None:
    """
    Limits on every week, a ring around the last one, and a layer for the limits.
    """
    shown = worse()
    rows = trend_rows(ON_TIME, shown.periods, TEXT, shown.chart)
    plain = trend_rows(ON_TIME, shown.periods, TEXT)

    assert rows["fires"].to_list() == [None] * 20 + ["concern"]
    assert rows["lower"].null_count() == 0
    assert "lower" not in plain.columns
    layers = [len(trend_spec(ON_TIME, each, palette("light"), str, str)["layer"]) for each in (rows, plain)]
    assert layers[0] == layers[1] + 1


def test_a_level_outside_its_range_is_not_called_usual() -> None:
    """
    Nobody is interrupted for a stock that left its limits, but neither the light nor the sentence says "as usual".
    """
    shown = worse()
    assert shown.chart is not None
    points = tuple(replace(each, signals=()) for each in shown.chart.points)
    silent = replace(shown, chart=replace(shown.chart, points=points))

    assert "Outside its usual range" in signal_light(silent, TODAY)
    assert "The last settled value lies outside it, which alone is no alarm" in usual_range(
        silent, "EUR", TODAY
    )
    assert "As usual" in signal_light(weeks(ON_TIME, USUAL, 0.95), TODAY)


def test_the_usual_range_in_words() -> None:
    """
    Range, firmness, what happened, and what the usual range promises while nothing has.
    """
    plain = usual_range(weeks(ON_TIME, USUAL, 0.85), "EUR", TODAY).replace("\u00a0", " ")

    assert plain == (
        "Dotted: the usual range, now 91.8 % to 98.2 % (adaptive p chart); fixed on the first points of its baseline. "
        "The last settled value is nothing unusual. As usual, the target is met every time. Target 85 %."
    )
    assert "Worse than usual since 25 Aug (beyond limits)." in usual_range(worse(), "EUR", TODAY)
    assert "Better than usual since 25 Aug" in usual_range(worse(values=(0.99,)), "EUR", TODAY)
    assert "sometimes met and sometimes missed" in usual_range(weeks(ON_TIME, USUAL, 0.95), "EUR", TODAY)
    assert "missed every time" in usual_range(weeks(ON_TIME, USUAL, 0.99), "EUR", TODAY)


def test_too_little_is_said_to_be_too_little() -> None:
    """
    Seven weeks, no history, no week at all.
    """
    short = weeks(ON_TIME, USUAL[:7], 0.85)

    assert usual_range(short, "EUR", TODAY).startswith("No usual range yet: it takes eight settled periods")
    assert usual_range(replace(short, chart=None), "EUR", TODAY) == "No usual range is known for this figure."
    assert usual_range(standing(week(0, None, Status.NO_DATA)), "EUR", TODAY).startswith(
        "No usual range is known"
    )
    assert "on trial" in usual_range(weeks(ON_TIME, USUAL[:9], 0.85), "EUR", TODAY)


def test_who_began_the_range_anew_is_named() -> None:
    """
    Ann's reason stands under the chart.
    """
    first = BaselineRow(ON_TIME.key, MONDAY, "First baseline")
    anew = BaselineRow(ON_TIME.key, MONDAY + timedelta(weeks=9), "New <b>carrier</b>", set_by="Ann")

    told = usual_range(weeks(ON_TIME, USUAL, 0.85, rows=(first, anew)), "EUR", TODAY)

    assert "Ann began it anew on 9 Jun: New <b>carrier</b>." in told
    assert "on trial" in told
