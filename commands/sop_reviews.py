"""`fairlead sop reviews`, `sop flags` and `sop mend`: what keeps procedures right, from the terminal."""

from datetime import UTC, date, datetime
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from kpi.catalog import find
from meetings.actions import close
from sop.feedback import flag as flag_step
from sop.library import Shelved, library
from sop.mending import begin_again, carry_out, evaluate, open_corrective, usual_direction
from sop.review_life import begin_draft, calendar, clocks, finish
from store.company_file import load_company
from store.state import (
    ActionStatus,
    Announced,
    Answer,
    Cause,
    Corrective,
    Ending,
    FlagKind,
    FlagState,
    LeadsTo,
    TriggerKind,
    WrongEntry,
)

DAY = ["%Y-%m-%d"]
reviews = typer.Typer(help="Reviews of procedures: due, finish, announce.", no_args_is_help=True)
flags = typer.Typer(help="Flags on steps: list, say, answer.", no_args_is_help=True)
mend = typer.Typer(
    help="Corrective actions: list, open, carried, effect, again, close.", no_args_is_help=True
)
DUE = {
    "key": pl.String, "title": pl.String, "due": pl.Date, "overdue": pl.Boolean, "last_review": pl.Date,
    "reasons": pl.String,
}  # fmt: skip
SAID = {
    "id": pl.Int64, "sop": pl.String, "edition": pl.String, "step": pl.String, "kind": pl.String, "text": pl.String,
    "flagged_on": pl.Date, "due": pl.Date, "state": pl.String, "answer": pl.String,
}  # fmt: skip
MENDING = {
    "id": pl.Int64, "sop": pl.String, "text": pl.String, "owner": pl.String, "kpi": pl.String, "direction": pl.String,
    "wanted_percent": pl.Int64, "first_due": pl.Date, "due": pl.Date, "took_effect": pl.Date, "verify_on": pl.Date,
    "outcome": pl.String, "status": pl.String, "reopened": pl.Int64,
}  # fmt: skip
Key = Annotated[str, typer.Argument(help="As `sop list` shows it.")]
Number = Annotated[int, typer.Argument(help="As the list shows it.")]


@reviews.command("due")
def due(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """Every procedure in force by the day its review is due, the most late first, and what came up."""
    desk = _desk(context)
    found = calendar(_shelves(desk), desk.store.state.triggers.rows(desk.principal))
    rows = [
        (
            each.shelf.key, each.shelf.shown("").title, each.by, each.is_late, each.shelf.clock.reviewed,
            "; ".join(f"{one.kind}: {one.evidence}" for one in each.reasons),
        )
        for each in found
    ]  # fmt: skip
    hand_out(context, pl.DataFrame(rows, schema=DUE, orient="row"), how, title="Reviews")


@reviews.command("finish")
def finish_review(
    context: typer.Context,
    key: Key,
    ending: Annotated[Ending, typer.Option(help="What it ends with.", show_default=False)],
    remark: Annotated[str, typer.Option(help="What was looked at and found.", show_default=False)],
) -> None:
    """A review is over; everything that came up for it is answered."""
    desk = _desk(context)
    state = desk.store.state
    past = state.reviews.rows(desk.principal, key)
    waiting = state.triggers.rows(desk.principal, key)
    done = finish(
        state, desk.principal, _shelf(desk, key), ending, remark, answers=[each.id for each in waiting],
        after=max((each.id for each in past), default=0),
    )  # fmt: skip
    typer.echo(f"{done}. Next review by {_shelf(desk, key).review_due or '-'}.")


@reviews.command("announce")
def announce(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="What changes.")],
    sop: Annotated[list[str], typer.Option(help="A procedure it touches; may be given several times.")],
    source: Annotated[str, typer.Option(help="Address of the page that says so.", show_default=False)],
    on: Annotated[datetime, typer.Option(formats=DAY, help="From when it counts.", show_default=False)],
    system: Annotated[bool, typer.Option("--system", help="A system changes, no regulation.")] = False,
) -> None:
    """Enter a regulation or a system that changes; it asks for a review of what it touches."""
    desk = _desk(context)
    kind = TriggerKind.SYSTEM if system else TriggerKind.REGULATION
    change = Announced(kind, what, source, on.date(), frozenset(sop))
    for each in desk.store.state.triggers.announce(desk.principal, change, _today(desk)):
        typer.echo(f"{each}; review by {each.due}.")


@flags.command("list")
def list_flags(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="One procedure; default: all.")] = None,
    answered: Annotated[bool, typer.Option("--answered", help="Also those that were answered.")] = False,
    how: FormatOption = Format.TABLE,
) -> None:
    """One's own flags, and for who writes procedures those of others."""
    desk = _desk(context)
    state = None if answered else FlagState.OPEN
    found = desk.store.state.flags.rows(desk.principal, key, state)
    rows = [tuple(getattr(each, name) for name in SAID) for each in found]
    hand_out(context, pl.DataFrame(rows, schema=SAID, orient="row"), how, title="Flags")


@flags.command("say")
def say_flag(
    context: typer.Context,
    key: Key,
    step: Annotated[str, typer.Argument(help="Key of the step.")],
    kind: Annotated[FlagKind, typer.Argument(help="What is the matter.")],
    text: Annotated[str, typer.Option(help="A word about it.")] = "",
) -> None:
    """Flag a step of what counts today."""
    desk = _desk(context)
    now = _shelf(desk, key).effective()
    if now is None:
        raise WrongEntry(f"Nothing of {key} counts today.")
    said = flag_step(
        desk.store.state, desk.principal, key, now.name, step, kind, text, today=_today(desk)
    )  # fmt: skip
    typer.echo(f"Flag {said.id}: {said}; an answer is due by {said.due}.")


@flags.command("answer")
def answer_flags(
    context: typer.Context,
    numbers: Annotated[list[int], typer.Argument(help="As the list shows them; one answer for all.")],
    state: Annotated[
        FlagState, typer.Option("--state", help="accepted, declined or answered.", show_default=False)
    ],
    words: Annotated[str, typer.Option(help="What whoever said it reads.")] = "",
    leads_to: Annotated[LeadsTo, typer.Option(help="Where an accepted one leads.")] = LeadsTo.NOTHING,
) -> None:
    """Answer flags."""
    desk = _desk(context)
    store, who = desk.store.state, desk.principal
    seen = [store.flags.find(who, number) for number in numbers]
    for each in store.flags.settle(who, seen, Answer(state, words, leads_to), _today(desk)):
        typer.echo(f"Flag {each.id}: {each}.")
    if leads_to is LeadsTo.DRAFT:
        for key in sorted({each.sop for each in seen}):
            typer.echo(f"{begin_draft(store, who, _shelf(desk, key))}.")


@mend.command("list")
def list_mending(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="One procedure; default: all.")] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Corrective actions with what they must move and what was found."""
    desk = _desk(context)
    found = desk.store.state.actions.correctives(desk.principal, key)
    rows = [tuple(getattr(each, name) for name in MENDING) for each in found]
    hand_out(context, pl.DataFrame(rows, schema=MENDING, orient="row"), how, title="Corrective actions")


@mend.command("open")
def open_mending(
    context: typer.Context,
    key: Key,
    kpi: Annotated[str, typer.Argument(help="KPI that must move.")],
    text: Annotated[str, typer.Argument(help="What will be done.")],
    owner: Annotated[str, typer.Option(help="Who will do it.", show_default=False)],
    due: Annotated[datetime, typer.Option(formats=DAY, help="Until when.", show_default=False)],
    cause: Annotated[Cause, typer.Option(help="Why.")] = Cause.REVIEW,
    percent: Annotated[int, typer.Option(help="By how much the KPI is to move.")] = 20,
) -> None:
    """Open a corrective action on a procedure."""
    desk = _desk(context)
    found = find(kpi)
    asked = Corrective(
        found.key, "", text, owner, due.date(), sop=key, cause=cause, direction=usual_direction(found),
        wanted_percent=percent,
    )  # fmt: skip
    opened = open_corrective(desk.store.state, desk.principal, found, asked, today=_today(desk))
    typer.echo(f"Corrective action {opened.id}: {opened}.")


@mend.command("carried")
def carried(
    context: typer.Context,
    number: Number,
    since: Annotated[datetime | None, typer.Option(formats=DAY, help="Default: today.")] = None,
) -> None:
    """The work is done the new way; says when its effect can be seen."""
    desk = _desk(context)
    day = since.date() if since else _today(desk)
    done = carry_out(desk.store, desk.principal, _corrective(desk, number), day, now=datetime.now(UTC))
    typer.echo(f"Corrective action {number}: its effect can be seen from {done.verify_on} on.")


@mend.command("effect")
def effect(context: typer.Context, number: Number) -> None:
    """Look at the effect; refused before its day."""
    desk = _desk(context)
    done = evaluate(desk.store, desk.principal, _corrective(desk, number), now=datetime.now(UTC))
    typer.echo(f"Corrective action {number}: {done.outcome.replace('_', ' ')}.")


@mend.command("again")
def again(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Option(help="What will be done instead.", show_default=False)],
    due: Annotated[datetime, typer.Option(formats=DAY, help="Until when.", show_default=False)],
) -> None:
    """It did not help: do something else. The day promised first stays."""
    desk = _desk(context)
    seen = _corrective(desk, number)
    done = begin_again(
        desk.store.state,
        desk.principal,
        seen,
        text=text,
        owner=seen.owner,
        due=due.date(),
        today=_today(desk),
    )
    typer.echo(f"Corrective action {number}: {done}.")


@mend.command("close")
def close_mending(
    context: typer.Context, number: Number, note: Annotated[str, typer.Option(help="What came of it.")] = ""
) -> None:
    """Close it; refused before its effect was evaluated."""
    desk = _desk(context)
    done = close(
        desk.store.state, desk.principal, _corrective(desk, number), ActionStatus.DONE, note
    )  # fmt: skip
    typer.echo(f"Corrective action {number}: {done}.")


def _corrective(desk: Desk, number: int) -> Corrective:
    found = desk.store.state.actions.find(desk.principal, number)
    if not isinstance(found, Corrective):
        raise WrongEntry(f"Action {number} is no corrective action; `fairlead sop mend list` shows those.")
    return found


def _shelves(desk: Desk, key: str | None = None) -> tuple[Shelved, ...]:
    state, who = desk.store.state, desk.principal
    return library(state.procedures.rows(who, key), _today(desk), clocks(state, who))


def _shelf(desk: Desk, key: str) -> Shelved:
    found = _shelves(desk, key)
    if not found:
        raise WrongEntry(f"There is no procedure '{key}'; `fairlead sop list` shows all.")
    return found[0]


def _today(desk: Desk) -> date:
    return load_company(desk.home).today(datetime.now(UTC))


def _desk(context: typer.Context) -> Desk:
    desk: Desk = context.obj
    return desk
