"""A procedure on paper: what it is for, its steps, its flowchart, and who wrote and approved each version."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from kpi.catalog import KPIS
from kpi.exports.document import Block, Document, Figure, Head, Heading, NewPage, Strong, Table, Terms, Words
from kpi.figures import day
from kpi.words import listed, marked, say, spoken
from sop.library import Shelved, stage_told
from sop.procedure.drawn import Drawn, pictures_of
from sop.procedure.flowchart import flowchart, only_for, shown_by
from sop.procedure.markdown.write import limit_text
from sop.procedure.model import Direction, KpiLink, Procedure
from sop.procedure.prose import as_lines
from sop.procedure.steps import Step
from store.state import Edition

SIGNED = (
    marked("Version"), marked("What is new"), marked("Written by"), marked("Submitted"), marked("Approved"),
    marked("Counts from"), marked("State"),
)  # fmt: skip
DONE = (marked("Step"), marked("What is done"), marked("Accountable"), marked("Shown by"))
WIDE = ("What is new", "Written by", "Submitted", "Approved", "What is done")
WIDEST, HIGHEST = 110, 225  # mm, a flowchart on one page


def document_of(
    procedure: Procedure, shelf: Shelved, edition: Edition, firm: str, made_at: datetime,
    pictures: Mapping[str, Drawn] | None = None,
) -> Document:  # fmt: skip
    """
    The pages of one edition; on paper it says which one it is and until when that was known to count. `pictures` of
    its steps by file; one that is not there is told in words.
    """
    stage = stage_told(shelf, edition)
    since = f", {say('from {day}', day=day(edition.effective_on))}" if edition.effective_on else ""
    name = say("Version {name}, {stage}", name=edition.name, stage=stage) + since
    return Document(
        procedure.title, firm, name,
        say("Printed on {day}. Only the library says which version counts.", day=day(made_at.date())),
        made_at.astimezone(UTC), tuple(_blocks(procedure, shelf, pictures or {})), spoken().language.value,
        upright=True,
    )  # fmt: skip


def kpi_told(link: KpiLink) -> str:
    """A linked KPI in words: where it goes, after how long, and whether it is the outcome."""
    name = say(KPIS[link.kpi].name) if link.kpi in KPIS else link.kpi
    arrow = "↑" if link.moves is Direction.UP else "↓"
    lag = say("after {n} days", n=link.lag_days) if link.lag_days else ""
    outcome = say("its outcome") if link.outcome else ""
    more = listed(filter(None, (outcome, lag)))
    return f"{arrow} {name}" + (f" ({more})" if more else "")


def approvals(shelf: Shelved, language: str) -> Table:
    """Who wrote, submitted and approved each version, and from when it counted; the latest first."""
    heads = tuple(Head(say(text), wide=text in WIDE) for text in SIGNED)
    rows = tuple(_approval(shelf, each) for each in reversed(shelf.of(language)))
    return Table(say("Versions and approvals"), heads, rows)


def _approval(shelf: Shelved, edition: Edition) -> tuple[str, ...]:
    approved = edition.effective_on is not None
    return (
        edition.name, edition.change or "–", listed(sorted(edition.editors)),
        _signed(edition.submitted_by, edition.submitted_at),
        _approved(edition) if approved else "–",
        day(edition.effective_on) if edition.effective_on else "–", stage_told(shelf, edition),
    )  # fmt: skip


def _approved(edition: Edition) -> str:
    signed = _signed(edition.decided_by, edition.decided_at)
    return f"{signed}: {alone_told()}" if edition.is_approved_by_author else signed


def alone_told() -> str:
    """What stands wherever a version is signed that nobody but its author could approve."""
    return say("approved by its author; the firm had no second person who approves")


def _signed(who: str, at: datetime | None) -> str:
    return f"{who}, {day(at.date())}" if who and at else "–"


def _blocks(procedure: Procedure, shelf: Shelved, pictures: Mapping[str, Drawn]) -> Iterator[Block]:
    yield from _paragraphs(procedure.purpose)
    yield Terms(tuple(_terms(procedure)))
    yield from _section(say("Before you start"), procedure.preparation)
    if procedure.steps:
        yield Heading(say("The steps"))
        yield _steps(procedure.steps)
    yield from pictures_of(procedure.steps, pictures)
    for section in procedure.sections:
        yield from _section(section.heading, section.text)
    yield Heading(say("Versions and approvals"))
    yield approvals(shelf, procedure.language)
    if procedure.steps:
        drawing = flowchart(procedure)
        yield NewPage()
        yield Heading(say("Flowchart"))
        width = min(WIDEST, HIGHEST * drawing.width / drawing.height)
        yield Figure(drawing.svg, drawing.told, width)


def _terms(procedure: Procedure) -> Iterator[tuple[str, str]]:
    scope = procedure.scope
    yield say("Owner"), procedure.owner
    yield say("Markets"), listed(scope.markets) or say("all")
    yield say("Products"), listed(scope.products) or say("all")
    yield say("Roles"), listed(scope.roles) or say("all")
    if procedure.kpis:
        yield say("Drives"), listed(map(kpi_told, procedure.kpis))
    if procedure.contributors:
        yield say("Written with"), listed(procedure.contributors)
    if procedure.translates:
        yield say("Translates"), str(procedure.translates)
    if procedure.link:
        yield say("Kept at"), procedure.link.address


def _steps(steps: Sequence[Step]) -> Table:
    heads = tuple(Head(say(text), wide=text in WIDE) for text in DONE)
    return Table(say("The steps"), heads, tuple(_row(number, each) for number, each in enumerate(steps, 1)))


def _row(number: int, step: Step) -> tuple[str | Strong, ...]:
    told = [f"{step.title}.", *as_lines(step.instruction)]
    told += [f"{say('Example')}: {' '.join(as_lines(step.example))}"] if step.example else []
    where = only_for(step)
    told += [say("Only {where}", where=where)] if where else []
    told += [say("within {limit}", limit=limit_text(step.minutes))] if step.minutes is not None else []
    shown = shown_by(step.check) + (f" ({say('Critical')})" if step.critical else "")
    return Strong(str(number)), "\n".join(told), step.raci.accountable, shown


def _section(heading: str, text: str) -> Iterator[Block]:
    if text:
        yield Heading(heading)
        yield from _paragraphs(text)


def _paragraphs(text: str) -> Iterator[Words]:
    yield from map(Words, as_lines(text))
