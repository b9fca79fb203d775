"""`fairlead sop`: procedures listed, shown, taken in and out, submitted, approved, retired and compared."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from commands import audited, sop_audits, sop_standing
from commands.adherence import adherence, effects, friction, verdicts
from commands.desk import Desk
from commands.kpis import FormatOption
from commands.leaving import hand_out
from commands.printing import Format
from commands.quizzes import question, quiz
from commands.sop_files import given, read_procedure, tell_gaps, tell_refused
from commands.sop_people import evidence, reply, results
from commands.training import app as training
from kpi.exports.paper import as_pdf
from kpi.model import Department
from kpi.words import Language, speaking
from sop.library import Shelved, library, procedure_of
from sop.procedure import Procedure, Version
from sop.procedure.diff import Difference, differences
from sop.procedure.drawn import drawn_pictures
from sop.procedure.markdown import write as as_markdown
from sop.procedure.paper import document_of
from sop.procedure.problems import require_sound
from sop.review_life import clocks
from sop.taking_in import take_in
from store.company_file import load_company
from store.state import Edition, WrongEntry

app = typer.Typer(
    help="Procedures (SOPs): list, show, import, export, submit, approve.", no_args_is_help=True
)
for _each in (adherence, verdicts, effects, friction, *sop_standing.COMMANDS, evidence, results, reply):
    app.command(_each.__name__)(_each)
training.command("quiz")(quiz)
training.command("question")(question)
app.add_typer(training, name="training")
sop_audits.app.command("mine")(audited.mine)
sop_audits.app.command("reply")(audited.reply)
app.add_typer(sop_audits.app, name="audit")
DAY = ["%Y-%m-%d"]
SCHEMA = {
    "key": pl.String, "title": pl.String, "department": pl.String, "version": pl.String, "state": pl.String,
    "counts_from": pl.Date, "owner": pl.String, "review_due": pl.Date, "languages": pl.String, "draft": pl.String,
}  # fmt: skip
Key = Annotated[str, typer.Argument(help="As `sop list` shows it.")]
Spoken = Annotated[str, typer.Option("--lang", help="Default: the language it is written in.")]
Number = Annotated[str, typer.Option("--version", help="Default: what counts today, else the latest.")]


@app.command("list")
def list_procedures(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help="Only those whose text holds these words.")] = "",
    department: Annotated[Department | None, typer.Option(help="Default: all.")] = None,
    how: FormatOption = Format.TABLE,
) -> None:
    """What counts today, what is being written, and when it is reviewed next."""
    desk = _desk(context)
    state, principal = desk.store.state, desk.principal
    held = state.procedures.holding(principal, words) if words else None
    shelf = [
        each
        for each in library(state.procedures.rows(principal), _today(desk), clocks(state, principal))
        if held is None or not held.keys().isdisjoint(edition.id for edition in each.editions)
    ]
    rows = [_row(each) for each in shelf if department in (None, each.shown("").department)]
    hand_out(context, pl.DataFrame(rows, schema=SCHEMA, orient="row"), how, title="Procedures")


@app.command("show")
def show(context: typer.Context, key: Key, lang: Spoken = "", version: Number = "") -> None:
    """One procedure as Markdown."""
    desk = _desk(context)
    edition = _edition(_shelf(desk, key), lang, version)
    typer.echo(desk.store.state.procedures.text(desk.principal, edition.id), nl=False)


@app.command("import")
def import_procedure(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="Markdown or HTML, or a zip of it with its pictures.", show_default=False),
    ] = None,
    key: Annotated[str, typer.Option(help="Default: as the file says, or its name.")] = "",
    title: Annotated[str, typer.Option(help="In place of the title in the file.")] = "",
    department: Annotated[Department | None, typer.Option(help="In place of the one in the file.")] = None,
    owner: Annotated[str, typer.Option(help="The role that keeps it current.")] = "",
    why: Annotated[str, typer.Option(help="In place of the purpose in the file.")] = "",
    lang: Annotated[str, typer.Option(help="Language of the text.")] = "",
    translates: Annotated[str, typer.Option(help="The version a translation was made from.")] = "",
    link: Annotated[str, typer.Option(help="Address of a document that stays where it is.")] = "",
    content: Annotated[
        str, typer.Option(help="Text of that document: a file, or - for standard input.")
    ] = "",
    change: Annotated[str, typer.Option(help="What is new.")] = "",
) -> None:
    """Take a procedure in as a draft; what says the same as its latest version is left alone."""
    desk = _desk(context)
    brought = read_procedure(file, link, content, key, _latest(desk, key) if key else None)
    house = department.value if department else ""
    procedure = given(brought.procedure, key, title, house, owner, why, lang, translates)
    taken = take_in(desk.store.state, desk.principal, procedure, change, _today(desk))
    for name, picture in brought.pictures.items():
        desk.store.state.pictures.add(desk.principal, procedure.key, name, picture)
    tell_refused(brought.refused)
    if not taken.new:
        typer.echo(f"{taken.edition} says the same already; nothing was taken in.")
        return
    typer.echo(f"{taken.edition}.")
    tell_gaps(procedure)


@app.command("export")
def export(
    context: typer.Context,
    key: Key,
    to: Annotated[Path, typer.Option("--to", help="File to write: .md or .pdf.", show_default=False)],
    lang: Spoken = "",
    version: Number = "",
    words: Annotated[Language, typer.Option(help="Language of headings on paper.")] = Language.ENGLISH,
) -> None:
    """One procedure as Markdown with its pictures, or as PDF with flowchart and approval table."""
    desk = _desk(context)
    shelf = _shelf(desk, key)
    edition = _edition(shelf, lang, version)
    procedure = procedure_of(desk.store.state, desk.principal, edition.id)
    match to.suffix:
        case ".md":
            made = as_markdown(procedure).encode()
        case ".pdf":
            with speaking(words):
                firm = load_company(desk.home).name
                drawn = drawn_pictures(desk.store.state, desk.principal, procedure)
                made = as_pdf(document_of(procedure, shelf, edition, firm, datetime.now(UTC), drawn))
        case other:
            raise typer.BadParameter(f"'{other}' cannot be written; name a file that ends in .md or .pdf.")
    desk.took(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(made)
    if to.suffix == ".md":
        _write_pictures(desk, procedure, to.parent)
    typer.echo(f"{to}: {edition}.")


@app.command("submit")
def submit(
    context: typer.Context,
    key: Key,
    change: Annotated[str, typer.Option(help="What is new and why.", show_default=False)],
    lang: Spoken = "",
) -> None:
    """Hand the draft to whoever approves; refused while anything is missing."""
    desk = _desk(context)
    draft = _draft(_shelf(desk, key), lang)
    state = desk.store.state
    require_sound(procedure_of(state, desk.principal, draft.id))
    typer.echo(f"{state.procedures.submit(desk.principal, draft.id, draft.version, change)}.")


@app.command("approve")
def approve(
    context: typer.Context,
    key: Key,
    from_day: Annotated[datetime | None, typer.Option("--from", formats=DAY, help="Default: today.")] = None,
    remark: Annotated[str, typer.Option(help="For the record.")] = "",
    lang: Spoken = "",
    alone: Annotated[bool, typer.Option("--alone", help="Your own, where nobody else approves.")] = False,
) -> None:
    """Let what is in review count from a day on; never by whoever wrote it, unless nobody else in the firm approves."""
    desk = _desk(context)
    draft, today = _draft(_shelf(desk, key), lang), _today(desk)
    on = from_day.date() if from_day else today
    approve_it, who = desk.store.state.procedures.approve, desk.principal
    typer.echo(f"{approve_it(who, draft.id, draft.version, on, today, remark, alone=alone)}, from {on} on.")


@app.command("refuse")
def refuse(
    context: typer.Context,
    key: Key,
    remark: Annotated[str, typer.Option(help="Why.", show_default=False)],
    lang: Spoken = "",
) -> None:
    """Give what is in review back to its authors."""
    desk = _desk(context)
    draft = _draft(_shelf(desk, key), lang)
    typer.echo(f"{desk.store.state.procedures.refuse(desk.principal, draft.id, draft.version, remark)}.")


@app.command("retire")
def retire(
    context: typer.Context,
    key: Key,
    reason: Annotated[str, typer.Option(help="Why nobody needs it any more.", show_default=False)],
    on: Annotated[datetime | None, typer.Option(formats=DAY, help="Default: today.")] = None,
) -> None:
    """The procedure counts no more from a day on, in any language."""
    desk = _desk(context)
    today = _today(desk)
    day = on.date() if on else today
    ended = desk.store.state.procedures.retire(desk.principal, key, day, today, reason)
    typer.echo(f"{key} is retired from {day} on ({ended} versions).")


@app.command("diff")
def diff(
    context: typer.Context,
    key: Key,
    old: Annotated[str, typer.Option("--from", help="Default: what counts today.")] = "",
    new: Annotated[str, typer.Option("--to", help="Default: the latest.")] = "",
    lang: Spoken = "",
    how: FormatOption = Format.TABLE,
) -> None:
    """What is new from one version to another."""
    desk = _desk(context)
    shelf, state = _shelf(desk, key), desk.store.state
    last = shelf.of(lang or shelf.source)[-1].name
    editions = _edition(shelf, lang, old), _edition(shelf, lang, new or last)
    before, after = (procedure_of(state, desk.principal, each.id) for each in editions)
    rows = [_difference(each) for each in differences(before, after)]
    names = dict.fromkeys(("part", "key", "field", "became", "before", "after"), pl.String)
    title = f"{key}, {editions[0].name} to {editions[1].name}"
    hand_out(context, pl.DataFrame(rows, schema=names, orient="row"), how, title=title)


def _write_pictures(desk: Desk, procedure: Procedure, folder: Path) -> None:
    """The pictures the text names, beside it."""
    named = {each.file for step in procedure.steps for each in step.pictures}
    for each in desk.store.state.pictures.of(desk.principal, procedure.key) if named else ():
        if each.file in named:
            (folder / each.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / each.file).write_bytes(each.content)


def _difference(each: Difference) -> tuple[str, ...]:
    part = each.place.part
    told = ("" if value is None else str(value) for value in (each.before, each.after))
    return part.kind.value, part.key, each.place.field, each.became.value, *told


def _row(shelf: Shelved) -> tuple[object, ...]:
    shown, draft = shelf.shown(shelf.source), shelf.draft()
    return (
        shelf.key, shown.title, shown.department, shown.name, shelf.stage(shown).value, shown.effective_on, shown.owner,
        shelf.review_due, ", ".join(shelf.languages), draft.name if draft and draft != shown else None,
    )  # fmt: skip


def _shelf(desk: Desk, key: str) -> Shelved:
    found = library(desk.store.state.procedures.rows(desk.principal, key), _today(desk))
    if not found:
        raise WrongEntry(f"There is no procedure '{key}'; `fairlead sop list` shows all.")
    return found[0]


def _latest(desk: Desk, key: str) -> Procedure | None:
    """The latest text of a procedure in the language it is written in."""
    found = library(desk.store.state.procedures.rows(desk.principal, key), _today(desk))
    if not found:
        return None
    return procedure_of(desk.store.state, desk.principal, found[0].of(found[0].source)[-1].id)


def _edition(shelf: Shelved, lang: str, version: str) -> Edition:
    if not version:
        return shelf.shown(lang or shelf.source)
    name = str(Version.read(version))
    found = next((each for each in shelf.of(lang or shelf.source) if each.name == name), None)
    if found is None:
        names = ", ".join(each.name for each in shelf.of(lang or shelf.source))
        raise WrongEntry(f"There is no version {name} of {shelf.key}; there are: {names or 'none'}.")
    return found


def _draft(shelf: Shelved, lang: str) -> Edition:
    found = shelf.draft(lang or shelf.source)
    if found is None:
        raise WrongEntry(f"Nothing of {shelf.key} is being written; `fairlead sop import` begins a draft.")
    return found


def _today(desk: Desk) -> date:
    return load_company(desk.home).today(datetime.now(UTC))


def _desk(context: typer.Context) -> Desk:
    desk: Desk = context.obj
    return desk
