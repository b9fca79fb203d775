"""`fairlead kpi signals`, `kpi rebase`: what is more than the usual noise, and a usual range begun anew."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption, Where, slice_of
from commands.leaving import hand_out
from commands.printing import Format
from kpi.access import sees
from kpi.catalog import KPIS, find
from kpi.events import events_of
from kpi.model import Kpi
from kpi.period import Every, Span
from kpi.question import Question
from kpi.signals.chart import ControlChart, Direction, Point
from kpi.signals.events import event_days, holidays
from kpi.signals.reading import charts
from store.company_file import load_company
from store.scope import Principal
from store.state import BaselineRow, segment_text

WEEKS = 13
SCHEMA = {
    "kpi": pl.String, "slice": pl.String, "period": pl.Date, "every": pl.String, "value": pl.Float64,
    "centre": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "rules": pl.String, "direction": pl.String,
    "interrupts": pl.Boolean, "chart": pl.String, "limits": pl.String, "target": pl.String, "note": pl.String,
}  # fmt: skip


def signals(
    context: typer.Context,
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY]...", help="KPIs; default: all.")] = None,
    from_day: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Default: 13 weeks.")
    ] = None,
    to_day: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Default: the last compute.")
    ] = None,
    every: Annotated[Every, typer.Option(help="Length of a period.")] = Every.WEEK,
    by: Annotated[str, typer.Option(help="Dimensions, separated by commas.")] = "",
    where: Where = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Every point that completes a rule: value, usual range, rules, direction, and whether it interrupts."""
    desk: Desk = context.obj
    moment = desk.as_of()
    if moment is None:
        raise ValueError("Nothing has been computed yet; run `fairlead compute` first.")
    end = to_day.date() if to_day else moment.day
    start = from_day.date() if from_day else end - timedelta(weeks=WEEKS) + timedelta(days=1)
    cut = tuple(name.strip() for name in by.split(",") if name.strip())
    question = Question(Span(start, end), every, cut, slice_of(where))
    asked = [find(key) for key in keys] if keys else _possible(desk.principal, question)
    rows = [row for kpi in asked for chart in _charts(desk, kpi, question) for row in _fired(kpi, chart)]
    found = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    hand_out(context, _without_empty(found) if how is Format.TABLE else found, how, title="Signals")


def rebase(
    context: typer.Context,
    key: str,
    from_day: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of what is usual now.")
    ],
    reason: Annotated[str, typer.Option(help="What has changed.")],
    where: Where = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the baseline of that day.")] = False,
) -> None:
    """Begin the usual range of a KPI anew from a day on, with a reason; or undo that."""
    desk, kpi = _desk(context), find(key)
    slice_ = slice_of(where)
    if unknown := set(slice_) - set(kpi.dimensions):
        raise ValueError(
            f"KPI '{key}' is not kept by {', '.join(sorted(unknown))}; it is kept by {', '.join(kpi.dimensions)}."
        )
    row = BaselineRow(key, from_day.date(), reason, segment_text(slice_), undone=undo)
    stored = desk.store.state.baselines.add(desk.principal, row)
    done = "undone" if undo else "begins"
    typer.echo(
        f"The baseline of {kpi.name} from {stored.starts_on} {done} ({stored.set_by}: {stored.reason})."
    )


def _possible(principal: Principal, question: Question) -> list[Kpi]:
    """Every KPI that may be seen and is kept by the dimensions asked."""
    asked = {*question.by, *question.where}
    return [kpi for kpi in KPIS.values() if sees(principal, kpi) and asked <= set(kpi.dimensions)]


def _charts(desk: Desk, kpi: Kpi, question: Question) -> Sequence[ControlChart]:
    state = desk.store.state
    return charts(
        desk.store.lake, desk.principal, kpi, question, desk.judgement(kpi),
        baselines=state.baselines.rows(desk.principal), events=_events(desk, question),
    )  # fmt: skip


def _events(desk: Desk, question: Question) -> Mapping[date, str]:
    """Public holidays and events of the market asked about, or those of at least half of all markets."""
    if question.every is not Every.DAY:
        return {}
    company = load_company(desk.home)
    market = question.where.get("market")
    calendars = (
        [company.calendar_of(market)] if market else [each.calendar for each in company.markets.values()]
    )
    off = holidays(desk.store.state, desk.principal, calendars)
    return {**off, **event_days(events_of(company.events, market))}


def _fired(kpi: Kpi, chart: ControlChart) -> list[tuple[object, ...]]:
    return [
        _row(kpi, chart, point, direction)
        for point in chart.points
        for direction in dict.fromkeys(signal.direction for signal in point.signals)
    ]


def _row(kpi: Kpi, chart: ControlChart, point: Point, direction: Direction) -> tuple[object, ...]:
    mine = [signal for signal in point.signals if signal.direction is direction]
    return (
        kpi.key, ";".join(f"{name}={value}" for name, value in chart.slice.items()),
        point.start, chart.every.value, point.value, point.centre, point.lower, point.upper,
        ", ".join(signal.rule.value for signal in mine), direction.value, any(each.interrupts for each in mine),
        chart.method.value, point.state.value, point.assurance.value if point.assurance else None, chart.weekly or None,
    )  # fmt: skip


def _without_empty(rows: pl.DataFrame) -> pl.DataFrame:
    """Leaves out slice, target and note where no row has one."""
    empty = [
        name for name in ("slice", "target", "note") if not rows[name].fill_null("").str.len_bytes().sum()
    ]
    return rows.drop(empty)


def _desk(context: typer.Context) -> Desk:
    desk: Desk = context.obj
    return desk
