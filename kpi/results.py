"""What a page or the command line asks: the values of KPIs over time, by slice, from components or from facts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import polars as pl

from kpi.access import NotAllowed, require_seen
from kpi.engine import grains
from kpi.ledger import entries
from kpi.levels import AsOfDay
from kpi.model import Distinct, Distribution, Kpi
from kpi.percentiles import with_distinct, with_percentiles
from kpi.period import Every, end_of
from kpi.question import Question
from kpi.reading import summed
from kpi.score import Judgement, Status, score
from kpi.tables import component_table
from kpi.words import say
from store.contract import Kind, fields
from store.lake import Lake
from store.scope import Principal

LONGEST_SLICE_DAYS = 92
SCORED = {"status", "target", "warn", "flag", "open"}  # names of scored columns are no names of slices


class SliceError(ValueError):
    """A KPI cannot be cut the way that was asked."""


def values(
    lake: Lake, principal: Principal, kpi: Kpi, question: Question, judgement: Judgement | None = None
) -> pl.DataFrame:
    """Scored rows of one KPI (columns as `kpi.score.score`; for durations also `median`, `p90` and `oldest_age`).

    The total of a selection without any row is one row without data. Raises
    NotAllowed outside the scope and SliceError for a dimension the KPI does not have.
    """
    return values_of(lake, principal, [kpi], question, judgement)[kpi.key]


def values_of(
    lake: Lake,
    principal: Principal,
    kpis: Sequence[Kpi],
    question: Question,
    judgement: Judgement | None = None,
) -> dict[str, pl.DataFrame]:
    """Scored rows of several KPIs by key; each grain is read once."""
    for kpi in kpis:
        check(principal, kpi, question)
    found = summed(lake, principal, kpis, question)
    judgement = replace(judgement or Judgement(), where={**question.where})
    done = {kpi.key: _finished(lake, principal, kpi, found[kpi.key], question, judgement) for kpi in kpis}
    return done | {key: _without_value(done[key]) for key in _half_known(lake, kpis)}


def _half_known(lake: Lake, kpis: Sequence[Kpi]) -> list[str]:
    """Ratios of two facts, or KPIs with a `needs`, of which one has never had a row: nothing told is not zero."""
    two = [kpi for kpi in kpis if len({rows.fact.name for rows in kpi.sides}) > 1]
    known = entries(lake) if two else {}
    half = [kpi.key for kpi in two if any(component_table(grain) not in known for grain in grains([kpi]))]
    return half + [kpi.key for kpi in kpis if any(lake.version(name) < 0 for name in kpi.needs)]


def _without_value(scored: pl.DataFrame) -> pl.DataFrame:
    return scored.with_columns(value=pl.lit(None, pl.Float64), status=pl.lit(Status.NO_DATA.value))


def _finished(
    lake: Lake, principal: Principal, kpi: Kpi, frame: pl.DataFrame, question: Question, judgement: Judgement
) -> pl.DataFrame:
    ends = partial(_last_day, question)
    bare = frame.is_empty() and question.every is Every.TOTAL and not question.by
    if bare:
        frame = _nothing(frame, question.span.start)
    if isinstance(kpi, Distinct):
        frame = with_distinct(lake, principal, kpi, frame, question)
    scored = score(kpi, frame, question.by, judgement, ends)
    if bare and isinstance(kpi, AsOfDay):
        return _without_value(scored)
    if not isinstance(kpi, Distribution):
        return scored
    aged = scored.with_columns(_age(lake, kpi, question).alias("oldest_age"))
    return with_percentiles(lake, principal, kpi, aged, question) if question.percentiles else aged


def _nothing(frame: pl.DataFrame, start: date) -> pl.DataFrame:
    """One row of zeros, so that no rows at all are told as no data."""
    empty = pl.DataFrame([{"period": start}], schema={"period": pl.Date})
    told = pl.concat([frame, empty.cast({"period": frame.schema["period"]})], how="diagonal")
    return told.with_columns(pl.col("^.*__(?:num|den|n|wait|wait_den|sq|open|(?:x|share)_.*)$").fill_null(0))


def _age(lake: Lake, kpi: Distribution, question: Question) -> pl.Expr:
    """How long the oldest open one has waited at the moment of evaluation, in the KPI's unit."""
    (grain,) = grains([kpi])
    known = entries(lake).get(component_table(grain))
    epoch = question.as_of.epoch if question.as_of else known.as_of_epoch if known else None
    return (pl.lit(epoch, pl.Int64) - pl.col("oldest")) / kpi.unit.divisor


def _last_day(question: Question, start: date) -> date:
    return end_of(question.every, start, question.span)


def check(principal: Principal, kpi: Kpi, question: Question) -> None:
    """Raise NotAllowed or SliceError when this question must not or cannot be answered."""
    require_seen(principal, kpi)
    market = question.where.get("market")
    if market is not None and not principal.scope.sees_market(market):
        raise NotAllowed(
            say(
                "{name} may not see market '{market}'; ask an administrator.",
                name=principal.name,
                market=market,
            )
        )
    team = question.where.get("team")
    if not principal.scope.sees_team(team):
        raise NotAllowed(
            say("{name} may not see team '{team}'; ask an administrator.", name=principal.name, team=team)
        )
    asked = {*question.by, *question.where}
    if unknown := asked - sliceable(kpi):
        raise SliceError(
            say(
                "KPI '{kpi}' cannot be cut by {unknown}; it can be cut by {known}.",
                kpi=kpi.key,
                unknown=", ".join(sorted(unknown)),
                known=", ".join(sorted(sliceable(kpi))),
            )
        )
    if asked - set(kpi.dimensions) and question.span.days > LONGEST_SLICE_DAYS:
        raise SliceError(
            say(
                "A slice by {names} is read from the facts, for at most {most} days; {asked} were asked. "
                "Shorten the span.",
                names=", ".join(sorted(asked - set(kpi.dimensions))),
                most=LONGEST_SLICE_DAYS,
                asked=question.span.days,
            )
        )


def sliceable(kpi: Kpi) -> set[str]:
    """The dimensions of the components, and the other short texts every fact of the KPI has."""
    texts = [
        {
            column.name
            for column in fields(rows.fact).values()
            if column.kind is Kind.TEXT and not column.name.endswith("_id")
        }
        for rows in kpi.sides
    ]
    return set(kpi.dimensions) | (set.intersection(*texts) - SCORED)
