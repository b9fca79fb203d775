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
from meetings.actions import close, is_overdue, reopen
from meetings.promises import Wish, kept, promise
from sop.mending import carry_out
from store.company_file import load_company
from store.state import Action, ActionError, ActionStatus, Cause, Corrective, segment_text

app = typer.Typer(help="Actions on KPIs: list, add, carried, done, reopen.", no_args_is_help=True)
SCHEMA = {
    "id": pl.Int64, "kpi": pl.String, "segment": pl.String, "text": pl.String, "owner": pl.String, "due": pl.Date,
    "first_due": pl.Date, "status": pl.String, "overdue": pl.Boolean, "kept": pl.String, "reopened": pl.Int64,
    "wanted_percent": pl.Int64, "verify_on": pl.Date, "outcome": pl.String, "sop": pl.String, "episode": pl.Int64,
    "meeting": pl.Int64, "opened_by": pl.String, "closed_by": pl.String, "note": pl.String, "evidence": pl.String,
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
    today = _today(desk)
    rows = [
        {
            **{name: getattr(each, name, None) for name in SCHEMA},
            "overdue": is_overdue(each, today),
            "kept": kept(each, today).value,
        }
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
    percent: Annotated[
        int, typer.Option(help="By how much the KPI must get better; 0: no effect is promised.")
    ] = 0,
    sop: Annotated[str, typer.Option(help="The procedure it mends; needs --percent.")] = "",
    meeting: Annotated[int | None, typer.Option(help="The meeting it comes out of.")] = None,
    episode: Annotated[int | None, typer.Option(help="The alert it comes out of.")] = None,
) -> None:
    """Open an action on a KPI; with --percent its effect is looked at once it can show."""
    desk: Desk = context.obj
    wish = Wish(
        text, owner, due.date(), percent, sop, segment_text(slice_of(where)),
        cause=Cause.ALERT if episode and not meeting else Cause.MEETING, meeting=meeting, episode=episode,
    )  # fmt: skip
    action = promise(desk.store.state, desk.principal, find(key), wish, today=_today(desk))
    typer.echo(f"Action {_told(action)}.")


@app.command("done")
def done(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="As `action list` shows it.")],
    note: Annotated[str, typer.Option(help="What came of it.")] = "",
    evidence: Annotated[str, typer.Option(help="Where it can be seen.")] = "",
    dropped: Annotated[
        bool, typer.Option("--dropped", help="It will not be done; say why in --note.")
    ] = False,
) -> None:
    """Close an action."""
    desk: Desk = context.obj
    state, status = desk.store.state, ActionStatus.DROPPED if dropped else ActionStatus.DONE
    seen = state.actions.find(desk.principal, number)
    closed = close(state, desk.principal, seen, status, note, evidence)
    typer.echo(f"Action {_told(closed)}.")


@app.command("carried")
def carried(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="As `action list` shows it.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; default today.")] = None,
    evidence: Annotated[str, typer.Option(help="Where it can be seen.")] = "",
) -> None:
    """An action that promises an effect was carried out; says when its effect can be seen."""
    desk: Desk = context.obj
    seen = desk.store.state.actions.find(desk.principal, number)
    if not isinstance(seen, Corrective):
        raise ActionError(
            f"Action {number} promises no effect; close it with 'fairlead action done {number}'."
        )
    day = on.date() if on else _today(desk)
    done = carry_out(desk.store, desk.principal, seen, day, now=datetime.now(UTC), evidence=evidence)
    typer.echo(f"Action {_told(done)}; its effect is looked at on {done.verify_on}.")


@app.command("reopen")
def reopen_one(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="As `action list --closed` shows it.")],
    due: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Until when.")],
    why: Annotated[str, typer.Option(help="Why it is to be done after all.")],
) -> None:
    """Open an action again that was closed."""
    desk: Desk = context.obj
    seen = desk.store.state.actions.find(desk.principal, number)
    again = reopen(desk.store.state, desk.principal, seen, due.date(), why, today=_today(desk))
    typer.echo(f"Action {_told(again)}.")


def _told(action: Action) -> str:
    return f"{action.id} on {find(action.kpi).name}: {action}"


def _today(desk: Desk) -> date:
    return load_company(desk.home).today(datetime.now(UTC))
