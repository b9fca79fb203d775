"""`fairlead sop training`: what is owed, answers to reading, posts, rules and trainings, as the page has them."""

from datetime import UTC, date, datetime
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from sop.library import library
from sop.remeasured import refreshers_remeasured
from store.company_file import load_company
from store.reading_ladder import Ladder
from store.state import Edition, WrongEntry
from store.state.owing import Standing
from store.state.posts import Post
from store.state.readings import Answer
from store.state.training_rules import DUE_DAYS, QUARTERLY, Needs, TrainingRule
from store.state.trainings import How

app = typer.Typer(help="Reading and training: what is owed, answered, held.", no_args_is_help=True)
DAY = ["%Y-%m-%d"]
OWED = {
    "person": pl.String, "sop": pl.String, "version": pl.String, "read": pl.String, "read_due": pl.Date,
    "trained": pl.Date, "train_due": pl.Date, "state": pl.String,
}  # fmt: skip
COUNTS = {
    "sop": pl.String, "version": pl.String, "team": pl.String, "people": pl.Int64, "read": pl.Int64,
    "declined": pl.Int64, "questions": pl.Int64, "read_late": pl.Int64, "to_train": pl.Int64, "trained": pl.Int64,
    "train_late": pl.Int64,
}  # fmt: skip
REMEASURED = {
    "sop": pl.String, "steps": pl.String, "due": pl.Date, "missed_before": pl.Int64, "answers_before": pl.Int64,
    "missed_after": pl.Int64, "answers_after": pl.Int64, "change": pl.Float64, "low": pl.Float64, "high": pl.Float64,
}  # fmt: skip
ENTERED = {
    "number": pl.Int64, "day": pl.Date, "person": pl.String, "sop": pl.String, "version": pl.String, "how": pl.String,
    "remark": pl.String,
}  # fmt: skip
Key = Annotated[str, typer.Argument(help="As `sop list` shows it.")]
On = Annotated[datetime | None, typer.Option(formats=DAY, help="Default: today.")]


@app.command("mine")
def mine(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """What is asked of you."""
    desk: Desk = context.obj
    _hand_out(context, desk.store.state.standings.mine(desk.principal, today_of(desk), ladder_of(desk)), how)


@app.command("people")
def people(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """What the people owe whom you lead directly."""
    desk: Desk = context.obj
    _hand_out(
        context, desk.store.state.standings.people(desk.principal, today_of(desk), ladder_of(desk)), how
    )


@app.command("refreshers")
def refreshers(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """Whether refreshers on failing steps helped: how often these were missed before and after, without names."""
    desk: Desk = context.obj
    found = refreshers_remeasured(desk.store.state, desk.store.lake, desk.principal, today_of(desk))
    rows = [
        (
            each.sop, ", ".join(each.steps), each.due_on, each.before.numerator, each.before.denominator,
            each.after.numerator, each.after.denominator,
            *((None, None, None) if each.missing else (each.change.value, each.change.low, each.change.high)),
        )
        for each in found
    ]  # fmt: skip
    hand_out(
        context, pl.DataFrame(rows, schema=REMEASURED, orient="row"), how, title="Did the refreshers help"
    )


@app.command("teams")
def teams(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """How procedures stand by team, without names; empty where there are fewer than five people."""
    desk: Desk = context.obj
    found = desk.store.state.standings.counts(desk.principal, today_of(desk), ladder_of(desk))
    rows = [
        {name: getattr(each, name) if each.is_enough or name in ("sop", "version", "team") else None for name in COUNTS}
        for each in found
    ]  # fmt: skip
    hand_out(context, pl.DataFrame(rows, schema=COUNTS, orient="row"), how, title="Teams")


@app.command("confirm")
def confirm(
    context: typer.Context,
    key: Key,
    decline: Annotated[str, typer.Option(help="Decline, and why.")] = "",
    question: Annotated[str, typer.Option(help="Ask its owner.")] = "",
) -> None:
    """Say that you have read what counts today, that you decline, or what you want to know."""
    desk: Desk = context.obj
    edition = edition_of(desk, key)
    answer = Answer.DECLINED if decline else Answer.QUESTION if question else Answer.READ
    desk.store.state.readings.answer(desk.principal, edition.id, answer, decline or question)
    typer.echo(f"{edition.key} {edition.name}: {answer}.")


@app.command("hold")
def hold(
    context: typer.Context,
    key: Key,
    person: Annotated[list[str], typer.Option(help="Address of who was there; several times.")],
    how: Annotated[
        How, typer.Option(help="Session or huddle; shown, together or alone for a mentor.")
    ] = How.SESSION,
    on: On = None,
    remark: Annotated[str, typer.Option()] = "",
) -> None:
    """Enter a training that was held on what counts today."""
    desk: Desk = context.obj
    edition, today = edition_of(desk, key), today_of(desk)
    day = on.date() if on else today
    n = desk.store.state.trainings.enter(desk.principal, edition.id, person, how, day, remark, today=today)
    typer.echo(f"{edition.key} {edition.name}: {how} of {n} entered.")


@app.command("entered")
def entered(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """The trainings you entered for others, with the numbers `withdraw` asks for."""
    desk: Desk = context.obj
    found = desk.store.state.trainings.entered(desk.principal)
    rows = [
        (each.id, each.held_on, each.person, each.sop, each.name, each.how.value, each.note) for each in found
    ]
    frame = pl.DataFrame(rows, schema=ENTERED, orient="row")
    hand_out(context, frame, how, title="Trainings you entered", records=True)


@app.command("withdraw")
def withdraw(
    context: typer.Context, number: Annotated[int, typer.Argument(help="As `sop training entered` shows it.")]
) -> None:
    """Take back a training you entered by mistake; it does not count any more."""
    desk: Desk = context.obj
    desk.store.state.trainings.withdraw(desk.principal, number)
    typer.echo(f"Training {number} is withdrawn.")


@app.command("post")
def post(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="Address of a user.")],
    role: Annotated[str, typer.Argument(help="As procedures name it, such as Packer.")],
    department: Annotated[str, typer.Argument()],
    since: On = None,
    team: Annotated[str, typer.Option()] = "",
    market: Annotated[str, typer.Option()] = "",
    mentor: Annotated[str, typer.Option(help="Address of who walks them through.")] = "",
) -> None:
    """Say who works as what from a day on."""
    desk: Desk = context.obj
    first = since.date() if since else today_of(desk)
    made = Post(person.strip().lower(), role, department, first, team, market, mentor)
    typer.echo(f"{desk.store.state.posts.save(desk.principal, made)}.")


@app.command("rule")
def rule(
    context: typer.Context,
    key: Key,
    needs: Annotated[Needs, typer.Argument(help="What is owed.")],
    role: Annotated[str, typer.Option(help="Default: everybody.")] = "",
    due_days: Annotated[int, typer.Option()] = DUE_DAYS,
    refresher_months: Annotated[int, typer.Option(help="0: never.")] = QUARTERLY,
) -> None:
    """Say what a role owes a procedure, where it is not what its scope says."""
    desk: Desk = context.obj
    rules = desk.store.state.training_rules
    known = next((each for each in rules.rows(desk.principal) if (each.sop, each.role) == (key, role)), None)
    made = TrainingRule(
        key, role, edition_of(desk, key).department, needs, due_days, refresher_months or None,
        known.version if known else 0, known.id if known else 0,
    )  # fmt: skip
    typer.echo(f"{rules.save(desk.principal, made)}.")


def _hand_out(context: typer.Context, standings: list[Standing], how: Format) -> None:
    rows = [
        {
            "person": each.person, "sop": each.asked.edition.key, "version": each.asked.edition.name,
            "read": each.answer.answer.value if each.answer else "", "read_due": each.read_due,
            "trained": each.trained.held_on if each.trained else None,
            "train_due": each.train_due if each.needs_training else None,
            "state": max(each.read_rung, each.train_rung).name.lower(),
        }
        for each in standings
    ]  # fmt: skip
    hand_out(context, pl.DataFrame(rows, schema=OWED, orient="row"), how, title="Owed")


def edition_of(desk: Desk, key: str) -> Edition:
    """What counts today of a procedure. Raises WrongEntry where nothing does."""
    rows = desk.store.state.procedures.rows(desk.principal, key)
    shelf = next(iter(library(rows, today_of(desk))), None)
    edition = shelf.effective() if shelf else None
    if edition is None:
        raise WrongEntry(f"No version of {key} counts today; 'fairlead sop list' shows all.")
    return edition


def today_of(desk: Desk) -> date:
    """The firm's day."""
    return load_company(desk.store.home).today(datetime.now(UTC))


def ladder_of(desk: Desk) -> Ladder:
    """How long the firm gives people to read, and who sees from when that they are late."""
    return load_company(desk.home).ladder
