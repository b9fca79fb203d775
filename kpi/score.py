"""Components to values: sum to the level asked, divide last, then say how far the value can be trusted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import mul

import polars as pl

from kpi.distinct import DistinctShare
from kpi.engine import MISSING, column
from kpi.interval import wilson
from kpi.levels import AsOfDay, Model, Stock
from kpi.model import Better, Composite, Distinct, Kpi, Ratio, Scaled, Total
from kpi.period import months_in
from kpi.rolled import Rolled, slices
from kpi.shares import Product
from kpi.words import marked, say
from store.state.precedence import with_targets

DAYS_A_YEAR = 365


class Status(StrEnum):
    """How a value stands; one vocabulary everywhere, tried in this order."""

    NO_DATA = "no_data"
    INCOMPLETE = "incomplete"
    SMALL_SAMPLE = "small_sample"
    PROVISIONAL = "provisional"
    ON_TARGET = "on_target"
    AT_RISK = "at_risk"
    OFF_TARGET = "off_target"
    OK = "ok"

    @property
    def word(self) -> str:
        """What a page says, in the reader's language."""
        return say(STATUS_WORDS[self])


STATUS_WORDS = {
    Status.NO_DATA: marked("No data"), Status.INCOMPLETE: marked("Unknown"),
    Status.SMALL_SAMPLE: marked("Not sure"), Status.PROVISIONAL: marked("Provisional"),
    Status.ON_TARGET: marked("On target"), Status.AT_RISK: marked("Watch"),
    Status.OFF_TARGET: marked("Off target"), Status.OK: marked("No target"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a score is judged against: targets, the smallest sample, and up to which day periods are complete.

    `targets`: rows of `store.state.precedence.FRAME`; the definition's own target where none applies.
    `where`: the slice all rows were filtered by. `closed`: the last day whose periods can be final; `synced`: the
    last day the sources have reported.
    """

    targets: pl.DataFrame | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    minimum: int | None = None
    closed: date | None = None
    synced: date | None = None


def reason_columns(kpi: Kpi) -> list[str]:
    """Reasons a row of the KPI may be left out for, over all its sides, without doubles."""
    told = [reason for rows in kpi.sides for reason in [*rows.excluded, MISSING]]
    return list(dict.fromkeys(told))


def sums(kpi: Kpi, components: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Components summed to `period` and slice: whole numbers, nothing divided yet."""
    oldest = column(kpi, "oldest")
    keys = ["period", *by]
    added = [name for name in components.columns if name.startswith(f"{kpi.key}__") and name != oldest]
    return components.group_by(keys).agg(
        *(pl.col(name).sum() for name in added),
        *([pl.col(oldest).min()] if oldest in components.columns else []),
    )


def score(
    kpi: Kpi,
    components: pl.DataFrame,
    by: Sequence[str] = (),
    judgement: Judgement | None = None,
    ends: Callable[[date], date] = lambda start: start,
) -> pl.DataFrame:
    """One row a period and slice: `period`, the slice, `numerator`, `denominator`, `value`, `status`, `target`, `warn`,
    `n`, `immature`, `immature_denominator` and `excluded_<reason>`; sums are in the KPI's own unit.

    A product also has its factors as `share_<name>`. A zero denominator gives no value. Shares of rows have their
    95 % interval in `low` and `high`; a value that cannot be right has the word for it in `flag`. `ends` tells the
    last day of a period from its first.
    """
    beside = [what for what in ("open", "oldest") if column(kpi, what) in components.columns]
    rows = _summed(kpi, components, by).select(
        "period",
        *by,
        _shown(kpi, "num", kpi.numerator_per).alias("numerator"),
        _shown(kpi, "den", kpi.denominator_per).alias("denominator"),
        _value(kpi).alias("value"),
        *_interval(kpi),
        pl.col(column(kpi, "n")).alias("n"),
        pl.col(column(kpi, "wait")).alias("immature"),
        _shown(kpi, "wait_den", kpi.denominator_per).alias("immature_denominator"),
        *(pl.col(column(kpi, f"x_{reason}")).alias(f"excluded_{reason}") for reason in reason_columns(kpi)),
        *(pl.col(column(kpi, what)).alias(what) for what in beside),
        *_shares(kpi),
    )
    scaled = _scaled(kpi, rows.sort("period", *by), ends)
    flagged = scaled.with_columns(_flag(kpi).alias("flag"))
    return judge(kpi, flagged, by, judgement or Judgement(), ends)


def _summed(kpi: Kpi, components: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The sums asked for; for a product along a dimension also that product, in the column `<key>__product`."""
    rows = sums(kpi, components, by)
    if not isinstance(kpi, Rolled):
        return rows
    steps = slices(kpi, tuple(by)) if kpi.along in components.columns else by
    bottom = pl.col(column(kpi, "den"))
    ratio = pl.when(bottom != 0).then(pl.col(column(kpi, "num")) / bottom)
    product = pl.when(ratio.is_not_null().all()).then(ratio.product()).alias(column(kpi, "product"))
    told = pl.sum_horizontal(column(kpi, "n"), *(column(kpi, f"x_{each}") for each in reason_columns(kpi)))
    rolled = sums(kpi, components, steps).filter(told > 0).group_by("period", *by).agg(product)
    return rows.join(rolled, on=["period", *by], how="left", nulls_equal=True)


def _shown(kpi: Kpi, what: str, stored_per_unit: int) -> pl.Expr:
    """Whole numbers stay whole where one stored unit is one shown unit."""
    stored = pl.col(column(kpi, what))
    return stored / stored_per_unit if stored_per_unit > 1 else stored


def _interval(kpi: Kpi) -> list[pl.Expr]:
    if not kpi.is_share_of_rows:
        return []
    low, high = wilson(pl.col(column(kpi, "num")), pl.col(column(kpi, "den")))
    return [low.alias("low"), high.alias("high")]


def _scaled(kpi: Kpi, rows: pl.DataFrame, ends: Callable[[date], date]) -> pl.DataFrame:
    """Turns a year, or days of stock: by the length of the period in months of equal length."""
    if not isinstance(kpi, Ratio) or kpi.scaled is Scaled.AS_IS:
        return rows
    months = [months_in(period, ends(period)) for period in rows["period"]]
    a_year = DAYS_A_YEAR * kpi.unit.divisor  # the value was divided by seconds a day, but it is no duration
    by = [12 / each if kpi.scaled is Scaled.PER_YEAR else a_year * each / 12 for each in months]
    return rows.with_columns(pl.col("value") * pl.Series("by", by, dtype=pl.Float64))


def _shares(kpi: Kpi) -> list[pl.Expr]:
    """The factors of a product, by name; null where nothing is counted."""
    if not isinstance(kpi, Product):
        return []
    bottom = pl.col(column(kpi, "den"))
    told = {name: pl.col(column(kpi, f"share_{name}")) for name in kpi.shares}
    return [pl.when(bottom != 0).then(right / bottom).alias(f"share_{name}") for name, right in told.items()]


def _flag(kpi: Kpi) -> pl.Expr:
    if kpi.flag is None:
        return pl.lit(None, pl.String)
    return pl.when(pl.col("value") > kpi.flag.above).then(pl.lit(kpi.flag.word))


def _value(kpi: Kpi) -> pl.Expr:
    top, bottom = pl.col(column(kpi, "num")), pl.col(column(kpi, "den"))
    counted = pl.col(column(kpi, "n"))
    match kpi:
        case Product():
            shares = [pl.col(column(kpi, f"share_{name}")) / bottom for name in kpi.shares]
            return pl.when(bottom != 0).then(reduce(mul, shares))
        case DistinctShare():
            return pl.when(bottom != 0).then(top / bottom)
        case Total() | Distinct() | Stock():
            return pl.when(counted > 0).then(top / kpi.unit.divisor)
        case Rolled():
            return pl.col(column(kpi, "product"))
        case AsOfDay(state=None):
            return top / kpi.unit.divisor
        case Ratio() | Composite() | Model() | AsOfDay():
            return pl.when(bottom != 0).then(top / kpi.unit.divisor / (bottom / kpi.unit.denominator_divisor))
        case _:
            return pl.when(bottom != 0).then(top / kpi.unit.divisor / bottom)


def judge(
    kpi: Kpi, rows: pl.DataFrame, by: Sequence[str], judgement: Judgement, ends: Callable[[date], date]
) -> pl.DataFrame:
    """Add `target`, `warn` and `status` to scored rows; a period is judged by the target of its own first day."""
    last = [ends(period) for period in rows["period"]]
    judged = _with_targets(kpi, rows, by, judgement).with_columns(pl.Series("_last", last, dtype=pl.Date))
    return judged.with_columns(_status(kpi, judgement).alias("status")).drop("_last")


def _with_targets(kpi: Kpi, rows: pl.DataFrame, by: Sequence[str], judgement: Judgement) -> pl.DataFrame:
    at, warn = (kpi.target.at, kpi.target.warn) if kpi.target else (None, None)
    own = rows.with_columns(
        pl.lit(at, dtype=pl.Float64).alias("target"), pl.lit(warn, dtype=pl.Float64).alias("warn")
    )
    if judgement.targets is None or judgement.targets.filter(pl.col("kpi") == kpi.key).is_empty():
        return own
    said = with_targets(rows.select("period", *by), judgement.targets, kpi.key, "period", judgement.where)
    set_by_hand = said["target"].is_not_null()
    return own.with_columns(
        pl.when(set_by_hand).then(said["target"]).otherwise("target").alias("target"),
        pl.when(set_by_hand).then(said["warn"].fill_null(said["target"])).otherwise("warn").alias("warn"),
    )


def _status(kpi: Kpi, judgement: Judgement) -> pl.Expr:
    minimum = kpi.minimum if judgement.minimum is None else judgement.minimum
    missing = [pl.col(f"excluded_{reason}") > 0 for reason in kpi.incomplete_if]
    if judgement.synced is not None:
        missing.append(pl.col("_last") > judgement.synced)
    waits = [pl.col("immature") > 0]
    if judgement.closed is not None:
        waits.append(pl.col("_last") > judgement.closed)
    return (
        pl.when(pl.col("value").is_null()).then(pl.lit(Status.NO_DATA.value))
        .when(pl.any_horizontal(missing) if missing else pl.lit(False)).then(pl.lit(Status.INCOMPLETE.value))
        .when(pl.col("n") < minimum).then(pl.lit(Status.SMALL_SAMPLE.value))
        .when(pl.any_horizontal(waits)).then(pl.lit(Status.PROVISIONAL.value))
        .otherwise(band(kpi.better))
    )  # fmt: skip


def band(better: Better) -> pl.Expr:
    """The raw band of `value` against `target` and `warn`; `ok` where there is no target."""
    value, at, warn = pl.col("value"), pl.col("target"), pl.col("warn")
    met, close = (value >= at, value >= warn) if better is Better.HIGHER else (value <= at, value <= warn)
    return (
        pl.when(at.is_null()).then(pl.lit(Status.OK.value))
        .when(met).then(pl.lit(Status.ON_TARGET.value))
        .when(close).then(pl.lit(Status.AT_RISK.value))
        .otherwise(pl.lit(Status.OFF_TARGET.value))
    )  # fmt: skip
