"""Why a KPI is off, in one figure: the slice that moved it beyond its size, over the weeks since it began."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from kpi.figures import change, figure, words
from kpi.model import UNKNOWN, Better, Kpi
from kpi.period import Span
from kpi.standing import Standing
from kpi.vocabulary import named
from kpi.why import OTHER, Cut, NoChange, NotAdditive, Why, why_moved
from kpi.why.comparing import spans_since
from kpi.words import say
from store.lake import Lake
from store.scope import Principal

LEAST_SHARE, LEAST_LIFT = 0.3, 0.15


@dataclass(frozen=True)
class Moved:
    """The periods before something began and those since, equally many."""

    earlier: Span
    later: Span


@dataclass(frozen=True)
class Reason:
    """One segment of a dimension: its own value before and after, in the KPI's unit, and its share of all movement."""

    dimension: str
    segment: str
    before: float | None
    after: float | None
    share: float


def moved_since(standing: Standing, since: date) -> Moved | None:
    """What to compare for what began on a day, as the KPI page does; None where nothing is before it."""
    spans = spans_since(standing, since)
    return None if spans is None else Moved(*spans)


def find_reason(
    lake: Lake, principal: Principal, kpi: Kpi, moved: Moved, where: Mapping[str, str] | None = None
) -> Reason | None:
    """The segment of any dimension that moved the KPI most beyond its size; None where none stands out."""
    names = tuple(name for name in kpi.dimensions if name not in (where or {}))
    if not names:
        return None
    try:
        why = why_moved(lake, principal, kpi, moved.earlier, moved.later, by=names, where=where)
    except (NoChange, NotAdditive):
        return None
    return telling(why)


def telling(why: Why) -> Reason | None:
    """Of all segments that moved with the whole, the one whose share of the movement most exceeds its share of rows.

    None where the KPI became no worse: what brought it nearer to its target is not why it is off.
    """
    if why.change == 0 or (why.change > 0) == (why.kpi.better is Better.HIGHER):
        return None
    found = [each for cut in why.cuts if (each := _best(cut, why.change)) is not None]
    return max(found, key=lambda each: each[0])[1] if found else None


def _best(cut: Cut, change: float) -> tuple[float, Reason] | None:
    """How far the segment stands out, and the segment."""
    rows = cut.contributions.with_columns(
        lift=pl.col("share") - pl.col("rows1") / pl.max_horizontal(pl.col("rows1").sum(), 1)
    ).filter(
        pl.col("total") * change > 0,
        pl.col("share") >= LEAST_SHARE,
        pl.col("lift") >= LEAST_LIFT,
        ~pl.col("segment").is_in([OTHER, UNKNOWN]),
    )
    if rows.is_empty():
        return None
    row = rows.sort("lift", descending=True).row(0, named=True)
    reason = Reason(cut.dimension, row["segment"], row["before"], row["after"], row["share"])
    return row["lift"], reason


def reason_words(kpi: Kpi, reason: Reason, currency: str) -> str:
    """`Market JP 42.9 %, −51 pp`."""
    value = figure(kpi, reason.after, currency)
    moved = change(kpi, reason.after, reason.before, currency)
    kind = say(words(reason.dimension))
    segment = named(reason.segment)
    same = segment.casefold().startswith(kind.casefold())
    told = segment if same else f"{kind} {segment}"
    return f"{told} {value}, {moved}" if moved else f"{told} {value}"
