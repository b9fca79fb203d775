"""`fairlead sop audit`: audits planned, drawn, worked on record by record, settled, closed and handed out."""

from datetime import date, datetime
from typing import Annotated

import polars as pl
import typer

from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from kpi.figures import share
from sop.audits.checking import answer as answer_step
from sop.audits.checking import begin, finish, next_place
from sop.audits.making import Wish, draw_audit, make_audit, span_before
from sop.audits.outcome import Interval, Outcome, outcome_of
from sop.audits.plans import Fixed, Lot, Named, Plan, Precision, after_the_draw, before_the_draw, read_plan
from sop.audits.sheets import records_frame, steps_frame
from sop.audits.template import PASS_MARK, points_of, read_template
from sop.audits.wanted import reason_of
from sop.library import library
from store.company_file import load_company
from store.state import Edition, WrongEntry
from store.state.audit_rows import Audit, Check, DrawnFrom, Selection

app = typer.Typer(help="Audits of how procedures are followed.", no_args_is_help=True)
DAY = ["%Y-%m-%d"]
LISTED = {
    "audit": pl.Int64, "sop": pl.String, "version": pl.String, "drawn_from": pl.String, "first": pl.Date,
    "last": pl.Date, "market": pl.String, "team": pl.String, "selection": pl.String, "state": pl.String,
    "checked": pl.Int64, "drawn": pl.Int64, "due": pl.Date, "why": pl.String,
}  # fmt: skip
DRAWN = {
    "record": pl.Int64, "number": pl.String, "about": pl.String, "day": pl.Date, "market": pl.String,
    "team": pl.String, "shift": pl.String, "channel": pl.String, "twice": pl.Boolean, "checks": pl.Int64,
    "finished": pl.Int64,
}  # fmt: skip
Number = Annotated[int, typer.Argument(help="As `sop audit list` shows it.", show_default=False)]
Place = Annotated[int, typer.Argument(help="As `sop audit records` shows it.", show_default=False)]
Step = Annotated[str, typer.Argument(help="Key of the step.", show_default=False)]
Why = Annotated[str, typer.Option("--because", help="Why.")]


@app.command("list")
def list_audits(context: typer.Context, how: FormatOption = Format.TABLE) -> None:
    """What is wanted, open and done."""
    desk = _desk(context)
    audits, done = (
        desk.store.state.audits.rows(desk.principal),
        desk.store.state.audits.progress(desk.principal),
    )
    rows = [
        (
            each.id, each.sop, each.number, each.drawn_from.value, each.first, each.last, each.market, each.team,
            each.selection.value, each.state.value, done[each.id].finished if each.id in done else None, each.size,
            each.due_on, reason_of(each),
        )
        for each in audits
    ]  # fmt: skip
    hand_out(context, pl.DataFrame(rows, schema=LISTED, orient="row"), how, title="Audits")


@app.command("make")
def make(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Procedure, as `sop list` shows it.", show_default=False)],
    drawn_from: Annotated[DrawnFrom, typer.Option("--from", help="What is drawn.")] = DrawnFrom.TICKET,
    since: Annotated[datetime | None, typer.Option(formats=DAY, help="Default: four weeks.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=DAY, help="Default: last Sunday.")] = None,
    precision: Annotated[int | None, typer.Option(help="Points to either side; the default is 10.")] = None,
    aql: Annotated[float | None, typer.Option(help="Accept or refuse a lot, in percent.")] = None,
    records: Annotated[int | None, typer.Option(help="A fixed number.")] = None,
    named: Annotated[str, typer.Option(help="These records, separated by commas; never random.")] = "",
    selection: Annotated[Selection, typer.Option(help="Only random ones enter rates.")] = Selection.RANDOM,
    market: Annotated[str, typer.Option(help="Default: all.")] = "",
    team: Annotated[str, typer.Option(help="Default: all.")] = "",
    second: Annotated[int, typer.Option(help="Percent that a second auditor looks at.")] = 20,
    due: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Last day on which it is in time.")
    ] = None,
    pass_mark: Annotated[
        int, typer.Option(help="Percent of the points from which a check is passed.")
    ] = PASS_MARK,
    judge: Annotated[
        list[str] | None, typer.Option(help="STEP=scale 5, STEP=parts: a; b, STEP=leave out.")
    ] = None,
    seed: Annotated[str, typer.Option(help="Default: a new one.")] = "",
    wanted: Annotated[int | None, typer.Option(help="The audit that was asked for.")] = None,
    because: Why = "",
) -> None:
    """Plan an audit of what counts today; `sop audit draw` draws its records."""
    desk = _desk(context)
    plan = _plan(precision, aql, records, named)
    first, last = span_before(_today(desk))
    wish = Wish(
        drawn_from, since.date() if since else first, until.date() if until else last, plan, selection, market, team,
        second, due.date() if due else None, because, pass_mark, _judged(judge or []), seed,
    )  # fmt: skip
    made = make_audit(desk.store.state, desk.principal, _edition(desk, key), wish, wanted)
    typer.echo(f"Audit {made.id} of {made.sop} {made.number}. {before_the_draw(plan)}")


@app.command("draw")
def draw(context: typer.Context, number: Number) -> None:
    """Draw the records of an audit, once; a worker does it as well."""
    desk = _desk(context)
    zone = load_company(desk.home).timezone
    audit = draw_audit(desk.store.state, desk.store.lake, desk.principal, number, zone)
    typer.echo(f"{after_the_draw(read_plan(audit.plan), audit.population, audit.size)} Seed {audit.seed}.")


@app.command("records")
def records_of(context: typer.Context, number: Number, how: FormatOption = Format.TABLE) -> None:
    """The drawn records in the order of looking, and how many looked at each."""
    desk = _desk(context)
    checks = desk.store.state.checks.of(desk.principal, number)
    rows = []
    for each in desk.store.state.checks.records(desk.principal, number):
        mine = [check for check in checks if check.place == each.place]
        rows.append(
            (
                each.place, each.case_id, each.about, each.day, each.market, each.team, each.shift, each.channel,
                each.twice, len(mine), sum(check.finished_at is not None for check in mine),
            )
        )  # fmt: skip
    hand_out(
        context, pl.DataFrame(rows, schema=DRAWN, orient="row"), how, title=f"Audit {number}", records=True
    )


@app.command("answer")
def answer(
    context: typer.Context,
    number: Number,
    place: Place,
    step: Step,
    said: Annotated[
        str, typer.Argument(help="pass, fail, points, a number, parts; or n/a.", show_default=False)
    ],
    because: Why = "",
    comment: Annotated[str | None, typer.Option(help="What was noted beside it.")] = None,
    evidence: Annotated[str | None, typer.Option(help="A link.")] = None,
) -> None:
    """Answer one step of a record; the check begins with its first answer."""
    desk = _desk(context)
    audit, check = _own_check(desk, number, place)
    found = answer_step(
        desk.store.state, desk.principal, audit, check, step, said, because=because, comment=comment,
        evidence=evidence,
    )  # fmt: skip
    typer.echo(f"Saved: {found}.")


@app.command("finish")
def finish_record(context: typer.Context, number: Number, place: Place) -> None:
    """Finish one's own check of a record."""
    desk = _desk(context)
    audit, check = _own_check(desk, number, place)
    finish(desk.store.state, desk.principal, audit, check)
    state, who = desk.store.state, desk.principal
    after = next_place(who, state.checks.records(who, number), state.checks.of(who, number))
    typer.echo("No record is left for you." if after is None else f"Next: record {after}.")


@app.command("not-mine")
def not_mine(context: typer.Context, number: Number, place: Place) -> None:
    """Leave a record to others because it is one's own work."""
    desk = _desk(context)
    desk.store.state.checks.not_mine(desk.principal, number, place)
    typer.echo(f"Record {place} is for somebody else.")


@app.command("settle")
def settle(
    context: typer.Context,
    number: Number,
    place: Place,
    step: Step,
    said: Annotated[str, typer.Argument(help="What counts, as `answer` takes it.", show_default=False)],
    because: Why = "",
) -> None:
    """Say what counts where two auditors disagree, and why."""
    desk = _desk(context)
    item = read_template(desk.store.state.audits.find(desk.principal, number).template).item(step)
    score = None if said == "n/a" else points_of(item, said)[0]
    desk.store.state.checks.settle(desk.principal, number, place, step, score, because)
    typer.echo(f"Settled: {step} of record {place}.")


@app.command("show")
def show(context: typer.Context, number: Number) -> None:
    """What an audit says so far: passed checks with n and interval, points, decision, agreement."""
    desk = _desk(context)
    audit, found, _ = _outcome(desk, number)
    typer.echo(f"Audit {audit.id} of {audit.sop} {audit.number}: {audit.state}.")
    if found.passed is not None:
        typer.echo(f"Checks passed: {_told(found.passed)}. Still missing: {found.missing}.")
    else:
        typer.echo(f"{len(found.checked)} checks are finished; no share can be said of them.")
    typer.echo(f"Points: {found.adherence.numerator} of {found.adherence.denominator}.")
    if found.decision is not None:
        typer.echo(f"Lot: {found.decision.verdict}, {found.decision.bad} of {found.decision.checked} failed.")
    typer.echo(found.agreement.told)


@app.command("result")
def result(
    context: typer.Context,
    number: Number,
    by_record: Annotated[bool, typer.Option("--by-record", help="One row a record and step.")] = False,
    how: FormatOption = Format.TABLE,
) -> None:
    """What was found, by step or by record; nobody is named."""
    desk = _desk(context)
    audit, found, checks = _outcome(desk, number)
    rows = records_frame(audit, found, checks) if by_record else steps_frame(found)
    hand_out(context, rows, how, title=f"Audit {number}", records=by_record)


@app.command("close")
def close(context: typer.Context, number: Number) -> None:
    """End an audit whose records are all checked and whose disagreements are settled."""
    desk = _desk(context)
    audits = desk.store.state.audits
    audits.close(desk.principal, number, audits.find(desk.principal, number).version)
    typer.echo(f"Audit {number} is done.")


@app.command("call-off")
def call_off(context: typer.Context, number: Number, because: Why = "") -> None:
    """End an audit that is not needed; what was checked stays."""
    desk = _desk(context)
    audits = desk.store.state.audits
    audits.call_off(desk.principal, number, audits.find(desk.principal, number).version, because)
    typer.echo(f"Audit {number} is called off.")


def _plan(precision: int | None, aql: float | None, records: int | None, named: str) -> Plan:
    given = [each for each in (precision, aql, records, named or None) if each is not None]
    if len(given) > 1:
        raise WrongEntry("Give one of --precision, --aql, --records and --named; each says how many.")
    if aql is not None:
        return Lot(aql)
    if records is not None:
        return Fixed(records)
    if named:
        return Named(tuple(dict.fromkeys(named.replace(",", " ").split())))
    return Precision(10 if precision is None else precision)


def _judged(told: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in told]
    return {step.strip(): how.strip() for step, _, how in pairs}


def _edition(desk: Desk, key: str) -> Edition:
    shelf = library(desk.store.state.procedures.rows(desk.principal, key), _today(desk))
    edition = shelf[0].effective() if shelf else None
    if edition is None:
        raise WrongEntry(f"No version of '{key}' counts today; `fairlead sop list` shows which do.")
    return edition


def _own_check(desk: Desk, number: int, place: int) -> tuple[Audit, Check]:
    """The audit, and one's own check of the record as it stands; begun where it was not."""
    state, who = desk.store.state, desk.principal
    audit = state.audits.find(who, number)
    record = next((each for each in state.checks.records(who, number) if each.place == place), None)
    if record is None:
        raise WrongEntry(f"Audit {number} has no record {place}; it has {audit.size}.")
    begun = begin(state, who, audit, record)
    return audit, begun


def _outcome(desk: Desk, number: int) -> tuple[Audit, Outcome, list[Check]]:
    state, who = desk.store.state, desk.principal
    audit = state.audits.find(who, number)
    if audit.drawn_at is None:
        raise WrongEntry(f"Audit {number} has no records yet; `fairlead sop audit draw {number}` draws them.")
    checks = state.checks.of(who, number)
    found = outcome_of(
        audit, state.checks.records(who, number), checks, state.checks.settlements(who, number)
    )
    return audit, found, checks


def _told(found: Interval) -> str:
    of = found.share
    return f"{of.numerator} of {of.denominator}, {share(of.value or 0)} ({share(found.low)} to {share(found.high)})"


def _today(desk: Desk) -> date:
    return load_company(desk.home).today(datetime.now().astimezone())


def _desk(context: typer.Context) -> Desk:
    desk: Desk = context.obj
    return desk
