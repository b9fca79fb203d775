"""The rows behind a trend: one a period, with everything that is drawn or told about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpi.chart.ahead import Ahead, gone_on
from kpi.chart.axes import epoch
from kpi.model import Kpi, Unit
from kpi.score import Status
from kpi.signals.chart import ControlChart, Point
from kpi.standing import Period
from kpi.words import marked

ROOM, MARGIN = 0.35, 0.1
LEVELS = ("value", "target", "before", "lower", "upper")
REACHING = ("tail", "ahead", "ahead_low", "ahead_high")


@dataclass(frozen=True)
class TrendText:
    """How the page writes a value, a target and the first day of a period."""

    value: Callable[[float | None], str]
    goal: Callable[[float | None], str]
    week: Callable[[date], str]
    expected: str = marked("Expected")


def trend_rows(
    kpi: Kpi,
    periods: Sequence[Period],
    text: TrendText,
    usual: ControlChart | None = None,
    before: Sequence[float | None] = (),
    ahead: Ahead | None = None,
) -> pl.DataFrame:
    """One row a period. Columns: `day` (`x` in milliseconds), `value` (settled), `tail` (provisional, joined to the
    last settled one), `target`, `mark` (off, watch, alone, tail, under, over or null), `last`, texts for the tooltip;
    with `usual` its limits `lower` and `upper`, and `fires` (concern, improvement or null); with `before`, the values
    of the year before by the same periods, a column of that name; with `ahead` what is expected. Gaps stay null.

    What is provisional and lies far outside is marked `under` or `over` at the edge, and no line runs there.
    """
    scale = 100 if kpi.unit is Unit.PERCENT else 1
    rows = _known(periods, text, scale)
    if any(each is not None for each in before):
        told = [None if each is None else each * scale for each in before]
        rows = rows.with_columns(
            pl.Series("before", told, pl.Float64), pl.Series("year", map(text.value, before), pl.String)
        )
    if usual is not None:
        rows = rows.hstack(_usual_range(periods, usual, scale, text))
    whole = gone_on(rows, ahead, text.week, text.expected) if ahead else rows
    return fitted(whole.with_columns(x=pl.Series(map(epoch, whole["day"]), dtype=pl.Float64)))


def _known(periods: Sequence[Period], text: TrendText, scale: int) -> pl.DataFrame:
    settled = [period.settled or period.status is Status.INCOMPLETE for period in periods]
    values = [None if period.value is None else period.value * scale for period in periods]
    kept = [value if done else None for value, done in zip(values, settled, strict=True)]
    joined = [
        not done or (place + 1 < len(periods) and not settled[place + 1])
        for place, done in enumerate(settled)
    ]
    last = max((place for place, value in enumerate(kept) if value is not None), default=-1)
    return pl.DataFrame(
        {
            "day": [period.start.isoformat() for period in periods],
            "value": kept,
            "tail": [value if joins else None for value, joins in zip(values, joined, strict=True)],
            "target": [None if period.target is None else period.target * scale for period in periods],
            "mark": [_mark(periods, values, settled, place) for place in range(len(periods))],
            "last": [place == last for place in range(len(periods))],
            "shown": [text.value(period.value) for period in periods],
            "goal": ["" if period.target is None else text.goal(period.target) for period in periods],
            "week": [text.week(period.start) for period in periods],
            "word": [period.status.word for period in periods],
            "n": [period.n for period in periods],
        },
        schema_overrides={"value": pl.Float64, "tail": pl.Float64, "target": pl.Float64, "mark": pl.String},
    )


def _usual_range(periods: Sequence[Period], usual: ControlChart, scale: int, text: TrendText) -> pl.DataFrame:
    """Limits and what interrupts, by the same periods; nothing where the limits are not known."""
    by_start = {point.start: point for point in usual.points}
    points = [by_start.get(period.start, Point(period.start, None)) for period in periods]
    signals = [point.interrupting for point in points]
    return pl.DataFrame(
        {
            "lower": [None if point.lower is None else point.lower * scale for point in points],
            "upper": [None if point.upper is None else point.upper * scale for point in points],
            "fires": [None if signal is None else signal.direction.value for signal in signals],
            "usual": [
                "" if point.lower is None else f"{text.value(point.lower)} – {text.value(point.upper)}"
                for point in points
            ],
        },
        schema={"lower": pl.Float64, "upper": pl.Float64, "fires": pl.String, "usual": pl.String},
    )


def _mark(
    periods: Sequence[Period], values: Sequence[float | None], settled: Sequence[bool], place: int
) -> str | None:
    if values[place] is None:
        return None
    if not settled[place]:
        return "tail"
    if periods[place].status is Status.OFF_TARGET:
        return "off"
    if periods[place].status is Status.AT_RISK:
        return "watch"
    near = [values[n] for n in (place - 1, place + 1) if 0 <= n < len(values)]
    return "alone" if all(value is None for value in near) else None


def domain(rows: pl.DataFrame) -> tuple[float, float]:
    """The range all layers share: every settled value, target and limit, and a little room; never forced to zero.

    It grows towards what is provisional or expected, but by no more than a third: half a week of a sum would flatten
    all others.
    """
    settled = _told(rows, LEVELS)
    told = settled if rows["value"].count() else [*settled, *_told(rows, REACHING)]
    if not told:
        return 0.0, 1.0
    low, high = min(told), max(told)
    size = (high - low) or abs(high) or 10.0
    low, high = low - size * MARGIN, high + size * MARGIN
    room = (high - low) * ROOM
    near = [
        each - size * MARGIN / 2 * sign
        for each in _told(rows, ["tail"])
        for sign in (1, -1)
        if low - room <= each <= high + room
    ]
    far = _told(rows, [name for name in REACHING if name != "tail"])
    return (
        min(low, max(min([low, *near, *far]), low - room)),
        max(high, min(max([high, *near, *far]), high + room)),
    )


def fitted(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with everything inside the range; a provisional value beyond it is a mark at the edge."""
    low, high = domain(rows)
    provisional = pl.col("mark") == "tail"
    under, over = provisional & (pl.col("tail") < low), provisional & (pl.col("tail") > high)
    marked = rows.with_columns(
        pl.when(under).then(pl.lit("under")).when(over).then(pl.lit("over")).otherwise("mark").alias("mark"),
        pl.when(under).then(low).when(over).then(high).alias("edge"),
        pl.when(under | over).then(None).otherwise("tail").alias("tail"),
    )
    ahead = [name for name in ("ahead", "ahead_low", "ahead_high") if name in rows.columns]
    return marked.with_columns(pl.col(ahead).clip(low, high)) if ahead else marked


def _told(rows: pl.DataFrame, names: Sequence[str]) -> list[float]:
    return [each for name in names if name in rows.columns for each in rows[name].drop_nulls().to_list()]
