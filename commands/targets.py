"""`fairlead target`: what each KPI should reach, from a file and back, and what a change would do to the past."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.leaving import hand_out
from commands.printing import Format
from kpi.catalog import KPIS, find
from kpi.foreseen import checked
from kpi.period import Every, whole_periods
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from store.state.precedence import TargetRow, frame_of
from store.state.targetfile import read_targets, write_targets

app = typer.Typer(help="Targets: list, import, export, preview.", no_args_is_help=True)
FormatOption = Annotated[Format, typer.Option("--format", help="How the rows are written.")]
PREVIEW_WEEKS = 52


@app.command("list")
def list_targets(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """The targets in force, and the definitions' own where none is set."""
    desk: Desk = context.obj
    kept = desk.store.state.targets.frame(desk.principal)
    own = pl.DataFrame(
        [
            (kpi.key, "", kpi.target.at, kpi.target.warn, "definition")
            for kpi in KPIS.values()
            if kpi.target and kpi.key not in set(kept["kpi"])
        ],
        schema={
            "kpi": pl.String,
            "segment": pl.String,
            "target": pl.Float64,
            "warn": pl.Float64,
            "basis": pl.String,
        },
        orient="row",
    )
    hand_out(
        context,
        pl.concat([kept.with_columns(pl.lit("set").alias("basis")), own], how="diagonal").sort(
            "kpi", "segment"
        ),
        how,
    )


@app.command("import")
def import_targets(context: typer.Context, file: Path) -> None:
    """Add the targets of a CSV file: all of them, or none when one is wrong."""
    desk: Desk = context.obj
    rows = _checked(file)
    done = desk.store.state.targets.import_rows(desk.principal, rows)
    typer.echo(f"{done.added} targets added, {done.unchanged} were there already.")


@app.command("export")
def export_targets(context: typer.Context, file: Path) -> None:
    """Write every target ever set to a CSV file that can be imported again."""
    desk: Desk = context.obj
    rows = desk.store.state.targets.rows(desk.principal)
    desk.took(file)
    file.write_text(write_targets(rows), encoding="utf-8")
    typer.echo(f"{len(rows)} targets written to {file}.")


@app.command("preview")
def preview(context: typer.Context, file: Path, how: FormatOption = Format.TABLE) -> None:
    """Which statuses of the last 52 closed weeks would be different with the targets of the file."""
    desk: Desk = context.obj
    now = desk.store.state.targets.rows(desk.principal)
    after = frame_of([*now, *_checked(file)])
    changes = [_changes(desk, key, frame_of(now), after) for key in sorted(set(after["kpi"]))]
    found = pl.concat(changes) if changes else pl.DataFrame()
    if found.is_empty():
        typer.echo("No status of the last 52 weeks would change.")
    else:
        hand_out(context, found, how)


def _checked(file: Path) -> list[TargetRow]:
    """The rows of the file; every KPI and every dimension of a segment must exist."""
    return checked(read_targets(file.name, file.read_bytes()))


def _changes(desk: Desk, key: str, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    kpi, moment = find(key), desk.as_of()
    if moment is None:
        return pl.DataFrame()
    span = whole_periods(Every.WEEK, moment.day, PREVIEW_WEEKS)
    slices = {
        tuple(sorted(_dimensions(segment))) for segment in after.filter(pl.col("kpi") == key)["segment"]
    }
    found = []
    for by in sorted(slices | {()}):
        question = Question(span, Every.WEEK, by=by, percentiles=False)
        old, new = (
            values(
                desk.store.lake, desk.principal, kpi, question, Judgement(targets=targets, closed=moment.day)
            )
            for targets in (before, after)
        )
        found.append(_different(key, by, old, new))
    return pl.concat(found)


def _dimensions(segment: str) -> list[str]:
    return [pair.partition("=")[0] for pair in segment.split(";") if pair]


def _different(key: str, by: tuple[str, ...], old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    together = old.with_columns(new["status"].alias("after"), new["target"].alias("new_target"))
    moved = together.filter(pl.col("status") != pl.col("after"))
    where = (
        pl.concat_str([pl.lit(name + "=") + pl.col(name) for name in by], separator=";") if by else pl.lit("")
    )
    return moved.select(
        pl.lit(key).alias("kpi"),
        pl.col("period").alias("week"),
        (pl.col("period") + timedelta(days=6)).alias("until"),
        where.alias("slice"),
        "value",
        pl.col("target").alias("old_target"),
        "new_target",
        pl.col("status").alias("before"),
        "after",
    )
