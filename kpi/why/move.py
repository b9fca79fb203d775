"""Why a KPI moved between two spans: its change divided by every dimension, or refused with a reason."""

from collections.abc import Mapping, Sequence
from functools import reduce
from math import isclose

import polars as pl

from kpi.engine import AsOf
from kpi.levels import AsOfDay, Stock
from kpi.model import Distinct, Kpi, Total
from kpi.period import Span
from kpi.question import Question
from kpi.results import values
from kpi.rolled import Rolled
from kpi.score import Judgement, Status
from kpi.why.contributions import SUMS, NoChange, differences, mix_and_rate, numerator_and_denominator
from kpi.why.factors import factor_cut
from kpi.why.model import Cut, Limits, Measure, Method, Why
from kpi.why.ranking import (
    Note,
    concentration,
    folded,
    is_mix_effect,
    ranked,
    with_significance,
    without_significance,
)
from kpi.words import say
from store.lake import Lake
from store.scope import Principal

UNSETTLED = {Status.PROVISIONAL.value, Status.INCOMPLETE.value, Status.SMALL_SAMPLE.value}


class NotAdditive(ValueError):
    """The figure cannot be divided among segments; the message says what to ask instead."""


def why_moved(
    lake: Lake,
    principal: Principal,
    kpi: Kpi,
    earlier: Span,
    later: Span,
    *,
    by: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    measure: Measure = Measure.VALUE,
    as_of: AsOf | None = None,
    judgement: Judgement | None = None,
) -> Why:
    """The change of a KPI from `earlier` to `later`, divided by each dimension of `by` (all of the KPI by default).

    Values and totals are in the KPI's unit. `limits` are the control limits of the later value. Raises NotAdditive
    for distinct counts, percentiles and other figures that do not add up, NoChange without a value in one of the
    spans, NotAllowed and SliceError as `kpi.results.values`. Source: kpi-domain section 3.
    """
    refuse_what_does_not_add_up(kpi, measure)
    spans, where = (earlier, later), where or {}
    totals = [
        values(lake, principal, kpi, Question(span, where=where, as_of=as_of, percentiles=False), judgement)
        for span in spans
    ]
    before, after = (_value(kpi, total, span) for total, span in zip(totals, spans, strict=True))
    scales = (_scale(kpi, totals[0]), _scale(kpi, totals[1]))
    names = _by(kpi, by, where)
    cuts: list[Cut] = []
    if names:
        cut_by = [Question(span, by=names, where=where, as_of=as_of, percentiles=False) for span in spans]
        slices = [values(lake, principal, kpi, each) for each in cut_by]
        cuts = [cut(kpi, name, _segments(slices, name, scales), after - before) for name in names]
    factors = None if as_of else factor_cut(lake, principal, kpi, spans, (before, after), where)
    settled = not any(total["status"].item() in UNSETTLED for total in totals)
    cuts.sort(key=lambda each: (-each.concentration, -float(each.contributions["share"].max() or 0.0)))  # type: ignore[arg-type]
    return Why(kpi, earlier, later, before, after, tuple(cuts), factors, _notes(limits, after, settled))


def refuse_what_does_not_add_up(kpi: Kpi, measure: Measure = Measure.VALUE) -> None:
    """Raise NotAdditive, with what to ask instead, unless the parts of the figure add up to the whole."""
    if measure is not Measure.VALUE:
        raise NotAdditive(
            say(
                "The {measure} of '{kpi}' cannot be divided: percentiles of segments do not add up. Ask about the mean "
                "(the value itself), or about a KPI that counts the share within a limit, such as response_sla_rate.",
                measure=say("median") if measure is Measure.MEDIAN else say("90th percentile"),
                kpi=kpi.key,
            )
        )
    if isinstance(kpi, Distinct):
        raise NotAdditive(
            say(
                "'{kpi}' counts different values of {column}; one of them can stand in several segments, so segments "
                "do not add up. Compare the segments' own values (`fairlead kpi values {kpi} --by ...`), or ask about "
                "a sum such as net_sales.",
                kpi=kpi.key,
                column=kpi.of,
            )
        )


def _by(kpi: Kpi, by: Sequence[str], where: Mapping[str, str]) -> tuple[str, ...]:
    """The dimensions to divide by; none for a product of steps, which divides by its steps alone."""
    if not isinstance(kpi, Rolled):
        return tuple(by) or tuple(name for name in kpi.dimensions if name not in where)
    if other := [name for name in by if name != kpi.along]:
        raise NotAdditive(
            say(
                "'{kpi}' is a product along {along}; {other} cannot divide it. Ask without --by for its steps, or with "
                "--where for one {first}.",
                kpi=kpi.key,
                along=kpi.along,
                other=", ".join(other),
                first=other[0],
            )
        )
    return ()


def _value(kpi: Kpi, total: pl.DataFrame, span: Span) -> float:
    value = total["value"].item()
    if value is None:
        raise NoChange(
            say(
                "'{kpi}' has no value from {start} to {end}, so there is no change to explain; "
                "choose a span with data.",
                kpi=kpi.key,
                start=span.start,
                end=span.end,
            )
        )
    return float(value)


def _scale(kpi: Kpi, total: pl.DataFrame) -> float:
    """What the ratio of the sums is multiplied by to give the value: turns a year, days of stock; else 1."""
    top, bottom, value = (float(total[name].item() or 0.0) for name in ("numerator", "denominator", "value"))
    if _is_sum(kpi) or not top or not bottom or isclose(value, top / bottom, rel_tol=1e-12):
        return 1.0
    return value * bottom / top


def _is_sum(kpi: Kpi) -> bool:
    """The value is one sum and no ratio."""
    return isinstance(kpi, Total | Stock) or (isinstance(kpi, AsOfDay) and kpi.state is None)


def _segments(slices: Sequence[pl.DataFrame], name: str, scales: tuple[float, float]) -> pl.DataFrame:
    """Sums before and after by one dimension: `segment`, `n0`, `d0`, `n1`, `d1`, `rows0`, `rows1`."""
    sides = [
        frame.group_by(pl.col(name).alias("segment")).agg(
            (pl.col("numerator").sum().cast(pl.Float64) * scales[place]).alias(f"n{place}"),
            pl.col("denominator").sum().cast(pl.Float64).alias(f"d{place}"),
            pl.col("n").sum().alias(f"rows{place}"),
        )
        for place, frame in enumerate(slices)
    ]
    joined = sides[0].join(sides[1], on="segment", how="full", coalesce=True)
    return joined.with_columns(pl.col(*SUMS, "rows0", "rows1").fill_null(0)).sort("segment")


def cut(kpi: Kpi, dimension: str, segments: pl.DataFrame, change: float) -> Cut:
    """The change by one dimension, from sums as `_segments` gives them; small segments of rates are folded."""
    method = method_of(kpi, segments)
    if method is not Method.NUMERATOR_AND_DENOMINATOR:
        segments = folded(segments, kpi.minimum)
    contributions = ranked(CONTRIBUTIONS[method](segments))
    tested = kpi.is_share_of_rows and method is Method.MIX_AND_RATE
    told = with_significance(contributions) if tested else without_significance(contributions)
    notes = (Note.MIX_EFFECT,) if is_mix_effect(told, change) else ()
    return Cut(dimension, method, told.drop(SUMS), concentration(told), notes)


CONTRIBUTIONS = {
    Method.ADDITIVE: differences,
    Method.MIX_AND_RATE: mix_and_rate,
    Method.NUMERATOR_AND_DENOMINATOR: numerator_and_denominator,
}


def method_of(kpi: Kpi, segments: pl.DataFrame) -> Method:
    """A sum by differences; a ratio of two facts, or one in which a segment has no denominator, by its two sums."""
    if _is_sum(kpi):
        return Method.ADDITIVE
    bare = [((pl.col(f"d{n}") <= 0) & (pl.col(f"n{n}") != 0)) | (pl.col(f"d{n}") < 0) for n in (0, 1)]
    without = bool(segments.select(reduce(lambda a, b: a | b, bare).any()).item())
    return Method.NUMERATOR_AND_DENOMINATOR if without or len(kpi.sides) > 1 else Method.MIX_AND_RATE


def _notes(limits: Limits | None, after: float, settled: bool) -> tuple[Note, ...]:
    said = [] if settled else [Note.NOT_FINAL]
    if limits is None:
        return (*said, Note.NO_LIMITS)
    return (*said, Note.NOTHING_STANDS_OUT) if limits.hold(after) else tuple(said)
