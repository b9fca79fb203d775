"""`fairlead sop adherence`, `verdicts`, `effects`: what the page of adherence shows, as tables."""

from datetime import date
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from kpi.access import NotAllowed
from kpi.catalog import KPIS, find
from kpi.model import Department
from kpi.period import Every, Span, whole_periods
from kpi.standing import coverage
from kpi.words import say
from sop.adherence import Followed, Measured, followed
from sop.diagnosis.closing import sentence
from sop.diagnosis.friction import FEWEST, Friction
from sop.outcomes import Answer
from sop.prepared import EVER as EVER_PREPARED
from sop.prepared import WEEKS as CHOICES
from sop.prepared import Prepared, prepared
from sop.prepared.tables import ALWAYS
from store.company_file import load_company
from store.lake import Lake
from store.scope import Principal

WEEKS, EVER = 13, date(1970, 1, 1)
SCHEMA = {
    "sop": pl.String, "step": pl.String, "told_by": pl.String, "value": pl.Float64, "low": pl.Float64,
    "high": pl.Float64, "rows": pl.Int64, "missing": pl.Int64,
}  # fmt: skip
Key = Annotated[str, typer.Argument(help="Its steps; default: all procedures.")]
Weeks = Annotated[int, typer.Option(help="Whole weeks up to the last compute.", min=1)]
Ever = Annotated[bool, typer.Option("--all-days", help="Since the first case.")]
Market = Annotated[str, typer.Option(help="Default: all.")]


def adherence(
    context: typer.Context,
    key: Key = "",
    weeks: Weeks = WEEKS,
    ever: Ever = False,
    market: Market = "",
    how: FormatOption = Format.TABLE,
) -> None:
    """How much is done as agreed: systems (all cases; of those done at all) and checklists, with 95 % bounds."""
    desk: Desk = context.obj
    span = span_of(desk, weeks, ever)
    found = followed(desk.store.lake, desk.principal, span, steps=bool(key), sop=key, market=market or None)
    rows = [row for each in found for row in _rows(each)]
    title = f"Adherence, {'all days' if ever else f'{weeks} weeks'} to {span.end}"
    hand_out(context, pl.DataFrame(rows, schema=SCHEMA, orient="row"), how, title=title)


def span_of(desk: Desk, weeks: int, ever: bool) -> Span:
    """The closed weeks, or all days. Raises NotAllowed outside the department, ValueError before the first compute."""
    closed = closed_on(desk.store.lake, desk.principal)
    return Span(EVER, closed) if ever else whole_periods(Every.WEEK, closed, weeks)


def closed_on(lake: Lake, principal: Principal) -> date:
    """The last day whose periods are over, as pages have it."""
    if not principal.scope.sees_department(Department.PROCEDURES.value):
        raise NotAllowed(
            say("Adherence is limited to people of procedures. Ask an administrator for access.")
        )
    closed = coverage(lake, principal, list(KPIS.values())).closed
    if closed is None:
        raise ValueError("Nothing has been computed yet; run `fairlead compute` first.")
    return closed


def _rows(each: Followed) -> list[tuple[object, ...]]:
    told = (("systems", each.systems), ("done", each.done), ("checklists", each.checked))
    return [(each.sop, each.step, name, *_figures(found)) for name, found in told if found is not None]


def _figures(found: Measured) -> tuple[object, ...]:
    return (*(_rounded(part) for part in (found.value, found.low, found.high)), found.n, found.missing)


def _rounded(part: float | None) -> float | None:
    return None if part is None else round(part, 6)


VERDICTS = {
    "kpi": pl.String, "sop": pl.String, "verdict": pl.String, "followed": pl.Float64, "failed_followed": pl.Float64,
    "failed_missed": pl.Float64, "more": pl.Float64, "more_low": pl.Float64, "more_high": pl.Float64,
    "joined": pl.Int64, "records": pl.Int64, "missing": pl.Int64,
}  # fmt: skip


def verdicts(
    context: typer.Context,
    kpi: Annotated[
        str, typer.Argument(help="As `kpi list` shows it; default: all that procedures drive.")
    ] = "",
    weeks: Weeks = WEEKS,
    market: Market = "",
    how: FormatOption = Format.TABLE,
) -> None:
    """Not followed, or to be refined? The verdict on each procedure behind a KPI: what goes together, no proof."""
    desk: Desk = context.obj
    ready, key = ready_of(desk, chosen(weeks), market), find(kpi).key if kpi else ""
    rows = [_verdict(each) for each in ready.verdicts if key in ("", each.kpi)]
    title = f"Not followed, or to be refined? {weeks} weeks, {_worked_out(ready)}"
    hand_out(context, pl.DataFrame(rows, schema=VERDICTS, orient="row"), how, title=title)


def chosen(weeks: int) -> int:
    """One of the choices that are worked out. Raises ValueError."""
    if weeks not in CHOICES:
        raise ValueError(
            f"This is worked out for 4, 13, 26 and 52 weeks, not for {weeks}; choose one of them."
        )
    return weeks


def ready_of(desk: Desk, weeks: int = ALWAYS, market: str = "") -> Prepared:
    """What the worker worked out for what the principal sees. Raises ValueError while there is nothing."""
    ready = prepared(desk.store.lake, desk.principal, weeks, market)
    if ready is None:
        raise ValueError(
            "This was not worked out yet for what you see; run `fairlead compute`, or wait for the worker."
        )
    return ready


def _worked_out(ready: Prepared) -> str:
    return f"from data up to {ready.as_of}, worked out {ready.made_at:%Y-%m-%d %H:%M} UTC"


def _verdict(each: Answer) -> tuple[object, ...]:
    seen = each.diagnosis
    parts = (seen.adherence.value, seen.fails_followed.value, seen.fails_missed.value, seen.difference.value,
             seen.difference.low, seen.difference.high)  # fmt: skip
    told = [None if seen.missing else _rounded(part) for part in parts]
    return each.kpi, each.sop, seen.verdict.value, *told, seen.records, each.records, seen.missing


FRICTION = {
    "sop": pl.String, "step": pl.String, "seconds_lost": pl.Int64, "median": pl.Float64, "limit": pl.Int64,
    "timed": pl.Int64, "skipped": pl.Float64, "corrected": pl.Float64, "not_applicable": pl.Float64, "runs": pl.Int64,
    "missing": pl.Int64,
}  # fmt: skip


def friction(
    context: typer.Context,
    key: Key = "",
    weeks: Weeks = WEEKS,
    ever: Ever = False,
    market: Market = "",
    how: FormatOption = Format.TABLE,
) -> None:
    """Where the time of procedures goes: seconds lost beyond limit or median, skipped and corrected answers by step."""
    desk: Desk = context.obj
    span_of(desk, weeks, ever)
    ready = ready_of(desk, EVER_PREPARED if ever else chosen(weeks), market)
    rows = [_friction(each) for each in ready.friction if key in ("", each.sop)]
    title = f"Where the time goes, {'all days' if ever else f'{weeks} weeks'}, {_worked_out(ready)}"
    hand_out(context, pl.DataFrame(rows, schema=FRICTION, orient="row"), how, title=title)


def _friction(each: Friction) -> tuple[object, ...]:
    """Without figures where too few runs tell of it."""
    told, timed = not each.missing, each.timed >= FEWEST
    shares = (each.skipped, each.corrected, each.not_applicable)
    return (
        each.sop, each.step, each.seconds_lost if timed else None, each.median if timed else None, each.limit,
        each.timed, *(_rounded(part.value) if told else None for part in shares), each.runs, each.missing,
    )  # fmt: skip


EFFECTS = {
    "sop": pl.String, "version": pl.String, "since": pl.Date, "kpi": pl.String, "outcome": pl.String, "seen": pl.String,
    "verify_on": pl.Date,
}  # fmt: skip


def effects(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Default: all procedures.")] = "",
    how: FormatOption = Format.TABLE,
) -> None:
    """What new major versions of the last year did to the KPIs they are meant to move, and when that can be judged."""
    desk: Desk = context.obj
    company, ready = load_company(desk.home), ready_of(desk)
    if key and key not in {each.key for each in desk.store.state.procedures.rows(desk.principal)}:
        raise ValueError(f"There is no procedure '{key}'; `fairlead sop list` shows all.")
    rows = [
        (each.sop, each.version, each.since, each.kpi, each.effect.outcome.value,
         sentence(each.effect, KPIS[each.kpi], company.currency), each.verify_on)
        for each in ready.stories
        if key in ("", each.sop)
    ]  # fmt: skip
    title = f"Effects of new versions, {_worked_out(ready)}"
    hand_out(context, pl.DataFrame(rows, schema=EFFECTS, orient="row"), how, title=title)
