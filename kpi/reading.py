"""Components read and summed to periods and slices: stored ones where they answer, else worked out from the facts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import narwhals as nw
import polars as pl

from kpi import as_of_day, over_time
from kpi.engine import AsOf, Grain, Part, component_columns, components, grains
from kpi.frozen import History, history
from kpi.ledger import Entry, entries
from kpi.model import Kpi, OverTime
from kpi.period import Span, end_of, period_of
from kpi.question import Question
from kpi.rolled import Rolled, slices
from kpi.tables import component_table
from store.contract import polars_schema
from store.lake import Lake
from store.scope import Principal

Rows = Callable[[Span], pl.LazyFrame]
Keep = Callable[[pl.DataFrame], pl.DataFrame]


def summed(
    lake: Lake, principal: Principal, kpis: Sequence[Kpi], question: Question
) -> dict[str, pl.DataFrame]:
    """Components of each KPI by key: `period`, the slice, and the KPI's own columns, a row for each of its sides.

    Each grain is read once for what adds up over time, once for each way a level is taken, once for states.
    """
    stored = entries(lake)
    frames: dict[str, list[pl.DataFrame]] = {kpi.key: [] for kpi in kpis}
    for grain in grains(kpis):
        known = stored.get(component_table(grain))
        live = _rows(lake, principal, grain, known, question)
        for ours, rows, keep in _by_history(lake, principal, grain, live, stored, question):
            for parts, frame in _by_reading(ours, rows, known, question):
                for part in parts:
                    frames[part.kpi.key].append(_own(part, keep(frame), question))
    return {key: pl.concat(found, how="diagonal_relaxed") for key, found in frames.items()}


def _own(part: Part, frame: pl.DataFrame, question: Question) -> pl.DataFrame:
    own = [name for name in frame.columns if name.startswith(f"{part.kpi.key}__")]
    return frame.select("period", *slices(part.kpi, question.by), *own)


def _by_history(
    lake: Lake,
    principal: Principal,
    grain: Grain,
    live: Rows,
    stored: Mapping[str, Entry],
    question: Question,
) -> Iterator[tuple[Sequence[Part], Rows, Keep]]:
    """The parts of a grain with their rows: most of the definition in force, some with frozen days before it.

    The state of things is not put together from both: a period stands as the definition of its last day has it.
    """
    aged: dict[str, History] = {}
    if question.as_of is None and not question.anew:
        aged = {part.kpi.key: past for part in grain.parts if (past := history(part.kpi, stored))}
    yield [part for part in grain.parts if part.kpi.key not in aged], live, _all
    for part in grain.parts:
        past = aged.get(part.kpi.key)
        if past is None:
            continue
        mixed = partial(_with_past, lake, principal, past, part, live)
        if as_of_day.is_state(part) and past.cut is not None:
            later = replace(past, cut=None)
            yield [part], mixed, partial(_ended, question, past.cut, before=True)
            mixed = partial(_with_past, lake, principal, later, part, live)
            yield [part], mixed, partial(_ended, question, past.cut, before=False)
        else:
            yield [part], mixed, _all


def _with_past(
    lake: Lake, principal: Principal, past: History, part: Part, live: Rows, span: Span
) -> pl.LazyFrame:
    return past.rows(lake, principal, part, live(span), span.holds())


def _all(frame: pl.DataFrame) -> pl.DataFrame:
    return frame


def _ended(question: Question, cut: date, frame: pl.DataFrame, *, before: bool) -> pl.DataFrame:
    ends = [end_of(question.every, period, question.span) < cut for period in frame["period"]]
    return frame.filter(pl.Series(ends, dtype=pl.Boolean) == before)


def _by_reading(
    parts: Sequence[Part], rows: Rows, known: Entry | None, question: Question
) -> Iterable[tuple[Sequence[Part], pl.DataFrame]]:
    """The parts that are read alike, each with its frame."""
    states = [part for part in parts if as_of_day.is_state(part)]
    flows = [part for part in parts if part not in states and part.rows.over_time is None]
    rolled = [part for part in flows if isinstance(part.kpi, Rolled)]
    taken: dict[OverTime, list[Part]] = {}
    for part in parts:
        if part.rows.over_time is not None:
            taken.setdefault(part.rows.over_time, []).append(part)
    if plain := [part for part in flows if part not in rolled]:
        yield plain, _added(rows(question.span), plain, question)
    for part in rolled:
        by_step = replace(question, by=slices(part.kpi, question.by))
        yield [part], _added(rows(question.span), [part], by_step)
    if states:
        as_of = question.as_of.day if question.as_of else known and known.as_of_day
        read = rows(as_of_day.reach(question.span))
        stood = as_of_day.states(read, states, as_of or question.span.end, question)
        yield states, stood
    for over, alike in taken.items():
        weighed = over_time.levels(rows(over_time.reach(over, question.span)), alike, over, question)
        yield alike, weighed


def _rows(lake: Lake, principal: Principal, grain: Grain, known: Entry | None, question: Question) -> Rows:
    """The grain's components of any days, by all its dimensions and those that are asked."""
    asked = {*question.by, *question.where}
    same = question.as_of is None or (known is not None and known.as_of_epoch == question.as_of.epoch)
    if known is None and question.as_of is None:
        return lambda span: _empty(grain, asked)
    if same and not question.anew and asked <= set(grain.dimensions):
        return lambda span: _stored(lake, principal, grain, span).filter(span.holds())
    as_of = question.as_of or AsOf(known.as_of_day, known.as_of_epoch)  # type: ignore[union-attr, arg-type]
    extra = sorted(asked - set(grain.dimensions))
    return lambda span: from_facts(lake, principal, grain, as_of, extra, span)


def _empty(grain: Grain, asked: Iterable[str]) -> pl.LazyFrame:
    names = {*grain.dimensions, *asked}
    schema = {"day": pl.Date, **dict.fromkeys(sorted(names), pl.String)}
    return pl.LazyFrame(schema={**schema, **dict.fromkeys(component_columns(grain), pl.Int64)})


def _stored(lake: Lake, principal: Principal, grain: Grain, span: Span) -> pl.LazyFrame:
    schema = pl.Schema(
        {
            "day": pl.Date(),
            **dict.fromkeys(grain.dimensions, pl.String()),
            **dict.fromkeys(component_columns(grain), pl.Int64()),
        }
    )
    return principal.scope.limit(lake.scan(component_table(grain), schema, span.bounds()))


def from_facts(
    lake: Lake, principal: Principal, grain: Grain, as_of: AsOf, extra: Sequence[str], span: Span
) -> pl.LazyFrame:
    """The components of a span straight from the facts: for another moment, or by `extra` dimensions, too."""
    wide = replace(grain, dimensions=(*grain.dimensions, *extra))
    stored = lake.scan(grain.fact.name, polars_schema(grain.fact), span.bounds(*grain.days))
    facts = principal.scope.limit(stored).filter(span.holds(*grain.days))
    rows = components(wide, nw.from_native(facts), as_of)
    return rows.filter(span.holds())


def _added(rows: pl.LazyFrame, parts: Sequence[Part], question: Question) -> pl.DataFrame:
    """Component rows of the span and slice, summed to period and `by`."""
    limits = [pl.col(name) == value for name, value in question.where.items()]
    ours = tuple(f"{part.kpi.key}__" for part in parts)
    names = [name for name in rows.collect_schema().names() if name.startswith(ours)]
    oldest = [name for name in names if name.endswith("__oldest")]
    return (
        rows.filter(*limits)
        .with_columns(period_of(question.every, question.span).alias("period"))
        .group_by("period", *question.by)
        .agg(pl.col(name).min() if name in oldest else pl.col(name).sum() for name in names)
        .collect()
    )
