"""`fairlead sop evidence`, `results`, `reply`, `training onboarding`: about one person, for them and their lead."""

from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from commands.training import app as training
from commands.training import today_of
from sop.diagnosis.fairness import Account
from sop.outcomes.newcomers import Beginning, beginnings, paces
from sop.outcomes.one_person import evidence_of, steps_of
from sop.outcomes.one_person import reply as reply_to
from store.company_file import load_company

EVIDENCE = {
    "sop": pl.String, "step": pl.String, "runs": pl.Int64, "not_done": pl.Int64, "others_not_done": pl.Float64,
    "others": pl.Int64, "next": pl.String, "because": pl.String, "reply": pl.String, "reply_from": pl.Date,
    "reply_to": pl.Date,
}  # fmt: skip
RESULTS = {"sop": pl.String, "step": pl.String, "runs": pl.Int64, "not_done": pl.Int64}
STARTS = {
    "person": pl.String, "role": pl.String, "since": pl.Date, "sop": pl.String, "signed_off": pl.Date,
    "runs_alone": pl.Int64, "followed": pl.Float64, "low": pl.Float64, "high": pl.Float64, "independent": pl.Date,
    "days": pl.Int64,
}  # fmt: skip
PACES = {
    "role": pl.String, "sop": pl.String, "people": pl.Int64, "independent": pl.Int64, "half_after_days": pl.Int64,
    "missing": pl.Int64,
}  # fmt: skip
Key = Annotated[str, typer.Argument(help="As `sop list` shows it.")]
StepKey = Annotated[str, typer.Argument(help="Key of the step.")]


def evidence(
    context: typer.Context,
    key: Key,
    step: StepKey,
    person: Annotated[str, typer.Option(help="Address of who you lead directly; default: yourself.")] = "",
    how: FormatOption = Format.TABLE,
) -> None:
    """What half a year of runs says of your work at a step, or of that of somebody you lead; empty for all others."""
    desk: Desk = context.obj
    asked = person.strip().lower() or desk.principal.name
    found = evidence_of(desk.store.state, desk.principal, asked, key, step, today_of(desk))
    rows = [_evidence(found)] if found is not None else []
    frame = pl.DataFrame(rows, schema=EVIDENCE, orient="row")
    hand_out(context, frame, how, title="Evidence to talk about", records=True)


def results(
    context: typer.Context,
    person: Annotated[str, typer.Option(help="Address of who you lead directly; default: yourself.")] = "",
    how: FormatOption = Format.TABLE,
) -> None:
    """Every step there is evidence about in half a year of your runs, or of somebody you lead; empty for all others."""
    desk: Desk = context.obj
    asked = person.strip().lower() or desk.principal.name
    found = steps_of(desk.store.state, desk.principal, asked, today_of(desk))
    rows = [(each.sop, each.step, each.runs, each.missed) for each in found]
    frame = pl.DataFrame(rows, schema=RESULTS, orient="row")
    hand_out(context, frame, how, title="Steps there is evidence about", records=True)


def reply(
    context: typer.Context,
    key: Key,
    step: StepKey,
    text: Annotated[str, typer.Argument(help="Your side of it; takes the place of what you said before.")],
) -> None:
    """Tell your side of the evidence about you; your direct lead reads it beside the evidence, nobody else."""
    desk: Desk = context.obj
    state, today = desk.store.state, today_of(desk)
    found = evidence_of(state, desk.principal, desk.principal.name, key, step, today)
    seen = found.reply.version if found is not None and found.reply is not None else 0
    kept = reply_to(state, desk.principal, key, step, text, today, seen=seen)
    typer.echo(f"{key} {step}: kept for the runs from {kept.first} to {kept.last}.")


@training.command("onboarding")
def onboarding(
    context: typer.Context,
    roles: Annotated[
        bool, typer.Option("--roles", help="By role and procedure, of your people together.")
    ] = False,
    how: FormatOption = Format.TABLE,
) -> None:
    """Days from the start of a post to independent work: of yourself and of the people you lead directly."""
    desk: Desk = context.obj
    found = beginnings(desk.store.state, desk.principal, today_of(desk), load_company(desk.home))
    if roles:
        led = paces(each for each in found if each.post.person != desk.principal.name)
        rows = [
            (
                each.role,
                each.sop,
                each.people,
                None if each.missing else each.independent,
                each.days,
                each.missing,
            )
            for each in led
        ]
        hand_out(
            context, pl.DataFrame(rows, schema=PACES, orient="row"), how, title="Days to independent work"
        )
        return
    told = [row for each in found for row in _starts(each)]
    frame = pl.DataFrame(told, schema=STARTS, orient="row")
    hand_out(context, frame, how, title="Days to independent work", records=True)


def _evidence(found: Account) -> tuple[object, ...]:
    seen, said = found.evidence, found.reply
    others = seen.peers.denominator if seen.peers is not None else 0
    told = (said.text, said.first, said.last) if said is not None else (None, None, None)
    return (
        found.sop, found.step, seen.checks, seen.fails, round(seen.peer_fail_rate, 6) if others else None, others,
        found.judged.finding.value, found.judged.because, *told,
    )  # fmt: skip


def _starts(each: Beginning) -> list[tuple[object, ...]]:
    post = each.post
    return [
        (post.person, post.role, post.since, one.sop, one.signed_off, one.runs_alone, one.followed.value,
         one.followed.low, one.followed.high, one.competent_on, each.after(one))
        for one in each.found.progress
    ]  # fmt: skip
