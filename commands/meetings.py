"""`fairlead meeting`: the weekly performance meeting, opened, decided in and closed; what came of it."""

from datetime import UTC, date, datetime
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption, Where, slice_of
from commands.leaving import hand_out
from commands.printing import Format
from kpi.catalog import KPIS, find
from kpi.decisions import MOST
from kpi.exports.answer import basis_of
from kpi.exports.gather import overview_of
from kpi.model import Department
from meetings.actions import in_market, most_urgent, open_actions, overdue_since
from meetings.agenda import Agenda, as_content, items, monday, of_content, promised
from meetings.promises import promises
from store.company_file import load_company
from store.state import segment_text
from store.state.meetings import Decision, Meeting, Verdict

app = typer.Typer(help="Weekly meetings: list, open, show, decide, close.", no_args_is_help=True)
MEETINGS = {
    "id": pl.Int64, "department": pl.String, "segment": pl.String, "week": pl.Date, "opened_by": pl.String,
    "closed_by": pl.String, "closed_at": pl.String, "decisions": pl.Int64, "digest": pl.String,
}  # fmt: skip
LINES = {
    "part": pl.String, "subject": pl.String, "finding": pl.String, "value": pl.Float64, "target": pl.Float64,
    "since": pl.Date, "text": pl.String, "owner": pl.String, "due": pl.Date,
}  # fmt: skip
Number = Annotated[int, typer.Argument(help="As `meeting list` shows it.")]


@app.command("list")
def list_meetings(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """Meetings, the newest first."""
    desk: Desk = context.obj
    meetings = desk.store.state.meetings
    rows = []
    for each in meetings.rows(desk.principal):
        pack = meetings.pack(desk.principal, each.id)
        decided = len(meetings.decisions(desk.principal, each.id))
        known: dict[str, object] = {name: getattr(each, name, None) for name in MEETINGS}
        closed = each.closed_at.isoformat(timespec="minutes") if each.closed_at else ""
        rows.append(
            known | {"closed_at": closed, "decisions": decided, "digest": pack.digest if pack else ""}
        )
    hand_out(context, pl.DataFrame(rows, schema=MEETINGS), how, title="Meetings")


@app.command("open")
def open_meeting(
    context: typer.Context,
    department: Annotated[Department, typer.Argument(help="Whose meeting.")],
    where: Where = None,
) -> None:
    """Open this week's meeting of a department, or of one market of it (`--where market=DE`)."""
    desk: Desk = context.obj
    asked = Meeting(department.value, monday(_today(desk)), segment_text(slice_of(where)))
    made = desk.store.state.meetings.open(desk.principal, asked)
    typer.echo(f"Meeting {made.id}: {made}.")


@app.command("show")
def show(context: typer.Context, number: Number, how: FormatOption = Format.TABLE) -> None:
    """Promises, what is off, decisions and actions; of a closed meeting as they were frozen."""
    desk: Desk = context.obj
    state, who = desk.store.state, desk.principal
    meeting = state.meetings.find(who, number)
    pack = state.meetings.pack(who, number)
    agenda = of_content(pack.content) if pack else _agenda(desk, meeting)
    actions = {each.id: each for each in state.actions.rows(who)}
    rows: list[dict[str, object]] = [
        {"part": "promised", "subject": action.kpi, "finding": each.kept.value, "text": action.text,
         "owner": action.owner, "due": each.due}
        for each in agenda.promised if (action := actions.get(each.action)) is not None
    ]  # fmt: skip
    rows += [
        {"part": "off", "subject": each.kpi, "finding": each.found.value, "value": each.value,
         "target": each.target, "since": each.since}
        for each in agenda.items
    ]  # fmt: skip
    rows += [
        {"part": "decided", "subject": each.kpi, "finding": each.verdict.value, "text": each.text,
         "owner": each.made_by}
        for each in state.meetings.decisions(who, number)
    ]  # fmt: skip
    rows += [
        {"part": "action", "subject": each.kpi, "finding": each.status.value, "text": each.text,
         "owner": each.owner, "due": each.due}
        for each in actions.values() if each.meeting == number
    ]  # fmt: skip
    hand_out(context, pl.DataFrame(rows, schema=LINES), how, title=str(meeting).capitalize())


@app.command("decide")
def decide(
    context: typer.Context,
    number: Number,
    key: Annotated[str, typer.Argument(help="KPI that is off.")],
    text: Annotated[str, typer.Argument(help="What was decided, and why.")],
    verdict: Annotated[Verdict, typer.Option(help="What was found.")] = Verdict.WATCH,
    sop: Annotated[str, typer.Option(help="The procedure it is about.")] = "",
) -> None:
    """Record a decision of an open meeting."""
    desk: Desk = context.obj
    made = desk.store.state.meetings.decide(
        desk.principal, Decision(number, text, verdict, find(key).key, sop)
    )
    typer.echo(f"Decision {made.id}: {made}.")


@app.command("close")
def close(context: typer.Context, number: Number) -> None:
    """Close a meeting: its figures are frozen as they are now."""
    desk: Desk = context.obj
    meetings = desk.store.state.meetings
    meeting = meetings.find(desk.principal, number)
    closed = meetings.close(desk.principal, meeting, as_content(_agenda(desk, meeting)))
    pack = meetings.pack(desk.principal, number)
    typer.echo(f"Closed the {closed}; frozen as {pack.digest if pack else ''}.")


def _agenda(desk: Desk, meeting: Meeting) -> Agenda:
    """What the meeting looks at now; whether procedures were followed is on its page."""
    store, who, today = desk.store, desk.principal, _today(desk)
    basis = basis_of(store, who, list(KPIS.values()), datetime.now(UTC))
    mine = in_market(open_actions(store.state, who), meeting.market)
    found = overview_of(
        store, who, basis, market=meeting.market, department=Department(meeting.department),
        actions=most_urgent(mine), overdue=overdue_since(mine, today),
    )  # fmt: skip
    every = store.state.actions.rows(who)
    carried = promises(every, meeting.department, meeting.segment, meeting.week, today)
    listed = items(found.decisions[:MOST], found.reasons, {}, {})
    return Agenda(basis.as_of, basis.company.currency, listed, promised(carried))


def _today(desk: Desk) -> date:
    return load_company(desk.home).today(datetime.now(UTC))
