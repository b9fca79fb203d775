"""`fairlead annotation`: what happened on the days of a chart."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption, Where, slice_of
from commands.leaving import hand_out
from commands.printing import Format
from kpi.annotations import Annotation, annotations_of, diary
from kpi.catalog import find
from kpi.model import Department
from kpi.period import Span
from store.company_file import load_company
from store.state import Note, segment_text

app = typer.Typer(help="Annotations of charts: list, add, remove.", no_args_is_help=True)
WEEKS = 13
SCHEMA = {
    "id": pl.Int64, "day": pl.Date, "start": pl.Date, "end": pl.Date, "kind": pl.String, "label": pl.String,
    "text": pl.String, "author": pl.String,
}  # fmt: skip


@app.command("list")
def list_annotations(
    context: typer.Context,
    key: str,
    from_day: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Default: 13 weeks ago.")
    ] = None,
    to_day: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Default: today.")
    ] = None,
    market: Annotated[str | None, typer.Option(help="Default: all of them.")] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """What people noted and what the system knows about the days of a KPI."""
    desk, now = _desk(context), datetime.now(UTC)
    company, state, principal = load_company(desk.home), desk.store.state, desk.principal
    end = to_day.date() if to_day else company.today(now)
    span = Span(from_day.date() if from_day else end - timedelta(weeks=WEEKS), end)
    known = diary(state, principal, company, span, market, state.runs.freshness(principal), now)
    notes = state.annotations.rows(principal, span.start, span.end)
    found = annotations_of(known, principal, find(key), notes)
    rows = [_row(each) for each in found]
    hand_out(context, pl.DataFrame(rows, schema=SCHEMA, orient="row"), how, title="Annotations")


def _row(each: Annotation) -> tuple[object, ...]:
    note = each.note
    told = (each.day, each.start, each.end, each.kind.value, each.label, each.text)
    return (note.id if note else None, *told, note.author if note else None)


@app.command("add")
def add(
    context: typer.Context,
    text: str,
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day, or the first of several.")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last of several days.")
    ] = None,
    kpi: Annotated[str, typer.Option(help="The KPI it is about.")] = "",
    department: Annotated[
        Department | None, typer.Option(help="The department; without it and --kpi the company.")
    ] = None,
    where: Where = None,
) -> None:
    """Note what happened on a day or on several."""
    desk = _desk(context)
    house = find(kpi).department if kpi else department
    first = on.date()
    note = Note(
        first, until.date() if until else first, text, house.value if house else "", kpi,
        segment_text(slice_of(where)),
    )  # fmt: skip
    stored = desk.store.state.annotations.add(desk.principal, note)
    typer.echo(f"Note {stored.id}: {stored}.")


@app.command("remove")
def remove(
    context: typer.Context, number: Annotated[int, typer.Argument(help="As `annotation list` shows it.")]
) -> None:
    """Take a note away; the audit trail keeps it."""
    desk = _desk(context)
    notes = desk.store.state.annotations
    removed = notes.remove(desk.principal, notes.find(desk.principal, number))
    typer.echo(f"Note {removed.id} removed: {removed}.")


def _desk(context: typer.Context) -> Desk:
    desk: Desk = context.obj
    return desk
