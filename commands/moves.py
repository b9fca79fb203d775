"""`fairlead kpi why`, `review`, `currency` and `lifetime`: what moved a figure, and what customers will be worth."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import AsOfDay, FormatOption, Where, slice_of
from commands.leaving import hand_out
from commands.printing import Format, write
from kpi.catalog import find
from kpi.currency import constant_currency
from kpi.engine import AsOf
from kpi.events import events_of
from kpi.lifetime.job import last_run, predict_lifetimes
from kpi.period import Span
from kpi.review import review as review_of
from kpi.why import Cut, Measure, Why, usual_range, why_moved
from store.company_file import load_company
from store.home import load_rates
from store.permits import Permit
from store.state import CalendarError

SUM = "(sum)"
ORDER = [
    "dimension", "method", "segment", "before", "after", "mix", "rate", "numerator_effect", "denominator_effect",
    "total", "share", "rows0", "rows1", "low", "high", "significant",
]  # fmt: skip


def why(
    context: typer.Context,
    key: str,
    from_day: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    to_day: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    against: Annotated[str, typer.Option(help="The earlier days, as FROM..TO.")],
    by: Annotated[str, typer.Option(help="Dimensions, separated by commas; default: each of the KPI.")] = "",
    of: Annotated[Measure, typer.Option(help="Which figure; percentiles are refused.")] = Measure.VALUE,
    where: Where = None,
    as_of: AsOfDay = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Why a KPI moved: each segment's part of the change; the sum line of a dimension is the change."""
    desk: Desk = context.obj
    kpi, cut_by, later = (
        find(key),
        [name.strip() for name in by.split(",")],
        Span(from_day.date(), to_day.date()),
    )
    moment = AsOf.end_of(as_of.date()) if as_of else None
    judgement, baselines = desk.judgement(kpi, moment), desk.store.state.baselines.rows(desk.principal)
    lake, principal, slice_ = desk.store.lake, desk.principal, slice_of(where)
    earlier, names = span_of(against), tuple(name for name in cut_by if name)
    found = why_moved(
        lake, principal, kpi, earlier, later, by=names, where=slice_, measure=of, as_of=moment, judgement=judgement,
        limits=usual_range(
            lake, principal, kpi, later, where=slice_, judgement=judgement, baselines=baselines
        ),
    )  # fmt: skip
    rows = rows_of(found)
    hand_out(context, _without_empty(rows) if how is Format.TABLE else rows, how, title=kpi.name)
    for sentence in sentences(found):
        typer.echo(sentence, err=how is not Format.TABLE)


def currency(
    context: typer.Context,
    key: str,
    from_day: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    to_day: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    against: Annotated[str, typer.Option(help="The earlier days, as FROM..TO.")],
    where: Where = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """A figure of money as reported, and at the exchange rates of the earlier days."""
    desk: Desk = context.obj
    kpi, company = find(key), load_company(desk.home)
    later, rates = Span(from_day.date(), to_day.date()), load_rates(desk.store, company)
    found = constant_currency(
        desk.store.lake, desk.principal, kpi, span_of(against), later, rates, where=slice_of(where)
    )
    told = {
        "currency": company.currency, "before": found.before, "reported": found.reported,
        "constant_currency": found.constant, "fx_effect": found.effect, "reported_change": found.reported_change,
        "constant_currency_change": found.constant_change,
        "rates": "; ".join(f"{each} {was:.6g} to {now:.6g}" for each, (was, now) in found.rates.items()) or None,
    }  # fmt: skip
    hand_out(context, pl.DataFrame([told]), how, title=kpi.name)


def review(
    context: typer.Context,
    key: str,
    to_day: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Default: the last compute.")
    ] = None,
    where: Where = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Six weeks, twelve months and the running periods of a KPI, each against the year before."""
    desk: Desk = context.obj
    kpi, slice_, company, moment = find(key), slice_of(where), load_company(desk.home), desk.as_of()
    if moment is None:
        raise ValueError("Nothing has been computed yet; run `fairlead compute` first.")
    market = slice_.get("market")
    found = review_of(
        desk.store.lake, desk.principal, kpi, to_day.date() if to_day else moment.day, where=slice_,
        judgement=desk.judgement(kpi), events=events_of(company.events, market),
        working=partial(_working_days, desk, company.calendar_of(market)),
    )  # fmt: skip
    rows = [
        {
            "block": line.block.value, "period": line.name, "from": line.span.start, "to": line.span.end,
            "value": line.value, "year_before": line.before, "before_from": line.earlier.start,
            "before_to": line.earlier.end, "change": line.difference, "relative": line.relative,
            "per_day": line.changes.per_day if line.changes else None,
            "per_working_day": line.changes.per_working_day if line.changes else None,
            "n": line.n, "status": line.status.value,
        }
        for line in found.lines
    ]  # fmt: skip
    hand_out(
        context,
        _without_empty(pl.DataFrame(rows)) if how is Format.TABLE else pl.DataFrame(rows),
        how,
        title=kpi.name,
    )


def _working_days(desk: Desk, calendar: str, span: Span) -> int | None:
    """None where the calendar was never filled or does not reach."""
    try:
        after = span.end + timedelta(days=1)
        return len(desk.store.state.calendars.working_days(desk.principal, calendar, span.start, after))
    except CalendarError:
        return None


def lifetime(
    context: typer.Context,
    as_of: AsOfDay = None,
    again: Annotated[bool, typer.Option(help="Also when it was done for that day.")] = False,
    how: FormatOption = Format.TABLE,
) -> None:
    """Predict what each customer will bring in twelve months; run `fairlead compute` after it."""
    desk: Desk = context.obj
    desk.require(Permit.BRING_DATA)
    lake = desk.store.lake
    day = as_of.date() if as_of else desk.yesterday
    run = predict_lifetimes(lake, AsOf.end_of(day), again=again) or last_run(lake)
    if run is None:
        raise ValueError("There are no orders to predict from; run `fairlead sync` first.")
    write(pl.DataFrame([asdict(run)]), how, title="Predicted lifetime values")
    if run.reason:
        typer.echo(run.reason, err=how is not Format.TABLE)


def span_of(text: str) -> Span:
    """`2025-01-01..2025-01-31` as a span; raises ValueError for anything else."""
    first, _, last = text.partition("..")
    try:
        return Span(date.fromisoformat(first.strip()), date.fromisoformat(last.strip()))
    except ValueError as wrong:
        raise ValueError(
            f"--against '{text}' is no pair of days; write it like --against 2025-01-01..2025-01-31. {wrong}"
        ) from wrong


def rows_of(found: Why) -> pl.DataFrame:
    """Every cut's contributions, largest first, each cut closed by its sum line."""
    cuts = [_rows(found, each) for each in found.all_cuts]
    return pl.concat(cuts, how="diagonal") if cuts else pl.DataFrame(schema=dict.fromkeys(ORDER, pl.String))


def _rows(found: Why, cut: Cut) -> pl.DataFrame:
    told = cut.contributions.with_columns(
        dimension=pl.lit(cut.dimension), method=pl.lit(cut.method.value), segment=pl.col("segment")
    )
    effects = [name for name in ORDER[5:9] if name in told.columns]
    added = {name: told[name].sum() for name in effects}
    total = pl.DataFrame(
        {
            "dimension": [cut.dimension], "method": [cut.method.value], "segment": [SUM], "before": [found.before],
            "after": [found.after], "total": [found.change], **{name: [value] for name, value in added.items()},
        }
    )  # fmt: skip
    empty = pl.DataFrame(schema={name: _TYPES.get(name, pl.Float64) for name in ORDER})
    return pl.concat([empty, told, total], how="diagonal_relaxed").select(ORDER)


_TYPES = {
    "dimension": pl.String, "method": pl.String, "segment": pl.String, "significant": pl.Boolean, "rows0": pl.Int64,
    "rows1": pl.Int64,
}  # fmt: skip


def sentences(found: Why) -> list[str]:
    """What has to be said beside the figures."""
    said = [note.sentence for note in found.notes]
    for cut in found.all_cuts:
        said += [f"{cut.dimension}: {note.sentence}" for note in cut.notes]
    if len(found.cuts) > 1:
        said.append("Each dimension divides the same change; contributions of two dimensions never add up.")
    return said


def _without_empty(rows: pl.DataFrame) -> pl.DataFrame:
    """Leaves out the effects that no cut has."""
    return rows.drop([name for name in rows.columns if rows[name].null_count() == rows.height])
