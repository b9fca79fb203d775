"""`fairlead action`: what was promised about a KPI, by whom and until when."""

from datetime import UTC, date, datetime
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption, Where, slice_of
from commands.leaving import hand_out
from commands.printing import Format
from kpi.catalog import find
from meetings.actions import close, is_overdue, open_action
from store.company_file import load_company
from store.state import Action, ActionStatus, segment_text

app = typer.Typer(help="Actions on KPIs: list, add, done.", no_args_is_help=True)
SCHEMA = {
    "id": pl.Int64, "kpi": pl.String, "segment": pl.String, "text": pl.String, "owner": pl.String, "due": pl.Date,
    "status": pl.String, "overdue": pl.Boolean, "opened_by": pl.String, "closed_by": pl.String, "note": pl.String,
}  # fmt: skip


@app.command("list")
def list_actions(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="One KPI; default: all.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Also those done or dropped.")] = False,
    how: FormatOption = Format.TABLE,
) -> None:
    """Open actions, the earliest due day first."""
    desk: Desk = context.obj
    status = None if closed else ActionStatus.OPEN
    found = desk.store.state.actions.rows(desk.principal, find(key).key if key else None, status)
    rows = [
        {**{name: getattr(each, name, None) for name in SCHEMA}, "overdue": is_overdue(each, _today(desk))}
        for each in found
    ]
    hand_out(context, pl.DataFrame(rows, schema=SCHEMA), how, title="Actions")


@app.command("add")
def add(
    context: typer.Context,
    key: str,
    text: str,
    owner: Annotated[str, typer.Option(help="Who will do it.")],
    due: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Until when.")],
    where: Where = None,
) -> None:
    """Open an action on a KPI."""
    desk: Desk = context.obj
    action = open_action(
        desk.store.state, desk.principal, find(key), text, owner, due.date(), today=_today(desk),
        segment=segment_text(slice_of(where)),
    )  # fmt: skip
    typer.echo(f"Action {_told(action)}.")


@app.command("done")
def done(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="As `action list` shows it.")],
    note: Annotated[str, typer.Option(help="What came of it.")] = "",
    dropped: Annotated[
        bool, typer.Option("--dropped", help="It will not be done; say why in --note.")
    ] = False,
) -> None:
    """Close an action."""
    desk: Desk = context.obj
    state, status = desk.store.state, ActionStatus.DROPPED if dropped else ActionStatus.DONE
    closed = close(state, desk.principal, state.actions.find(desk.principal, number), status, note)
    typer.echo(f"Action {_told(closed)}.")


def _told(action: Action) -> str:
    return f"{action.id} on {find(action.kpi).name}: {action}"


def _today(desk: Desk) -> date:
    return load_company(desk.home).today(datetime.now(UTC))
