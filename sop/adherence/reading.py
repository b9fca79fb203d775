"""Adherence by procedure, step, month, market and team, from prepared sums; no fact is touched."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from kpi.access import sees
from kpi.catalog import find
from kpi.interval import ratio_interval, wilson
from kpi.model import Kpi
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values_of
from kpi.score import Judgement
from sop.adherence.model import FEWEST, Followed, Measured, Misfit, Month, Told
from sop.share import Share
from store.lake import Lake
from store.scope import Principal

Key = tuple[str, ...]
Found = dict[Told, dict[Key, Measured]]
WEEK = timedelta(days=6)  # before a day, that with it are seven
ACCOUNTS = (Told.STEPS, Told.DONE, Told.ANSWERS)


class RunsOfDay(NamedTuple):
    """Checks and runs of one day by one version; an empty version was not told."""

    day: date
    version: str
    runs: int


def followed(
    lake: Lake,
    principal: Principal,
    span: Span,
    *,
    steps: bool = False,
    sop: str = "",
    market: str | None = None,
) -> tuple[Followed, ...]:
    """
    Every procedure by its key, or with `steps` every step; of one procedure where `sop` names it.

    Only what is kept by market is told of a market; what the principal may not see is left out. Raises NotAllowed for
    a market that is not the principal's.
    """
    by: Key = ("sop", "step") if steps else ("sop",)
    found = measured(lake, principal, ACCOUNTS, span, by, _where(sop, market))
    keys = sorted({key for told in found.values() for key in told})
    return tuple(
        Followed(key[0], key[-1] if steps else "", *(found[told].get(key) for told in ACCOUNTS))
        for key in keys
    )


def ordered(lake: Lake, principal: Principal, span: Span) -> dict[str, dict[Told, Measured]]:
    """Of each procedure: cases with every step followed, in exactly the expected order, and with all main steps."""
    found = measured(lake, principal, (Told.CASES, Told.EXACT, Told.MAIN), span, ("sop",), {})
    sops = {key[0] for told in found.values() for key in told}
    return {sop: {told: own[(sop,)] for told, own in found.items() if (sop,) in own} for sop in sorted(sops)}


def split(
    lake: Lake, principal: Principal, told: Told, span: Span, by: str, sop: str, step: str = ""
) -> dict[str, Measured]:
    """One account of a procedure or step by market, team or version; empty where it is not kept by that."""
    where = {"sop": sop} | ({"step": step} if step else {})
    found = measured(lake, principal, (told,), span, (by,), where)[told]
    return {key[0]: each for key, each in found.items()}


def months(
    lake: Lake,
    principal: Principal,
    span: Span,
    *,
    sop: str = "",
    step: str = "",
    market: str | None = None,
) -> tuple[Month, ...]:
    """The months of the span that have rows, by both accounts; of one procedure or step where it is named."""
    where = _where(sop, market) | ({"step": step} if step else {})
    by_systems, by_checks = (
        _periods(lake, principal, told, span, Every.MONTH, where) for told in (Told.STEPS, Told.ANSWERS)
    )
    return tuple(
        Month(start, by_systems.get(start), by_checks.get(start))
        for start in sorted(by_systems.keys() | by_checks.keys())
    )


def misfits(lake: Lake, principal: Principal, span: Span, sop: str = "") -> tuple[Misfit, ...]:
    """Steps of which answers said that they did not apply, the highest share first; those of few answers come last."""
    kpis = _asked(principal, (Told.ANSWERS,), {"sop", "step"})
    if not kpis:
        return ()
    asked = Question(span, Every.TOTAL, ("sop", "step"), _where(sop, None))
    rows = values_of(lake, principal, kpis, asked, Judgement(minimum=0))[kpis[0].key]
    found = [
        Misfit(str(row["sop"]), str(row["step"]), Share(apart, apart + int(row["n"])))
        for row in rows.rows(named=True)
        if (apart := int(row["excluded_not_applicable"]))
    ]
    return tuple(sorted(found, key=_by_share))


def _by_share(each: Misfit) -> tuple[bool, float, str, str]:
    return each.part.denominator < FEWEST, -(each.part.value or 0.0), each.sop, each.step


def by_versions(
    lake: Lake, principal: Principal, sop: str, major: int, days: Sequence[date]
) -> dict[date, Share]:
    """
    Checks and runs by any edition of a major version among all of the seven days up to each of some days, chosen in
    any way.
    """
    done = runs_by_version(lake, principal, sop, days)

    def share(until: date) -> Share:
        near = [each for each in done if until - WEEK <= each.day <= until]
        mine = [each for each in near if each.version.partition(".")[0] == str(major)]
        return Share(sum(each.runs for each in mine), sum(each.runs for each in near))

    return {until: share(until) for until in days} if done else {}


def runs_by_version(lake: Lake, principal: Principal, sop: str, days: Sequence[date]) -> list[RunsOfDay]:
    """How many checks and runs there were by each version, day by day, in the seven days up to each of some days."""
    kpis = _asked(principal, (Told.PASSED,), {"sop", "version"})
    if not kpis or not days:
        return []
    asked = Question(Span(min(days) - WEEK, max(days)), Every.DAY, ("version",), {"sop": sop})
    rows = values_of(lake, principal, kpis, asked, Judgement(minimum=0))[kpis[0].key]
    return [
        RunsOfDay(row["period"], str(row["version"] or ""), int(row["n"]) + int(row["excluded_not_random"]))
        for row in rows.rows(named=True)
    ]


def measured(
    lake: Lake,
    principal: Principal,
    told: Sequence[Told],
    span: Span,
    by: Key,
    where: Mapping[str, str],
) -> Found:
    """
    The accounts by slice over the whole span; those that are not kept by what is asked, or not for the principal, are
    empty. Bounds: Wilson's of rows, and of points those of a ratio over the weeks.
    """
    kpis = _asked(principal, told, {*by, *where})
    found: Found = {each: {} for each in told}
    rows = [kpi for kpi in kpis if kpi.is_share_of_rows]
    for kpi, frame in _read(lake, principal, rows, Question(span, Every.TOTAL, by, where)):
        found[Told(kpi.key)] = {_key(row, by): _of_rows(row) for row in frame.rows(named=True)}
    points = [kpi for kpi in kpis if not kpi.is_share_of_rows]
    for kpi, frame in _read(lake, principal, points, Question(span, Every.WEEK, by, where)):
        weeks = {tuple(map(str, key)): own for key, own in frame.partition_by(by, as_dict=True).items()}
        found[Told(kpi.key)] = dict(zip(weeks, _of_weeks(list(weeks.values())), strict=True))
    return found


def _periods(
    lake: Lake, principal: Principal, told: Told, span: Span, every: Every, where: Mapping[str, str]
) -> dict[date, Measured]:
    kpis = _asked(principal, (told,), set(where))
    read = _read(lake, principal, kpis, Question(span, every, (), where))
    return {row["period"]: _of_rows(row) for _, frame in read for row in frame.rows(named=True)}


def _asked(principal: Principal, told: Sequence[Told], names: set[str]) -> list[Kpi]:
    """The KPIs of these accounts that the principal sees and that are kept by all of the names."""
    kpis = [find(each.value) for each in told]
    return [kpi for kpi in kpis if sees(principal, kpi) and names <= set(kpi.dimensions)]


def _read(
    lake: Lake, principal: Principal, kpis: Sequence[Kpi], question: Question
) -> list[tuple[Kpi, pl.DataFrame]]:
    if not kpis:
        return []
    found = values_of(lake, principal, kpis, question, Judgement(minimum=0))
    return [(kpi, found[kpi.key].filter(pl.col("denominator") > 0)) for kpi in kpis]


def _where(sop: str, market: str | None) -> dict[str, str]:
    return ({"sop": sop} if sop else {}) | ({"market": market} if market else {})


def _key(row: Mapping[str, object], by: Key) -> Key:
    return tuple(str(row[name]) for name in by)


def _of_rows(row: Mapping[str, object]) -> Measured:
    earned, possible, n = (float(str(row[name])) for name in ("numerator", "denominator", "n"))
    low, high = (row.get(name) for name in ("low", "high"))
    return Measured(
        earned,
        possible,
        int(n),
        None if low is None else float(str(low)),
        None if high is None else float(str(high)),
    )


def _of_weeks(slices: Sequence[pl.DataFrame]) -> list[Measured]:
    """
    Each slice by its weeks. Points are earned a check at a time; weeks are the units whose spread says how sure their
    ratio is. Weeks that are all alike say too much: the bounds are never closer than those of as many answers that are
    right or wrong.
    """
    told = [
        Measured(
            sum(weeks["numerator"].to_list(), 0.0),
            sum(weeks["denominator"].to_list(), 0.0),
            int(weeks["n"].sum()),
        )
        for weeks in slices
    ]
    shares = [min(max(each.earned / each.possible, 0.0), 1.0) for each in told]
    counted = pl.DataFrame(
        {"n": [each.n for each in told], "share": shares}, schema={"n": pl.Int64, "share": pl.Float64}
    )
    least, most = wilson(pl.col("n") * pl.col("share"), pl.col("n"))
    bounds = counted.select(least.alias("low"), most.alias("high")).rows()
    return [_bounded(weeks, each, *own) for weeks, each, own in zip(slices, told, bounds, strict=True)]


def _bounded(weeks: pl.DataFrame, told: Measured, low: float, high: float) -> Measured:
    bounds = ratio_interval(weeks["numerator"].to_list(), weeks["denominator"].to_list())
    if bounds is None:
        return told
    return replace(told, low=min(max(bounds.lower, 0.0), low), high=max(min(bounds.upper, 1.0), high))
