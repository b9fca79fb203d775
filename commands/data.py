"""`fairlead sync`, `compute`, `demo`, `source`, `rejected` and `check`: getting data in, and keeping it right."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from commands.desk import Desk
from commands.first_meeting import hold_last_weeks
from commands.leaving import hand_out
from commands.printing import Format, write
from connectors.sync import Report
from demo.auditing import audit_procedures
from demo.handling import handle
from demo.library import past_of_library
from demo.newcomer import first_runs, say_one_side
from demo.peaks import prepare
from demo.place import write_demo_config
from demo.promises import promise
from demo.reviewing import keep_right, mend
from demo.running import runs_of_floor
from demo.targets import demo_targets
from demo.training import train
from kpi.exports.sheet import as_csv
from meetings.readiness import look_at_stock
from sop.refreshers import ask_refreshers
from sop.taking_in import bring_along
from store.permits import Permit
from store.rejected import rejected_rows
from store.state.run_past import bring_runs_along
from worker.alerts import evaluate
from worker.rounds import POLARS, compute_up_to, failed, pull, replay_rejected

rejected = typer.Typer(help="Rows set aside: list, export, replay.", no_args_is_help=True)
FormatOption = Annotated[Format, typer.Option("--format", help="How the rows are written.")]


class SyncFailed(Exception):
    """At least one source could not be pulled; the others were."""


def sync(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Sources; default: all.")] = None,
    full: Annotated[bool, typer.Option(help="Read everything again.")] = False,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Read from this day.")] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Pull the sources and print what that did to each table."""
    desk: Desk = context.obj
    desk.require(Permit.BRING_DATA)
    desk.configured()
    with Console(stderr=True).status("Syncing …"):
        reports = pull(desk.job(), names=names, full=full, since=since.date() if since else None)
    write(shown(reports), how)
    if broken := failed(reports):
        raise SyncFailed("; ".join(broken))


def shown(reports: list[Report]) -> pl.DataFrame:
    rows = [
        (each.source, count.fact, count.read, count.new, count.changed, count.unchanged, count.deleted, count.rejected,
         count.days_touched, each.status.value, each.message)
        for each in reports
        for count in each.counts
    ]  # fmt: skip
    names = [
        "source",
        "table",
        "read",
        "new",
        "changed",
        "unchanged",
        "deleted",
        "rejected",
        "days",
        "status",
        "message",
    ]
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)


def compute(
    context: typer.Context,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Default: yesterday.")
    ] = None,
    full: Annotated[bool, typer.Option(help="Compute every day anew.")] = False,
    engine: Annotated[
        str, typer.Option(help="Engine that runs the sums: polars, or a cluster at sc://host:port.")
    ] = POLARS,
) -> None:
    """Refresh the components of all KPIs."""
    desk: Desk = context.obj
    desk.require(Permit.BRING_DATA)
    day = as_of.date() if as_of else desk.yesterday
    with Console(stderr=True).status("Computing …") as status:
        done = compute_up_to(
            desk.store, day, full=full, progress=lambda name: status.update(f"{name} …"), engine=engine
        )
    for each in done:
        typer.echo(f"{each.table}: {'all days' if each.days is None else f'{each.days} days'}")
    typer.echo(f"Evaluated at the end of {day}.")


def demo(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=60, help="Days of history.")] = 730,
    scale: Annotated[float, typer.Option(min=0.01, help="Times the usual volume.")] = 1.0,
) -> None:
    """Generate the example company and load it."""
    desk: Desk = context.obj
    load_demo(desk, days, scale)


def load_demo(desk: Desk, days: int = 730, scale: float = 1.0) -> None:
    """Write the demo's configuration into the home folder, pull it, set its targets and compute."""
    desk.require(Permit.SET_TARGETS)
    with Console(stderr=True).status("Generating the example company …") as status:
        rows = fill_with_demo(desk, status.update, days, scale)
    typer.echo(f"{desk.config.company.name} (a made-up company): {rows:,} new rows loaded.")


def fill_with_demo(desk: Desk, tell: Callable[[str], None], days: int = 730, scale: float = 1.0) -> int:
    """The same, told step by step; returns the new rows. Raises SyncFailed."""
    write_demo_config(desk.home, days, scale)
    desk.forget_config()
    reports = pull(desk.job(), names=None, progress=tell)
    if broken := failed(reports):
        raise SyncFailed("; ".join(broken))
    desk.store.state.targets.import_rows(desk.principal, demo_targets(desk.yesterday))
    promise(desk.store.state, desk.principal, desk.yesterday)
    bring_along(desk.store.state, desk.principal, past_of_library(desk.yesterday))
    runs = runs_of_floor(desk.store.state, desk.principal, desk.yesterday)
    bring_runs_along(desk.store.state.engines, desk.principal, runs)
    keep_right(desk.store.state, desk.yesterday)
    train(desk.store.state, desk.principal, desk.yesterday)
    bring_runs_along(
        desk.store.state.engines, desk.principal, first_runs(desk.store.state, desk.principal, desk.yesterday)
    )
    say_one_side(desk.store.state, desk.principal, desk.yesterday)
    audit_procedures(desk.store.state, desk.store.lake, desk.yesterday, desk.config.company.timezone)
    compute_up_to(desk.store, desk.yesterday, progress=lambda name: tell(f"{name} …"))
    prepare(desk.store.state, desk.principal, desk.yesterday)
    ask_refreshers(desk.store.state, desk.yesterday)
    look_at_stock(desk.store, desk.principal, desk.yesterday)
    hold_last_weeks(desk.store, desk.principal, desk.yesterday)
    mend(desk.store, desk.yesterday)
    evaluate(desk.store, desk.principal, datetime.now(UTC))
    handle(desk.store.state, desk.principal, desk.yesterday)
    return sum(count.new for each in reports for count in each.counts)


@rejected.command("list")
def rejected_list(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """The rows set aside, newest first, with their reasons."""
    desk: Desk = context.obj
    rows = rejected_rows(desk.store.lake, desk.principal).drop("id", "month", "resolved_at")
    hand_out(context, rows, how, records=True)


@rejected.command("export")
def rejected_export(context: typer.Context, file: Path) -> None:
    """Write the rejected rows to a CSV file, to be mended at the source or in the file."""
    desk: Desk = context.obj
    rows = rejected_rows(desk.store.lake, desk.principal)
    desk.took(file)
    file.write_bytes(as_csv(rows))
    typer.echo(f"{rows.height} rejected rows written to {file}.")


@rejected.command("replay")
def rejected_replay(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """Take the rejected rows in again with today's mapping."""
    desk: Desk = context.obj
    write(shown(replay_rejected(desk.job())), how)
