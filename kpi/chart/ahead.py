"""What is expected after what is known, as rows a trend can go on with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpi.forecast.stored import Outlook, Point
from kpi.model import Kpi, Unit

FEWEST, SHARE = 4, 3
NAMES = ("ahead", "ahead_low", "ahead_high")


@dataclass(frozen=True, eq=False)
class Ahead:
    """One row a period ahead: `day`, `ahead`, `ahead_low`, `ahead_high` as drawn, and `shown`, the same in words."""

    rows: pl.DataFrame

    @property
    def first(self) -> str:
        """The first day it speaks of."""
        return str(self.rows["day"][0])


def drawn(outlook: Outlook, shown: int) -> tuple[Point, ...]:
    """The points a chart of so many periods has room for: a third of them, at least four."""
    return outlook.points[: max(FEWEST, shown // SHARE)]


def ahead_of(kpi: Kpi, outlook: Outlook, shown: int, write: Callable[[float], str]) -> Ahead | None:
    """The points of a stored forecast that fit a chart of so many periods; None without any."""
    points = drawn(outlook, shown)
    if not points:
        return None
    scale = 100 if kpi.unit is Unit.PERCENT else 1
    told = [
        (each.start.isoformat(), *(_times(n, scale) for n in (each.value, each.low, each.high)), _said(each, write))
        for each in points
    ]  # fmt: skip
    schema = {"day": pl.String, **dict.fromkeys(NAMES, pl.Float64), "shown": pl.String}
    return Ahead(pl.DataFrame(told, schema=schema, orient="row"))


def gone_on(rows: pl.DataFrame, ahead: Ahead, week: Callable[[date], str], word: str) -> pl.DataFrame:
    """The rows with the columns of `NAMES`: they begin at the last value known, and go on behind the last row."""
    known = rows.filter(pl.col("day") < ahead.first, pl.col("value").is_not_null()).tail(1)
    start = known.select("day", *(pl.col("value").alias(name) for name in NAMES))
    lines = pl.concat([start, ahead.rows.select("day", *NAMES)])
    beyond = ahead.rows.filter(~pl.col("day").is_in(rows["day"].to_list())).with_columns(
        pl.Series("week", _weeks(ahead.rows, rows, week), dtype=pl.String),
        pl.lit(word).alias("word"),
        pl.lit(False).alias("last"),
    )
    return pl.concat([rows.join(lines, on="day", how="left"), beyond], how="diagonal")


def _weeks(ahead: pl.DataFrame, rows: pl.DataFrame, week: Callable[[date], str]) -> Sequence[str]:
    known = set(rows["day"].to_list())
    return [week(date.fromisoformat(day)) for day in ahead["day"] if day not in known]


def _times(value: float | None, scale: int) -> float | None:
    return None if value is None else value * scale


def _said(point: Point, write: Callable[[float], str]) -> str:
    if point.low is None or point.high is None:
        return write(point.value)
    return f"{write(point.value)} ({write(point.low)} – {write(point.high)})"
