"""`fairlead meeting`: the weekly performance meeting, opened, decided in and closed; what came of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption, Where, slice_of
from commands.leaving import hand_out
from commands.printing import Format
from kpi.catalog import find
from kpi.model import Department
from kpi.words import Language, speaking
from meetings.agenda import of_content
from meetings.archive import find_meetings
from meetings.closing import close_meeting
from meetings.looking import look, restated_since
from meetings.pack import Form, frozen_of, made
from meetings.told import because_told
from store.company_file import load_company
from store.state import segment_text
from store.state.meeting_records import (
    WHOLE_FIRM,
    Comment,
    Decision,
    Meeting,
    MeetingError,
    Verdict,
    monday_of,
    month_of,
)

app = typer.Typer(
    help="Weekly and monthly meetings: list, find, open, show, comment, decide, close, pack.",
    no_args_is_help=True,
)
MEETINGS = {
    "id": pl.Int64, "department": pl.String, "segment": pl.String, "week": pl.Date, "opened_by": pl.String,
    "closed_by": pl.String, "closed_at": pl.String, "decisions": pl.Int64, "digest": pl.String,
}  # fmt: skip
FOUND = {
    "id": pl.Int64, "department": pl.String, "segment": pl.String, "week": pl.Date, "decisions": pl.Int64,
    "found": pl.String,
}  # fmt: skip
LINES = {
    "part": pl.String, "subject": pl.String, "finding": pl.String, "value": pl.Float64, "target": pl.Float64,
    "since": pl.Date, "text": pl.String, "owner": pl.String, "due": pl.Date,
}  # fmt: skip
To = Annotated[Path, typer.Option("--to", help="File to write.", show_default=False)]
Spoken = Annotated[Language, typer.Option("--lang", help="Language of words and numbers.")]
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
    department: Annotated[Department | None, typer.Argument(help="Whose meeting.")] = None,
    monthly: Annotated[
        bool, typer.Option("--monthly", help="This month's meeting of the whole firm.")
    ] = False,
    where: Where = None,
) -> None:
    """Open this week's meeting of a department, or of one market of it (`--where market=DE`); or the monthly one."""
    desk: Desk = context.obj
    if (department is None) is not monthly:
        raise MeetingError(
            "Name a department for its weekly meeting, or --monthly for that of the whole firm."
        )
    whose, day = (department.value, monday_of) if department else (WHOLE_FIRM, month_of)
    asked = Meeting(whose, day(_today(desk)), segment_text(slice_of(where)))
    opened = desk.store.state.meetings.open(desk.principal, asked)
    typer.echo(f"Meeting {opened.id}: {opened}.")


@app.command("show")
def show(context: typer.Context, number: Number, how: FormatOption = Format.TABLE) -> None:
    """Promises, what is off, comments, decisions and actions; of a closed meeting as they were frozen, and what was
    restated since."""
    desk: Desk = context.obj
    state, who = desk.store.state, desk.principal
    meeting = state.meetings.find(who, number)
    pack = state.meetings.pack(who, number)
    agenda = of_content(pack.content) if pack else look(desk.store, who, meeting, datetime.now(UTC))
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
        {"part": "restated", "subject": each.kpi, "finding": each.because.value, "value": each.after,
         "since": each.period, "text": because_told(each)}
        for each in restated_since(desk.store, who, meeting, datetime.now(UTC))
    ]  # fmt: skip
    rows += [
        {"part": "said", "subject": each.kpi, "finding": name, "text": text, "owner": each.made_by}
        for each in state.meetings.comments(who, number)
        for name, text in (("what happened", each.what), ("why", each.why), ("what is next", each.then))
    ]
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


@app.command("pack")
def pack_of(
    context: typer.Context,
    number: Number,
    to: To,
    how: Annotated[Form, typer.Option("--format")] = Form.PDF,
    lang: Spoken = Language.ENGLISH,
) -> None:
    """The pack of a closed meeting as a file: the same bytes whenever it is written."""
    desk: Desk = context.obj
    frozen = frozen_of(desk.store.state, desk.principal, number)
    with speaking(lang):
        content = made(frozen, how)
    desk.took(to)
    to.write_bytes(content)
    typer.echo(f"{to} written, {len(content) / 1000:,.0f} kB.")


@app.command("find")
def find_some(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(help="Of decisions, actions, notes or names of KPIs; all of them.")
    ],
    department: Annotated[Department | None, typer.Option(help="Of one department; default: all.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From the week of a day.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="To the week of a day.")
    ] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """Closed meetings that hold all the words, the newest first."""
    desk: Desk = context.obj
    found = find_meetings(
        desk.store.state, desk.principal, " ".join(words), department=department.value if department else None,
        since=since.date() if since else None, until=until.date() if until else None,
    )  # fmt: skip
    rows = [
        {
            "id": each.meeting.id, "department": each.meeting.department, "segment": each.meeting.segment,
            "week": each.meeting.week, "decisions": each.decisions, "found": "; ".join(each.lines),
        }
        for each in found
    ]  # fmt: skip
    hand_out(context, pl.DataFrame(rows, schema=FOUND), how, title="Meetings")


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
    decided = desk.store.state.meetings.decide(
        desk.principal, Decision(number, text, verdict, find(key).key, sop)
    )
    typer.echo(f"Decision {decided.id}: {decided}.")


@app.command("comment")
def comment(
    context: typer.Context,
    number: Number,
    key: Annotated[str, typer.Argument(help="KPI that is off.")],
    what: Annotated[str, typer.Option(help="What happened.")],
    why: Annotated[str, typer.Option(help="Why it happened.")],
    then: Annotated[str, typer.Option("--next", help="What is next.")],
) -> None:
    """Say of a KPI what happened, why, and what is next; said again, it takes the place of what was said."""
    desk: Desk = context.obj
    meetings, kpi = desk.store.state.meetings, find(key).key
    known = next((each for each in meetings.comments(desk.principal, number) if each.kpi == kpi), None)
    said = replace(known, what=what, why=why, then=then) if known else Comment(number, kpi, what, why, then)
    typer.echo(f"Comment {meetings.comment(desk.principal, said)}.")


@app.command("close")
def close(
    context: typer.Context,
    number: Number,
    without: Annotated[
        str,
        typer.Option("--without-comments", help="Why it ends although something that is off has no comment."),
    ] = "",
) -> None:
    """Close a meeting: its figures are frozen as they are now."""
    desk: Desk = context.obj
    meetings = desk.store.state.meetings
    meeting = meetings.find(desk.principal, number)
    agenda = look(desk.store, desk.principal, meeting, datetime.now(UTC))
    closed = close_meeting(
        desk.store.state, desk.principal, meeting, agenda, _today(desk), uncommented_why=without
    )
    pack = meetings.pack(desk.principal, number)
    typer.echo(f"Closed the {closed}; frozen as {pack.digest if pack else ''}.")


def _today(desk: Desk) -> date:
    return load_company(desk.home).today(datetime.now(UTC))
