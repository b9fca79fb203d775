"""Trend charts as plain values: rows, layers, the range they share, labels, events, and the words beside them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

import altair as alt
import polars as pl
import pytest
from test_decisions import MONDAY, ON_TIME, bad, good, standing, week

from kpi.catalog import KPIS, find
from kpi.chart import MOST_LAYERS, MOST_ROWS, Event, Spec, domain, trend_rows, trend_spec
from kpi.chart.axes import ticks
from kpi.chart.labels import labels
from kpi.model import Kpi
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Period, Standing
from pages.parts.charts import Beside, axis_writer, build_trend, day_writer, trend_text
from pages.parts.theme import LIGHT

TODAY = date(2025, 4, 27)
TEXT = trend_text(ON_TIME, "EUR")


def known(*periods: Period) -> Standing:
    return Standing(ON_TIME, Every.WEEK, periods, until=TODAY)


def flat(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_what_is_provisional_is_drawn_apart() -> None:
    """
    The dashed tail starts at the last settled week.
    """
    periods = [good(0), good(1), week(2, 0.94, Status.PROVISIONAL, immature=9)]

    rows = trend_rows(ON_TIME, periods, TEXT)

    assert rows["value"].to_list() == [95.0, 95.0, None]
    assert rows["tail"].to_list() == [None, 95.0, 94.0]
    assert rows["mark"].to_list() == [None, None, "tail"]
    assert rows["last"].to_list() == [False, True, False]


def test_off_target_weeks_are_marked_and_gaps_stay_open() -> None:
    """
    A lonely week between two gaps is a dot.
    """
    gap = week(1, None, Status.NO_DATA)

    rows = trend_rows(ON_TIME, [bad(0), gap, good(2), week(3, None, Status.NO_DATA)], TEXT)

    assert rows["mark"].to_list() == ["off", None, "alone", None]
    assert rows["value"].to_list() == [90.0, None, 95.0, None]


@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS.keys())
def test_every_chart_is_valid_vega_lite(kpi: Kpi) -> None:
    """
    Altair's schema accepts the spec; no mark has a role of its own, few layers, few rows, events included.
    """
    rows = trend_rows(kpi, [good(n) for n in range(53)], trend_text(kpi, "EUR"))
    spec = trend_spec(
        kpi, rows, LIGHT, axis_writer(kpi, "EUR"), day_writer(kpi), events=[Event(MONDAY, "New carrier")]
    )

    alt.LayerChart.from_dict({**spec, "data": {"values": rows.to_dicts()}})
    assert all(layer["mark"]["aria"] is False for layer in spec["layer"])
    assert len(spec["layer"]) <= 8
    assert rows.height <= MOST_ROWS


def scales(spec: Spec) -> Mapping[str, Any]:
    """The reach, the ticks and their texts of a trend."""
    (param,) = spec["params"]
    return cast(Mapping[str, Any], param["value"])


def test_no_range_is_left_for_the_browser_to_find() -> None:
    """
    It would look for it before the rows arrive, and complain.
    """
    spec = build_trend(known(good(0), bad(1)), "EUR", TODAY, 13, "dark").chart.spec

    (y,) = [
        layer["encoding"]["y"]["scale"]
        for layer in spec["layer"]
        if "scale" in layer["encoding"].get("y", {})
    ]
    told = scales(spec)
    assert y["domain"] == [{"expr": "scales.y_from"}, {"expr": "scales.y_to"}]
    assert (told["y_from"], told["y_to"]) == (89.5, 95.5)
    assert spec["encoding"]["x"]["scale"]["domain"] == [{"expr": "scales.x_from"}, {"expr": "scales.x_to"}]
    assert told["x_from"] < 1000 * 86400 * (MONDAY - date(1970, 1, 1)).days < told["x_to"]


def test_a_single_week_has_a_width() -> None:
    """
    Three days on each side.
    """
    told = scales(build_trend(known(good(0)), "EUR", TODAY, 13, "light").chart.spec)

    assert told["x_to"] - told["x_from"] == 6 * 86_400_000


def test_a_provisional_week_does_not_flatten_the_others() -> None:
    """
    Settled values lie between 90 and 95 %; half a week of 10 % is an arrowhead at the lower edge, without a line.
    """
    rows = trend_rows(ON_TIME, [good(0), bad(1), week(2, 0.1, Status.PROVISIONAL, immature=9)], TEXT)

    assert domain(rows) == (89.5, 95.5)
    assert rows["tail"].to_list() == [None, 90.0, None]
    assert rows["mark"].to_list() == [None, "off", "under"]
    assert rows["edge"].to_list() == [None, None, 89.5]


def test_a_near_provisional_week_stays_inside() -> None:
    """
    88 % would lie below the picture of 89.5 to 95.5 %: the picture grows, and the dot has a little room.
    """
    rows = trend_rows(ON_TIME, [good(0), bad(1), week(2, 0.88, Status.PROVISIONAL, immature=9)], TEXT)
    low, high = domain(rows)

    assert (low, high) == (87.75, 95.5)
    assert rows["tail"].to_list() == [None, 90.0, 88.0]
    assert rows["mark"].to_list()[-1] == "tail"


def test_the_year_before_is_a_pale_line() -> None:
    """
    One layer more, and the range holds it; a week without a year before is a gap.
    """
    beside = Beside(before=[None, 0.85])
    trend = build_trend(known(good(0), good(1)), "EUR", TODAY, 13, "light", beside=beside)
    plain = build_trend(known(good(0), good(1)), "EUR", TODAY, 13, "light")

    assert trend.chart.rows["before"].to_list() == [None, 85.0]
    assert domain(trend.chart.rows)[0] < 85
    assert len(trend.chart.spec["layer"]) == len(plain.chart.spec["layer"]) + 1
    assert "pale: a year before" in trend.caption


def test_labels_do_not_stand_on_each_other() -> None:
    """
    95 % and its target of 95.2 %: the target moves up; a limit at 95.1 % is left out, one at 90 % stays.
    """
    rows = pl.DataFrame(
        {
            "value": [95.0], "last": [True], "shown": ["95 %"], "target": [95.2], "goal": ["95.2 %"], "mark": [None],
            "tail": [None], "edge": [None], "upper": [95.1], "lower": [90.0],
        },
        schema_overrides={"mark": pl.String, "tail": pl.Float64, "edge": pl.Float64},
    )  # fmt: skip

    told = labels(rows, (90.0, 100.0), 190)

    assert [(each.kind, each.text) for each in told] == [
        ("value", "95 %"), ("target", "Target 95.2 %"), ("limit", "LCL"),
    ]  # fmt: skip
    assert told[1].at == pytest.approx(95.0 + 10 * 14 / 160)


def test_events_have_words_where_there_is_room() -> None:
    """
    Three in one week of thirteen: two lines of words, the third only a rule; one outside is left out.
    """
    days = [date(2025, 4, 8), date(2025, 4, 9), date(2025, 4, 10), date(2024, 1, 1)]
    periods = [good(n) for n in range(13)]
    events = [Event(day, f"On {day}") for day in days]
    spec = build_trend(
        Standing(ON_TIME, Every.WEEK, tuple(periods), until=TODAY), "EUR", TODAY, 13, "light",
        beside=Beside(events=events),
    ).chart.spec  # fmt: skip

    told = spec["layer"][-1]["data"]["values"]
    assert [(each["words"], each["line"]) for each in told] == [
        ("On 2025-04-08", 0), ("On 2025-04-09", 1), ("On 2025-04-10", -1),
    ]  # fmt: skip


def test_words_of_an_event_stay_inside_the_picture() -> None:
    """
    Whether they stand before or after their day follows from the width the reader's browser draws.
    """
    periods = tuple(good(n) for n in range(13))
    event = Event(good(9).start, "Mould of line")
    spec = build_trend(
        Standing(ON_TIME, Every.WEEK, periods, until=TODAY),
        "EUR",
        TODAY,
        13,
        "light",
        beside=Beside(events=[event]),
    ).chart.spec

    (placed,) = spec["layer"][-1]["data"]["values"]
    assert placed["share"] == pytest.approx(9 / 12)
    assert "width < datum.room" in spec["layer"][-1]["mark"]["align"]["expr"]


def test_axis_values_are_round() -> None:
    """
    Four or so.
    """
    assert ticks(87.75, 95.5) == [88.0, 90.0, 92.0, 94.0]
    assert ticks(0, 1) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert ticks(3, 3) == [3]


def test_axis_texts_are_ours() -> None:
    """
    Numbers and days are written here and looked up in the browser.
    """
    trend = build_trend(known(good(0), bad(1)), "EUR", TODAY, 13, "light")

    told = scales(trend.chart.spec)
    assert told["x_told"].split("␟") == ["7 Apr", "14 Apr"]
    assert "scales.x_told" in trend.chart.spec["encoding"]["x"]["axis"]["labelExpr"]


def test_a_chart_says_in_words_what_it_shows() -> None:
    """
    Headline, latest value, target, which way it went, and how often it was off.
    """
    trend = build_trend(known(good(0), bad(1), bad(2)), "EUR", TODAY, 13, "light")

    assert trend.headline == "below target since 14 Apr"
    assert trend.chart.title == "On-time delivery — below target since 14 Apr"
    assert flat(trend.chart.alt) == (
        "On-time delivery — below target since 14 Apr. Latest 90.0 %, target 93 %, down from 95.0 %. "
        "Off target in 2 of 3 periods from 7 Apr 2025 to 27 Apr 2025."
    )


def test_a_chart_without_any_value_can_be_drawn() -> None:
    """
    No data is a state, not an error.
    """
    trend = build_trend(standing(week(0, None, Status.NO_DATA)), "EUR", TODAY, 13, "dark")

    assert trend.headline == "no data yet"
    assert trend.chart.rows["value"].to_list() == [None]


def test_a_year_of_days_has_few_labels() -> None:
    """
    53 weeks, at most seven labels, the last week among them; with everything beside it at most fourteen layers.
    """
    periods = tuple(good(n) for n in range(53))
    start = periods[0].start
    beside = Beside(before=[0.9] * 52, events=[Event(start + timedelta(days=30), "Strike")])
    many = Standing(find("on_time_delivery_rate"), Every.WEEK, periods, until=TODAY)

    spec = build_trend(many, "EUR", TODAY, 52, "light", beside=beside).chart.spec

    assert len(scales(spec)["x_at"].split("␟")) <= 7
    assert len(spec["layer"]) <= MOST_LAYERS
