"""`fairlead evaluate` and `fairlead alerts`: the episodes that need a person, and bringing them up to date."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from worker.alerts import evaluate as evaluate_all

SCHEMA = {
    "id": pl.Int64, "incident": pl.String, "kpi": pl.String, "segment": pl.String, "department": pl.String,
    "reasons": pl.String, "stage": pl.String, "since": pl.Date, "until": pl.Date, "owner": pl.String,
    "acknowledged_by": pl.String, "duty": pl.String, "action": pl.Int64, "snoozed_until": pl.Date,
    "explained": pl.Boolean, "ending": pl.String,
}  # fmt: skip


def evaluate(context: typer.Context) -> None:
    """Evaluate every alert up to the computed data; the same again changes nothing."""
    desk: Desk = context.obj
    done = evaluate_all(desk.store, desk.principal, datetime.now(UTC))
    typer.echo(f"Evaluated: {done}.")


def alerts(
    context: typer.Context,
    closed: Annotated[int, typer.Option(help="Also those closed within so many days.")] = 0,
    how: FormatOption = Format.TABLE,
) -> None:
    """The episodes that are open, the oldest first."""
    desk: Desk = context.obj
    since = datetime.now(UTC) - timedelta(days=closed) if closed else None
    found = desk.store.state.episodes.rows(desk.principal, since)
    rows = [
        {**{name: getattr(each, name) for name in SCHEMA}, "reasons": ", ".join(each.reasons)}
        for each in found
    ]
    hand_out(context, pl.DataFrame(rows, schema=SCHEMA), how, title="Alerts")
