"""Adherence beside the outcome a procedure is for: where each stands, what to do, and what is missing to say so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from kpi.access import sees
from kpi.catalog import KPIS, find
from kpi.interval import ratio_interval
from kpi.model import Better, Kpi
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values, values_of
from kpi.score import Judgement
from sop.adherence import Measured, Told
from sop.adherence.reading import measured
from sop.diagnosis.association import Association, association
from sop.diagnosis.verdict import STANDARD
from sop.procedure import KpiLink
from sop.quadrant import FOLLOWED, MOVES, RESULT, Move, Quadrant, Standing, missing, standing
from sop.share import Share
from store.lake import Lake
from store.scope import Principal

WEEK = timedelta(weeks=1)
SPREAD = 8  # weeks until a ratio that is no share of rows says anything


@dataclass(frozen=True)
class Place:
    """
    One procedure: `quadrant` with what to do; how many cases (or checks, where systems judge none) followed it; the
    outcome as the KPI has it over the days `lag_days` later, with its target.
    """

    sop: str
    kpi: str
    lag_days: int
    quadrant: Quadrant
    adherence: Measured | None
    by_systems: bool
    value: float | None
    target: float | None


@dataclass(frozen=True)
class Reader:
    """Who asks, of what; `judgement` holds the targets in force."""

    lake: Lake
    principal: Principal
    judgement: Judgement = field(default_factory=Judgement)


def places(
    reader: Reader, outcomes: Iterable[tuple[str, KpiLink]], span: Span, day: date
) -> tuple[Place, ...]:
    """
    Where procedures stand that declare an outcome (key and link) the principal sees, of those that were judged or
    checked in the span; none of the outcome's days lie after `day`.
    """
    accounts = measured(reader.lake, reader.principal, (Told.CASES, Told.PASSED), span, ("sop",), {})
    able = [
        (sop, link)
        for sop, link in outcomes
        if link.kpi in KPIS and sees(reader.principal, KPIS[link.kpi])
        and any((sop,) in own for own in accounts.values())
    ]  # fmt: skip
    totals = _read(reader, able, span, day, Every.TOTAL)
    weeks = _read(
        reader,
        [(sop, link) for sop, link in able if not KPIS[link.kpi].is_share_of_rows],
        span,
        day,
        Every.WEEK,
    )
    found = []
    for sop, link in able:
        cases, checks = accounts[Told.CASES].get((sop,)), accounts[Told.PASSED].get((sop,))
        total = totals[link].row(0, named=True)
        found.append(_place(sop, link, cases or checks, cases is not None, total, weeks.get(link)))
    return tuple(found)


def _read(
    reader: Reader, asked: Iterable[tuple[str, KpiLink]], span: Span, day: date, every: Every
) -> dict[KpiLink, pl.DataFrame]:
    """The outcomes of the days they lie later; those of the same days are read together."""
    links: dict[Span, dict[str, Kpi]] = {}
    asked = list(asked)
    for _, link in asked:
        links.setdefault(_shifted(span, link, day), {})[link.kpi] = KPIS[link.kpi]
    found = {
        days: values_of(
            reader.lake, reader.principal, list(kpis.values()), Question(days, every, percentiles=False),
            reader.judgement,
        )
        for days, kpis in links.items()
    }  # fmt: skip
    return {link: found[_shifted(span, link, day)][link.kpi] for _, link in asked}


def _shifted(span: Span, link: KpiLink, day: date) -> Span:
    lag = timedelta(days=link.lag_days)
    return Span(min(span.start + lag, day), min(span.end + lag, day))


def _place(
    sop: str,
    link: KpiLink,
    followed: Measured | None,
    by_systems: bool,
    total: Mapping[str, Any],
    weeks: pl.DataFrame | None,
) -> Place:
    kpi = find(link.kpi)
    share = Share(round(followed.earned), round(followed.possible)) if followed else Share(0, 0)
    high, rest = FOLLOWED[standing(share, STANDARD.adherence)], missing(share, STANDARD.adherence)
    stands, more = _outcome(kpi, total, weeks)
    good = RESULT[stands]
    move = MOVES.get((high, good), Move.COLLECT_MORE_EVIDENCE)
    return Place(
        sop, kpi.key, link.lag_days, Quadrant(high, good, move, rest, more), followed, by_systems, total["value"],
        total["target"],
    )  # fmt: skip


def _outcome(kpi: Kpi, total: Mapping[str, Any], weeks: pl.DataFrame | None) -> tuple[Standing, int | None]:
    """Above the target is good; of a share of rows by Wilson, else by how much its weeks differ."""
    target, better = total["target"], kpi.better is Better.HIGHER
    if target is None or total["value"] is None:
        return Standing.UNCLEAR, None
    at = float(str(target))
    if kpi.is_share_of_rows:
        hits, of = round(float(str(total["numerator"]))), round(float(str(total["denominator"])))
        share, wanted = (Share(hits, of), at) if better else (Share(of - hits, of), 1 - at)
        return standing(share, wanted), missing(share, wanted)
    return (Standing.UNCLEAR if weeks is None else _by_weeks(_settled(weeks), at, better)), None


def _by_weeks(weeks: pl.DataFrame, at: float, better: bool) -> Standing:
    if weeks.height < SPREAD:
        return Standing.UNCLEAR
    bounds = ratio_interval(weeks["numerator"].to_list(), weeks["denominator"].to_list())
    if bounds is None:
        return Standing.UNCLEAR
    if bounds.lower >= at:
        return Standing.ABOVE if better else Standing.BELOW
    if bounds.upper < at:
        return Standing.BELOW if better else Standing.ABOVE
    return Standing.UNCLEAR


def _weeks(reader: Reader, kpi: Kpi, span: Span) -> pl.DataFrame:
    asked = Question(span, Every.WEEK, percentiles=False)
    found = values(reader.lake, reader.principal, kpi, asked, reader.judgement)
    return _settled(found)


def _settled(weeks: pl.DataFrame) -> pl.DataFrame:
    return weeks.filter(pl.col("denominator") > 0, pl.col("immature") == 0)


def together(reader: Reader, sop: str, link: KpiLink, span: Span, day: date) -> Association:
    """Do weeks in which the procedure is followed more have the better outcome, `lag_days` later (to the week)?"""
    kpi, lag = find(link.kpi), WEEK * round(link.lag_days / 7)
    if not sees(reader.principal, kpi):
        return association(())
    asked = Question(span, Every.WEEK, where={"sop": sop})
    told = find(Told.STEPS.value)
    if not sees(reader.principal, told):
        return association(())
    followed = values(reader.lake, reader.principal, told, asked, Judgement(minimum=0))
    later = _weeks(reader, kpi, Span(min(span.start + lag, day), min(span.end + lag, day)))
    outcome = dict(zip(later["period"], later["value"], strict=True))
    return association(_pairs(followed, outcome, lag))


def _pairs(
    followed: pl.DataFrame, outcome: dict[date, float | None], lag: timedelta
) -> Sequence[tuple[float, float]]:
    return [
        (row["value"], now)
        for row in followed.rows(named=True)
        if row["value"] is not None and (now := outcome.get(row["period"] + lag)) is not None
    ]
