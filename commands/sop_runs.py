"""`fairlead sop run`: runs of procedures begun, listed, shown and taken along, with the refusals of the pages."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from sop.library import library
from sop.runs import answering
from sop.runs.answering import Place, Progress
from sop.runs.cases import find_case
from store.company_file import load_company
from store.evidence import read
from store.state import WrongEntry
from store.state.run_records import Outcome, ProcedureRun, Said

app = typer.Typer(
    help="Runs of procedures: list, show, start, answer, finish, give up.", no_args_is_help=True
)
RUNS = pl.Schema({
    "run": pl.Int64(), "sop": pl.String(), "version": pl.String(), "kind": pl.String(), "number": pl.String(),
    "state": pl.String(), "started_at": pl.Datetime("us", "UTC"), "ended_at": pl.Datetime("us", "UTC"),
    "person": pl.String(), "team": pl.String(),
})  # fmt: skip
STEPS = pl.Schema({
    "step": pl.String(), "title": pl.String(), "critical": pl.Boolean(), "stands": pl.String(), "value": pl.String(),
    "remark": pl.String(), "file": pl.Int64(), "saved_at": pl.Datetime("us", "UTC"), "answers": pl.Int64(),
})  # fmt: skip
Number = Annotated[int, typer.Argument(help="As `sop run list` shows it.")]
Case = Annotated[str, typer.Option(help="order, shipment, ticket or batch.")]


@app.command("list")
def list_runs(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="Those for this order, shipment, ticket or batch.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Your ended ones too.")] = False,
    how: FormatOption = Format.TABLE,
) -> None:
    """Your runs, or those for a number as far as you may know of them."""
    desk: Desk = context.obj
    runs = desk.store.state.procedure_runs
    found = runs.of_case(desk.principal, number) if number else runs.mine(desk.principal, only_open=not every)
    rows = pl.DataFrame([_row(each) for each in found], schema=RUNS, orient="row")
    hand_out(context, rows, how, title="Runs", records=True)


@app.command("show")
def show(context: typer.Context, run: Number, how: FormatOption = Format.TABLE) -> None:
    """The steps of a run and where they stand; for its person and their direct lead."""
    desk: Desk = context.obj
    found = answering.progress(desk.store.state, desk.principal, run)
    rows = pl.DataFrame(_steps(found), schema=STEPS, orient="row")
    hand_out(context, rows, how, title=str(found.run), records=True)


@app.command("start")
def start(
    context: typer.Context,
    sop: Annotated[str, typer.Argument(help="Key of the procedure.")],
    number: Annotated[str, typer.Argument(help="Of the order, shipment, ticket or batch.")],
    kind: Case = "order",
    market: Annotated[str, typer.Option(help="Where the data do not say.")] = "",
    product: Annotated[str, typer.Option(help="Where the data do not say.")] = "",
    team: Annotated[str, typer.Option(help="The team that does the work.")] = "",
) -> None:
    """Begin a run of what counts today, or go on with the one that is open."""
    desk: Desk = context.obj
    today = load_company(desk.home).today(datetime.now(UTC))
    shelves = library(desk.store.state.procedures.rows(desk.principal, sop), today)
    if not shelves:
        raise WrongEntry(f"There is no procedure '{sop}'; `fairlead sop list` shows all.")
    found = find_case(desk.store.lake, desk.principal, kind, number)
    place = Place(found.market or market, found.product or product, team)
    begun = answering.start(desk.store.state, desk.principal, shelves[0], "", found.case, place)
    unknown = " The data do not have this number." if found.case.known is False else ""
    typer.echo(f"{begun}.{unknown}")


@app.command("answer")
def answer(
    context: typer.Context,
    run: Number,
    step: Annotated[str, typer.Argument(help="Key of the step.")],
    outcome: Annotated[Outcome, typer.Argument(help="done, not done or not applicable.")] = Outcome.DONE,
    value: Annotated[str, typer.Option(help="What was measured.")] = "",
    remark: Annotated[str, typer.Option(help="Why, or a remark.")] = "",
) -> None:
    """Answer a step; told only after it is stored."""
    desk: Desk = context.obj
    state = desk.store.state
    number = answering.value_of(value) if value else None
    text = answering.text_of(state, desk.principal, state.procedure_runs.find(desk.principal, run))
    said = Said(step, outcome, uuid4().hex, number, remark)
    kept = answering.answer(state, desk.principal, text, run, said)
    code = f" A second person confirms it with {kept.code}." if kept.code else ""
    typer.echo(f"{step}: {kept.outcome}, saved {kept.saved_at:%H:%M:%S} UTC.{code}")


@app.command("confirm")
def confirm(context: typer.Context, code: Annotated[str, typer.Argument(help="As told.")]) -> None:
    """Confirm a colleague's step as the second person."""
    desk: Desk = context.obj
    kept = desk.store.state.procedure_runs.confirm(desk.principal, code, uuid4().hex)
    typer.echo(f"{kept.step}: confirmed, saved {kept.saved_at:%H:%M:%S} UTC.")


@app.command("finish")
def finish(context: typer.Context, run: Number) -> None:
    """Close a run in which nothing is open any more."""
    desk: Desk = context.obj
    state = desk.store.state
    text = answering.text_of(state, desk.principal, state.procedure_runs.find(desk.principal, run))
    typer.echo(f"{answering.finish(state, desk.principal, text, run)}.")


@app.command("give-up")
def give_up(
    context: typer.Context, run: Number, reason: Annotated[str, typer.Option(help="Why.", show_default=False)]
) -> None:
    """End a run that will not be finished."""
    desk: Desk = context.obj
    runs = desk.store.state.procedure_runs
    seen = runs.find(desk.principal, run).version
    typer.echo(f"{runs.give_up(desk.principal, run, seen, reason)}.")


@app.command("file")
def file(
    context: typer.Context,
    run: Number,
    number: Annotated[int, typer.Argument(help="The file, as `sop run show` tells it.")],
    to: Annotated[Path, typer.Option("--to", help="File to write.", show_default=False)],
) -> None:
    """Take a photo or file of a run along."""
    desk: Desk = context.obj
    found = next(
        (each for each in desk.store.state.run_files.of(desk.principal, run) if each.id == number), None
    )
    data = read(desk.home, found.sha256) if found else None
    if data is None:
        raise WrongEntry(f"Run {run} has no file {number}, or it was erased.")
    desk.took(to)
    with to.open("xb") as made:
        made.write(data)
    typer.echo(f"{to}: {len(data)} bytes.")


def _row(run: ProcedureRun) -> tuple[object, ...]:
    return (
        run.id, run.sop, run.number, run.case_kind, run.case_id, run.state.value, run.started_at, run.ended_at,
        run.person or None, run.team or None,
    )  # fmt: skip


def _steps(found: Progress) -> list[tuple[object, ...]]:
    return [
        (
            step.key, step.title, step.critical, each.stand.value,
            str(each.answer.value) if each.answer and each.answer.value is not None else None,
            each.answer.remark if each.answer else None, each.answer.evidence if each.answer else None,
            each.answer.saved_at if each.answer else None,
            sum(other.step == step.key for other in found.answers),
        )
        for step, each in found.steps
    ]  # fmt: skip
