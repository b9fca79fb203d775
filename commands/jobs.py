"""`fairlead jobs`: what the worker does and when, who is at it, and what went wrong."""

from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.printing import Format, write
from store.state.signs import JobRun, JobState

JOBS = {
    "job": pl.String, "state": pl.String, "due": pl.Datetime, "holder": pl.String, "attempts": pl.Int64,
    "last_ok": pl.Datetime, "seconds": pl.Float64, "message": pl.String,
}  # fmt: skip
RUNS = {
    "run": pl.Int64, "job": pl.String, "state": pl.String, "started": pl.Datetime, "seconds": pl.Float64,
    "attempt": pl.Int64, "holder": pl.String, "message": pl.String,
}  # fmt: skip


def jobs(
    context: typer.Context,
    log: Annotated[int, typer.Option("--log", min=0, help="So many of the latest runs instead.")] = 0,
    how: Annotated[Format, typer.Option("--format", help="How the rows are written.")] = Format.TABLE,
) -> None:
    """The worker's jobs: due when, held by whom, last done well when, and the failure of the last attempt."""
    desk: Desk = context.obj
    signs = desk.store.state.signs
    if log:
        write(pl.DataFrame([_run(each) for each in signs.log(desk.principal, log)], RUNS, orient="row"), how)
        return
    write(pl.DataFrame([_job(each) for each in signs.jobs(desk.principal)], JOBS, orient="row"), how)


def _job(each: JobState) -> tuple[object, ...]:
    state = "running" if each.holder else "failing" if each.message else "waiting" if each.last_ok else "new"
    took = _seconds(each.last) if each.last else None
    last_ok = each.last_ok and each.last_ok.replace(tzinfo=None)
    due = each.due_at.replace(tzinfo=None)
    return each.name, state, due, each.holder, each.attempts, last_ok, took, each.message


def _run(each: JobRun) -> tuple[object, ...]:
    started = each.started_at.replace(tzinfo=None)
    return (
        each.id,
        each.job,
        each.status.value,
        started,
        _seconds(each),
        each.attempt,
        each.owner,
        each.message,
    )


def _seconds(run: JobRun) -> float | None:
    return (run.ended_at - run.started_at).total_seconds() if run.ended_at else None
