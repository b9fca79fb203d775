"""What a proposed target would have done to the last twelve months, beside the one that counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from kpi.catalog import find
from kpi.model import Better, Kpi
from kpi.period import Every, whole_periods
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement, Status
from store.home import Store
from store.scope import Principal
from store.state import TargetRow, WrongEntry

WEEKS, MONTHS = 52, 12


@dataclass(frozen=True)
class Missed:
    """Periods off target, and how many unbroken runs of them there were: how often it would have fired."""

    periods: int
    runs: int


@dataclass(frozen=True)
class Foreseen:
    """Of `judged` periods with a value: what is missed by the target in force, and by the proposed one."""

    every: Every
    judged: int
    now: Missed
    then: Missed


def foresee(store: Store, principal: Principal, row: TargetRow, closed: date) -> Foreseen:
    """
    As if the proposed level had counted in each of the last 52 closed weeks (12 months for a monthly KPI), for its
    segment only. Raises NotAllowed and SliceError.
    """
    kpi = find(row.kpi)
    every, count = (Every.MONTH, MONTHS) if kpi.monthly else (Every.WEEK, WEEKS)
    span = whole_periods(every, closed, count)
    always = replace(row, valid_from=min(row.valid_from, span.start), valid_to=None)
    question = Question(span, every, where=row.pairs, percentiles=False)
    frames = (store.state.targets.frame(principal), store.state.targets.frame_after(principal, [always]))
    now, then = (
        values(store.lake, principal, kpi, question, Judgement(targets=frame, where=row.pairs, closed=closed))
        for frame in frames
    )
    return Foreseen(every, int(now["value"].count()), missed(now), missed(then))


def missed(scored: pl.DataFrame) -> Missed:
    """Counted over the periods in their order; a period without data interrupts no run."""
    told = scored.sort("period").filter(pl.col("value").is_not_null())["status"]
    off = (told == Status.OFF_TARGET.value).fill_null(False)
    begins = off & ~off.shift(1, fill_value=False)
    return Missed(int(off.sum()), int(begins.sum()))


def checked(rows: Sequence[TargetRow]) -> list[TargetRow]:
    """The rows, where every KPI and every dimension of a segment exists, and the watch line lies on the worse side.

    Raises UnknownKpi, WrongEntry.
    """
    for row in rows:
        kpi = find(row.kpi)
        if unknown := set(row.pairs) - set(kpi.dimensions):
            raise WrongEntry(
                f"Target of '{row.kpi}' for '{row.segment}': the KPI has no dimension {', '.join(sorted(unknown))}; "
                f"it has {', '.join(kpi.dimensions)}."
            )
        _check_side(kpi, row)
    return list(rows)


def _check_side(kpi: Kpi, row: TargetRow) -> None:
    worse = 1 if kpi.better is Better.LOWER else -1
    if row.warn is not None and (row.warn - row.target) * worse < 0:
        raise WrongEntry(
            f"Target of '{row.kpi}': the watch line {row.warn} is better than the target {row.target}; it is the "
            "worse of the two."
        )
    if row.stretch is not None and (row.stretch - row.target) * worse > 0:
        raise WrongEntry(
            f"Target of '{row.kpi}': the stretch goal {row.stretch} is worse than the target {row.target}; it is "
            "the better of the two."
        )
