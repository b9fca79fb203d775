"""`fairlead kpi preview`: which past statuses a changed definition would change."""

from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from kpi.access import sees
from kpi.catalog import KPIS, find
from kpi.ledger import entries
from kpi.period import Every, whole_periods
from kpi.preview import changed, preview
from kpi.question import Question


def preview_kpis(
    context: typer.Context,
    keys: Annotated[
        list[str] | None, typer.Argument(help="KPIs; default: all whose definition changed.")
    ] = None,
    periods: Annotated[int, typer.Option(min=1, help="How many closed periods back.")] = 26,
    all_periods: Annotated[bool, typer.Option("--all", help="Also periods whose status stays.")] = False,
    how: FormatOption = Format.TABLE,
) -> None:
    """Past periods before and after a changed definition; stored numbers are not touched."""
    desk: Desk = context.obj
    moment = desk.as_of()
    mine = tuple(kpi for kpi in KPIS.values() if sees(desk.principal, kpi))
    wanted = [find(key) for key in keys] if keys else changed(mine, entries(desk.store.lake))
    if moment is None or not wanted:
        why = "nothing was computed yet" if moment is None else "no definition changed since the last compute"
        typer.echo(f"Nothing to preview: {why}.", err=True)
        return
    found = []
    for kpi in wanted:
        every = Every.MONTH if kpi.monthly else Every.WEEK
        question = Question(whole_periods(every, moment.day, periods), every)
        found.append(preview(desk.store.lake, desk.principal, kpi, question, desk.judgement(kpi)))
    rows = pl.concat(found)
    hand_out(
        context, rows if all_periods else rows.filter("changes"), how, title="Statuses that would change"
    )
