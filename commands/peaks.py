"""`fairlead peak`: when the peaks are, what they need, and whether the firm is ready."""

from datetime import UTC, datetime
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption, Where, slice_of
from commands.leaving import hand_out
from commands.printing import Format
from kpi.model import Department
from meetings.readiness import gate_of
from meetings.readiness_told import CHECKS, found_told
from store.company_file import load_company
from store.state import segment_text
from store.state.owing_counts import FEWEST
from store.state.peak_records import Need, NeedKind, Peak

app = typer.Typer(help="Peaks of the business: list, show, add, remove, need.", no_args_is_help=True)
PEAKS = {
    "id": pl.Int64, "name": pl.String, "begins": pl.Date, "ends": pl.Date, "markets": pl.String, "ready": pl.Boolean,
}  # fmt: skip
LINES = {
    "part": pl.String, "subject": pl.String, "state": pl.String, "told": pl.String, "needed": pl.Int64,
    "promised": pl.Int64, "day": pl.Date, "order_by": pl.Date,
}  # fmt: skip
Number = Annotated[int, typer.Argument(help="As `peak list` shows it.")]


@app.command("list")
def list_peaks(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """Those under way and to come, the first first, and whether the gate of each is open."""
    desk: Desk = context.obj
    today = load_company(desk.home).today(datetime.now(UTC))
    rows = [
        {
            "id": each.id, "name": each.name, "begins": each.begins, "ends": each.ends,
            "markets": ",".join(each.markets), "ready": gate_of(desk.store, desk.principal, each, today).is_open,
        }
        for each in desk.store.state.peaks.rows(desk.principal, today)
    ]  # fmt: skip
    hand_out(context, pl.DataFrame(rows, schema=PEAKS), how, title="Peaks")


@app.command("show")
def show(
    context: typer.Context,
    number: Number,
    market: Annotated[str | None, typer.Option(help="Default: all of them.")] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """The checks of a peak, who of your people is not refreshed, what runs out, and what carriers and teams lack."""
    desk: Desk = context.obj
    today = load_company(desk.home).today(datetime.now(UTC))
    peak = desk.store.state.peaks.find(desk.principal, number)
    gate = gate_of(desk.store, desk.principal, peak, today, market)
    rows: list[dict[str, object]] = [
        {
            "part": "check", "subject": CHECKS[each.check], "state": each.light.value,
            "told": found_told(each, few=each.check.value == "refreshed" and each.whole < FEWEST),
        }
        for each in gate.found
    ]  # fmt: skip
    for group in gate.refreshed or ():
        rows += [
            {"part": "not refreshed", "subject": each.person, "told": each.sop} for each in group.waiting
        ]
    rows += [
        {
            "part": "runs out", "subject": each.product, "told": each.location, "day": each.runs_out_on,
            "order_by": each.order_by,
        }
        for each in (gate.stock.short if gate.stock else ())
    ]  # fmt: skip
    rows += [
        {"part": each.kind.value, "subject": each.what, "told": each.unit, "needed": each.needed,
         "promised": each.promised}
        for each in gate.needs
    ]  # fmt: skip
    hand_out(context, pl.DataFrame(rows, schema=LINES), how, title=str(peak))


@app.command("add")
def add(
    context: typer.Context,
    name: str,
    begins: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    ends: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    market: Annotated[list[str] | None, typer.Option(help="Repeat for several; default: all.")] = None,
) -> None:
    """Enter a peak; from six weeks before it the firm is looked at."""
    desk: Desk = context.obj
    peak = Peak(name, begins.date(), ends.date(), tuple(market or ()))
    stored = desk.store.state.peaks.add(desk.principal, peak)
    typer.echo(f"Peak {stored.id}: {stored}.")


@app.command("remove")
def remove(context: typer.Context, number: Number) -> None:
    """Take a peak away; it is not planned again for that year."""
    desk: Desk = context.obj
    peaks = desk.store.state.peaks
    removed = peaks.remove(desk.principal, peaks.find(desk.principal, number))
    typer.echo(f"Peak {removed.id} removed: {removed}.")


@app.command("need")
def need(
    context: typer.Context,
    number: Number,
    what: Annotated[str, typer.Argument(help="The carrier or the team.")],
    needed: Annotated[int, typer.Option(help="How much the peak takes.")],
    promised: Annotated[int, typer.Option(help="How much of it is there.")] = 0,
    kind: Annotated[NeedKind, typer.Option(help="What is named.")] = NeedKind.CARRIER,
    unit: Annotated[str, typer.Option(help="Default: parcels a day, or people.")] = "",
    department: Annotated[
        Department | None, typer.Option(help="Default: shipping, or service of teams.")
    ] = None,
    owner: Annotated[str, typer.Option(help="Who is on it.")] = "",
    where: Where = None,
) -> None:
    """Say what a peak takes of a carrier or team, and how much of it is promised."""
    desk: Desk = context.obj
    told = Need(
        number, kind, what, needed, promised, unit, department.value if department else "",
        segment_text(slice_of(where)), owner,
    )  # fmt: skip
    stored = desk.store.state.peaks.add_need(desk.principal, told)
    typer.echo(f"Need {stored.id}: {stored}.")
