"""`fairlead sop audit mine` and `reply`: the audits of one's own runs, and one's side of them."""

from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from commands.training import today_of
from sop.audits.own import OwnAudit, audited, reply_to_audit

SCHEMA = {
    "name": pl.String, "day": pl.Date, "sop": pl.String, "version": pl.String, "about": pl.String,
    "result": pl.String, "points": pl.Int64, "of": pl.Int64, "short": pl.String, "reply": pl.String,
}  # fmt: skip


def mine(
    context: typer.Context,
    person: Annotated[str, typer.Option(help="Address of who you lead directly; default: yourself.")] = "",
    how: FormatOption = Format.TABLE,
) -> None:
    """What half a year of audits found in your runs, or in those of somebody you lead; empty for all others."""
    desk: Desk = context.obj
    asked = person.strip().lower() or desk.principal.name
    rows = [_row(each) for each in audited(desk.store.state, desk.principal, asked, today_of(desk))]
    hand_out(
        context, pl.DataFrame(rows, schema=SCHEMA, orient="row"), how, title="Audited runs", records=True
    )


def reply(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="As `sop audit mine` shows it, such as 12/3.")],
    text: Annotated[str, typer.Argument(help="Your side of it; takes the place of what you said before.")],
) -> None:
    """Tell your side of an audit of your run; your direct lead reads it beside the audit, nobody else."""
    desk: Desk = context.obj
    state, who, today = desk.store.state, desk.principal, today_of(desk)
    found = next((each for each in audited(state, who, who.name, today) if each.name == name), None)
    seen = found.reply.version if found is not None and found.reply is not None else 0
    kept = reply_to_audit(state, who, name, text, today, seen=seen)
    typer.echo(f"{name}: kept for the run of {kept.first}.")


def _row(each: OwnAudit) -> tuple[object, ...]:
    record, audit, score = each.run.record, each.run.audit, each.score
    short = "; ".join(
        f"{one.item.step}: {one.comment}" if one.comment else one.item.step for one in each.short
    )
    return (
        each.name, record.day, audit.sop, audit.number, record.about, score.result.value, score.points.numerator,
        score.points.denominator, short, each.reply.text if each.reply else None,
    )  # fmt: skip
