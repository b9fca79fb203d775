"""Control charts of a KPI's scores: which points count, which fire, and how firm the limits are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from kpi.catalog import KPIS, find
from kpi.period import Every
from kpi.score import Status
from kpi.signals.assurance import Assurance
from kpi.signals.baseline import State
from kpi.signals.chart import ControlChart, Direction, Point, control_chart
from kpi.signals.judging import Method, method_of
from kpi.signals.rules import Rule
from kpi.signals.series import Series
from store.state import BaselineRow

MONDAY = date(2025, 1, 6)
SALES, ON_TIME, RETURNS = find("net_sales"), find("on_time_delivery_rate"), find("return_rate")
STEADY = [100.0, 104, 98, 102, 96, 103, 99, 105, 97, 101]  # around 100.5, steps of 2 to 8


def scored(
    values: Sequence[float | None],
    *,
    every: int = 7,
    status: dict[int, Status] | None = None,
    target: float = 90,
) -> pl.DataFrame:
    """Rows as `kpi.score.score` gives them: one value a period of `every` days, with 100 behind each."""
    said = status or {}
    return pl.DataFrame(
        {
            "period": [MONDAY + timedelta(days=every * n) for n in range(len(values))],
            "value": values,
            "numerator": [None if value is None else value * 100 for value in values],
            "denominator": [100.0] * len(values),
            "target": [target] * len(values),
            "status": [said.get(n, Status.NO_DATA if v is None else Status.OK) for n, v in enumerate(values)],
        },
        schema_overrides={"value": pl.Float64, "target": pl.Float64},
    )


def weekly(
    values: Sequence[float | None], rows: Sequence[BaselineRow] = (), status: dict[int, Status] | None = None
) -> ControlChart:
    return control_chart(SALES, Series.of(scored(values, status=status), Every.WEEK), rows)


def fired(chart: ControlChart) -> dict[int, list[Rule]]:
    """The rules by number of the point."""
    return {
        number: [signal.rule for signal in point.signals]
        for number, point in enumerate(chart.points)
        if point.signals
    }


@pytest.mark.parametrize(
    ("points", "state"),
    [
        (7, State.TOO_FEW),
        (8, State.TRIAL),
        (11, State.TRIAL),
        (12, State.OPEN),
        (19, State.OPEN),
        (20, State.LOCKED),
    ],
)
def test_limits_grow_firm(points: int, state: State) -> None:
    """
    None below 8 weeks, on trial below 12, frozen on the first 20.
    """
    chart = weekly((STEADY * 3)[:points])

    assert chart.state is state
    assert (chart.points[0].upper is None) is (state is State.TOO_FEW)


def test_a_locked_baseline_does_not_move() -> None:
    """
    Weeks 21 to 40 are 50 higher: the limits are still those of the first 20, and the run is told.
    """
    before, after = weekly(STEADY * 2), weekly([*STEADY * 2, *(each + 50 for each in STEADY * 2)])

    assert after.points[30].centre == before.points[0].centre == pytest.approx(100.5)
    assert [point.in_baseline for point in after.points] == [True] * 20 + [False] * 20
    assert fired(after)[27] == [Rule.BEYOND_LIMITS, Rule.RUN, Rule.TWO_OF_THREE, Rule.FOUR_OF_FIVE]


def test_points_that_cannot_be_judged_neither_fire_nor_count() -> None:
    """
    A provisional week of 5, a small one of 900, one of an unknown source and one without data are passed over.
    """
    odd = {
        3: Status.PROVISIONAL, 7: Status.SMALL_SAMPLE, 11: Status.INCOMPLETE, 15: Status.NO_DATA,
    }  # fmt: skip
    values: list[float | None] = [*STEADY * 2]
    values[3], values[7], values[11], values[15] = 5.0, 900.0, 0.0, None

    chart = weekly(values, status=odd)

    assert fired(chart) == {}
    assert chart.state is State.OPEN
    assert [number for number, point in enumerate(chart.points) if not point.in_baseline] == [3, 7, 11, 15]
    assert [chart.points[number].note for number in odd] == ["provisional", "not sure", "unknown", "no data"]


def test_a_week_nobody_reported_is_a_hole() -> None:
    """
    Rows of weeks 1 to 4 and 6 to 10: the chart has ten points, the fifth without value.
    """
    rows = scored(STEADY).filter(pl.col("period") != MONDAY + timedelta(weeks=4))

    chart = control_chart(SALES, Series.of(rows, Every.WEEK))

    assert len(chart.points) == 10
    assert (chart.points[4].value, chart.points[4].note) == (None, "no data")


def test_direction_follows_the_kpi() -> None:
    """
    A week of 130: good for sales; the same share of returns is a concern.
    """
    up = [*STEADY * 2, 130.0]
    share = [each / 1000 for each in up]

    sales = weekly(up).points[-1]
    returns = control_chart(RETURNS, Series.of(scored(share), Every.WEEK)).points[-1]

    assert sales.interrupting is not None
    assert (sales.interrupting.direction, sales.is_concern) == (Direction.IMPROVEMENT, False)
    assert Point(MONDAY, 1.0).interrupting is None
    assert control_chart(SALES, Series.of(scored([*STEADY * 2, 60.0]), Every.WEEK)).points[-1].is_concern
    assert returns.centre == pytest.approx(0.1005)
    assert not returns.is_concern  # 13 % of 100 lies within what 100 rows may do


def test_only_two_rules_interrupt() -> None:
    """
    Two of three beyond 2 sigma is drawn, nobody is called.
    """
    chart = weekly([*STEADY * 2, 110.0, 100.0, 110.0])

    assert fired(chart) == {22: [Rule.TWO_OF_THREE]}
    assert chart.points[22].interrupting is None


def test_a_person_begins_a_baseline_anew() -> None:
    """
    From week 21 on the new level is usual: no limits for seven weeks, then on trial, then firm.
    """
    values = [*STEADY * 2, *(each + 50 for each in STEADY * 2)]
    first = BaselineRow("net_sales", MONDAY, "First baseline")
    anew = BaselineRow("net_sales", MONDAY + timedelta(weeks=20, days=3), "A second warehouse", set_by="Ann")

    assert weekly(values[:27], [first, anew]).state is State.TOO_FEW
    assert weekly(values[:28], [first, anew]).state is State.TRIAL
    chart = weekly(values, [first, anew])

    assert (chart.state, chart.rebased) == (State.REBASED, anew)
    assert fired(chart) == {}
    assert (chart.points[19].centre, chart.points[20].centre) == (pytest.approx(100.5), pytest.approx(150.5))
    assert len(fired(weekly(values))) == 20
    assert weekly(values, [first, replace(anew, starts_on=date(2030, 1, 1))]).rebased is None


def test_the_first_entry_may_lie_before_the_data() -> None:
    """
    A baseline adopted when the firm began is the first one, not one begun anew.
    """
    chart = weekly(STEADY * 2, [BaselineRow("net_sales", date(2020, 1, 1), "First baseline")])

    assert (chart.state, chart.rebased) == (State.LOCKED, None)


def test_a_baseline_without_scatter_gives_no_limits() -> None:
    """
    Twenty weeks of exactly 100: nothing can be said about the week of 101.
    """
    chart = weekly([100.0] * 20 + [101.0])

    assert chart.points[-1].upper is None
    assert fired(chart) == {}


def test_assurance_follows_the_target_of_each_week() -> None:
    """
    Limits of about 84 to 117: a target of 80 is met by chance only missed, 100 is hit or miss, 130 out of reach.
    """
    rows = scored(STEADY * 2).with_columns(
        target=pl.Series([80.0] * 10 + [100.0] * 5 + [130.0] * 4 + [None], dtype=pl.Float64)
    )

    points = control_chart(SALES, Series.of(rows, Every.WEEK)).points

    assert [points[n].assurance for n in (0, 10, 15, 19)] == [
        Assurance.MEETS, Assurance.HIT_OR_MISS, Assurance.FAILS, None,
    ]  # fmt: skip


WEEK = [140.0, 120, 120, 120, 120, 50, 30]


def days(weeks: int, drop: float = 1.0) -> list[float | None]:
    """Days that swing by some per cent around their weekday; from the ninth week on all of them drop."""
    noise = [1.0, 1.04, 0.98, 1.02, 0.96, 1.03, 0.99, 1.05, 0.97]
    return [WEEK[n % 7] * noise[(n * 5) % 9] * (drop if n >= 56 else 1.0) for n in range(7 * weeks)]


def daily(values: Sequence[float | None], events: dict[date, str] | None = None) -> ControlChart:
    return control_chart(SALES, Series.of(scored(values, every=1), Every.DAY), events=events)


def test_days_are_judged_against_their_weekday() -> None:
    """
    A Monday with a Saturday's volume is a concern; a Saturday with it is not.
    """
    values = [*days(8), 50.0, *days(1)[1:]]

    chart = daily(values)

    assert chart.state is State.LOCKED
    assert [number for number, point in enumerate(chart.points) if point.is_concern] == [56]
    saturday, sunday = chart.points[5], chart.points[6]
    assert saturday.upper is not None
    assert sunday.lower is not None
    assert chart.points[0].lower is not None
    assert saturday.upper < chart.points[0].lower
    assert chart.needs_weeks == ""


def test_fewer_than_eight_weeks_of_days_are_no_basis() -> None:
    """
    Seven weeks and six days: weeks are judged instead.
    """
    assert daily(days(8)[:-1]).needs_weeks == "fewer than eight full weeks of days"
    assert daily(days(8)).needs_weeks == ""


def test_days_that_resemble_their_neighbours_are_no_basis() -> None:
    """
    Whole weeks up and down: a day says little that the one before did not.
    """
    wave = [value * (1.1 if n // 9 % 2 else 0.9) for n, value in enumerate(days(10)) if value]

    assert daily(wave).needs_weeks.startswith("days resemble their neighbours (0.")


def test_a_holiday_is_drawn_and_nothing_else() -> None:
    """
    No sales on 3 February: as a holiday it neither fires nor changes what is usual on Mondays.
    """
    values = days(9)
    values[28] = 0.0
    holiday = MONDAY + timedelta(days=28)

    told, untold = daily(values, {holiday: "Stocktaking"}), daily(values)

    assert (told.points[28].note, told.points[28].signals) == ("Stocktaking", ())
    assert untold.points[28].is_concern
    assert told.points[0].centre is not None
    assert untold.points[0].centre is not None
    assert told.points[0].centre > untold.points[0].centre


def test_two_slices_at_once_are_refused() -> None:
    """
    The same week twice would be drawn as two points of one line.
    """
    with pytest.raises(ValueError, match="2025-01-06 occurs twice; hand in the rows of one slice"):
        Series.of(pl.concat([scored(STEADY), scored(STEADY)]), Every.WEEK)
    with pytest.raises(ValueError, match="The total is one number"):
        Series.of(scored(STEADY), Every.TOTAL)


def test_nothing_has_no_points() -> None:
    """
    A KPI without any row has a chart without points.
    """
    chart = control_chart(SALES, Series.of(scored([]), Every.WEEK))

    assert (chart.points, chart.state, chart.at(MONDAY)) == ((), State.TOO_FEW, None)


def test_each_kind_has_its_chart() -> None:
    """
    Shares of things counted, other ratios, and what has no denominator.
    """
    methods = {key: method_of(kpi) for key, kpi in KPIS.items()}

    for key, method in {
        "on_time_delivery_rate": Method.ADAPTIVE_P,
        "scrap_rate": Method.ADAPTIVE_P,
        "order_defects_per_million": Method.ADAPTIVE_P,
        "transportation_cost_of_sales": Method.I_PRIME,
        "average_order_value": Method.I_PRIME,
        "first_response_time": Method.I_PRIME,
        "oee": Method.I_PRIME,
        "net_sales": Method.XMR,
        "active_customers": Method.XMR,
    }.items():
        assert methods[key] is method, key


def test_rates_a_million_have_limits_a_million() -> None:
    """
    500 defects a million opportunities, a million a week: limits around 500, not around 0.0005.
    """
    kpi = find("order_defects_per_million")
    defects = [500.0, 520, 490, 510, 480, 505, 495, 515, 485, 500]
    rows = scored(defects).with_columns(numerator=pl.col("value"), denominator=pl.lit(1.0))

    point = control_chart(kpi, Series.of(rows, Every.WEEK)).points[0]

    assert point.centre == pytest.approx(500)
    assert point.upper == pytest.approx(500 + 3 * 500**0.5, rel=1e-3)


def test_a_share_above_one_is_no_share() -> None:
    """
    More conversions than visits: the chart of other ratios is drawn.
    """
    kpi = find("conversion_rate")
    rows = scored([value / 100 for value in STEADY])

    assert control_chart(kpi, Series.of(rows, Every.WEEK)).method is Method.I_PRIME


def test_a_level_is_annotated_only() -> None:
    """
    Stock of 150 after twenty weeks around 100 is drawn beyond its limits, and nobody is called.
    """
    stock = control_chart(find("inventory_value"), Series.of(scored([*STEADY * 2, 150.0]), Every.WEEK))

    assert fired(stock) == {20: [Rule.BEYOND_LIMITS]}
    assert stock.points[20].interrupting is None


def test_weeks_that_resemble_their_neighbours_run_by_themselves() -> None:
    """
    Five weeks up, five down: a run of eight later on only annotates, a week far outside interrupts.
    """
    wave = [106.0, 107, 108, 107, 106, 94, 93, 92, 93, 94] * 2

    chart = weekly([*wave, *[101.0] * 8, 140.0])

    assert fired(chart)[27] == [Rule.RUN]
    assert chart.points[27].interrupting is None
    assert chart.points[28].interrupting is not None
