"""`fairlead flow`: the stages of every lane against their budget; `flow budgets`: what to put into fairlead.toml."""

from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from kpi.flow.budgets import BUDGETS, SET
from kpi.flow.reading import computed_as_of, flow, flow_slice, lanes
from kpi.flow.stages import PROMISED

app = typer.Typer(help="The way of orders through eight stages, by lane.", invoke_without_command=True)
WEEKS, HOUR_S, DAY_S = 13, 3_600, 86_400
SCHEMA = {
    "lane": pl.String, "stage": pl.String, "budget_hours": pl.Float64, "orders": pl.Int64, "mean_hours": pl.Float64,
    "median_hours": pl.Float64, "p90_hours": pl.Float64, "burnt_hours": pl.Float64, "saved_hours": pl.Float64,
    "late_days": pl.Float64, "now": pl.Int64, "will_be_late": pl.Int64, "overdue": pl.Int64,
}  # fmt: skip


@app.callback()
def stages(
    context: typer.Context,
    lane: Annotated[str, typer.Option(help="One lane; default: each of them.")] = "",
    weeks: Annotated[int, typer.Option(help="Whole weeks up to the last compute.", min=1)] = WEEKS,
    how: FormatOption = Format.TABLE,
) -> None:
    """One row a lane and stage: budget, what settled orders took, and what is in it now."""
    if context.invoked_subcommand:
        return
    desk: Desk = context.obj
    lake, principal = desk.store.lake, desk.principal
    day = computed_as_of(lake)
    if day is None:
        raise ValueError("No flow has been computed yet; run `fairlead compute` first.")
    known = lanes(lake, principal)["lane"].to_list()
    if lane and lane not in known:
        raise ValueError(f"There is no lane '{lane}'; known are {', '.join(known)}.")
    rows = [row for name in ([lane] if lane else known) for row in _rows(desk, name, weeks)]
    hand_out(
        context, pl.DataFrame(rows, schema=SCHEMA, orient="row"), how, title=f"Flow, {weeks} weeks to {day}"
    )


def _rows(desk: Desk, lane: str, weeks: int) -> list[tuple[object, ...]]:
    day = computed_as_of(desk.store.lake)
    found = flow(desk.store.lake, desk.principal, flow_slice(day, weeks, lane)) if day else None
    if found is None:
        return []
    return [
        (
            lane, each.stage.key, _hours(each.budget_s), each.n, _hours(each.mean_s), _hours(each.median_s),
            _hours(each.p90_s), _hours(each.burnt_s), _hours(each.saved_s), round(each.late_days, 3), each.now,
            each.warned, each.overdue,
        )
        for each in found.stages
        if each.passed
    ]  # fmt: skip


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / HOUR_S, 3)


@app.command()
def budgets(context: typer.Context) -> None:
    """The budgets in force, as they are written in fairlead.toml: copy, change, and compute again."""
    desk: Desk = context.obj
    for row in lanes(desk.store.lake, desk.principal).iter_rows(named=True):
        typer.echo(as_toml(row))


def as_toml(row: dict[str, object]) -> str:
    """One lane as a table of fairlead.toml; a comment says where its numbers come from."""
    parts = [(stage.key, int(str(row[name])) / HOUR_S) for stage, name in zip(PROMISED, BUDGETS, strict=True)]
    hours = ", ".join(f"{stage} = {told:g}" for stage, told in parts if told)
    origin = "as set" if row["basis"] == SET else f"{row['basis']}, from {row['orders']} settled orders"
    days = int(str(row["promise_s"])) / DAY_S
    return f'# {origin}\n[lanes."{row["lane"]}"]\npromise_days = {days:g}\nhours = {{ {hours} }}\n'
