"""What a pack says about itself: what is not known, what was restated, what the numbers mean and are from."""

from collections.abc import Iterator

from kpi.catalog import KPIS
from kpi.exports.document import Block, Cell, Head, Heading, Strong, Table, Terms, Tone, Words
from kpi.exports.label import instant
from kpi.figures import ABSENT, change, count, day
from kpi.model import Kpi
from kpi.score import Status
from kpi.words import say
from meetings.agenda import Restated
from meetings.pack.frozen import Frozen
from meetings.told import because_told, name_told, value_told

UNKNOWN = (Status.NO_DATA, Status.INCOMPLETE, Status.SMALL_SAMPLE)


def unknown_blocks(frozen: Frozen) -> tuple[Block, ...]:
    """What nobody could know when the meeting was held, and why."""
    heads = (Head(say("What")), Head(say("Why it is not known"), wide=True))
    rows = tuple(unknown(frozen))
    told: Block = (
        Table(say("What is not known"), heads, rows) if rows else Words(say("Everything was known."))
    )
    return (Heading(say("What is not known")), told)


def unknown(frozen: Frozen) -> Iterator[tuple[str, str]]:
    """Late sources, KPIs without a figure, and procedures with too few records."""
    agenda = frozen.agenda
    for source in agenda.sources:
        if source.late:
            read = instant(source.read_at) if source.read_at else say("never")
            yield (
                say("Source {source}", source=source.name),
                say("late; last read {moment}", moment=read),
            )
    for score in agenda.scores:
        if Status(score.status) in UNKNOWN:
            yield name_told(score.kpi, score.name), say(Status(score.status).word)
    for item in agenda.items:
        for each in item.behind:
            if each.missing:
                title = frozen.titles.get(each.sop, each.sop)
                yield (
                    say("Whether {sop} was followed", sop=title),
                    say(
                        "{n} records, {missing} more are needed", n=count(each.records), missing=count(each.missing)
                    ),
                )  # fmt: skip


def sure_blocks(frozen: Frozen) -> tuple[Block, ...]:
    """Restatements of the meeting before, times of the data, definitions, and the digest."""
    return (
        Heading(say("Restated since the meeting before")), _restated(frozen),
        Heading(say("Data behind it")), _sources(frozen),
        Heading(say("What the figures mean")), _meanings(frozen),
        Heading(say("How to check it")), _digest(frozen),
    )  # fmt: skip


def _restated(frozen: Frozen) -> Block:
    found = frozen.agenda.restated
    if not found:
        return Words(say("No figure of the meeting before is another one now, or there was none."))
    heads = (
        Head(say("KPI"), wide=True), Head(say("Period from")), Head(say("Then"), right=True),
        Head(say("Now"), right=True), Head(say("Change"), right=True), Head(say("Why"), wide=True),
    )  # fmt: skip
    return Table(
        say("Restated since the meeting before"), heads, tuple(_restatement(frozen, each) for each in found)
    )


def _restatement(frozen: Frozen, each: Restated) -> tuple[Cell, ...]:
    currency, kpi = frozen.agenda.currency, KPIS.get(each.kpi)
    return (
        name_told(each.kpi), day(each.period), value_told(each.kpi, each.before, currency) or ABSENT,
        value_told(each.kpi, each.after, currency), moved_told(kpi, each, currency), because_told(each),
    )  # fmt: skip


def moved_told(kpi: Kpi | None, each: Restated, currency: str) -> str:
    """By how much a figure was restated, with its sign."""
    if kpi is None or each.before is None:
        return ABSENT
    return change(kpi, each.after, each.before, currency)


def _sources(frozen: Frozen) -> Block:
    found = frozen.agenda.sources
    if not found:
        return Words(say("not known: no sync was recorded"))
    heads = (
        Head(say("Source"), wide=True), Head(say("Last read")), Head(say("Data of")), Head(say("In time")),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            each.name, instant(each.read_at) if each.read_at else say("never"),
            instant(each.data_time) if each.data_time else ABSENT,
            Strong(say("late"), Tone.OFF) if each.late else say("yes"),
        )
        for each in found
    )  # fmt: skip
    return Table(say("Data behind it"), heads, rows)


def _meanings(frozen: Frozen) -> Block:
    found = frozen.agenda.meanings
    if not found:
        return Words(say("None."))
    heads = (
        Head(say("KPI")), Head(say("Meaning"), wide=True), Head(say("Formula"), wide=True), Head(say("Unit")),
        Head(say("Version"), right=True),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (say(each.name), say(each.meaning), say(each.formula), say(each.unit), count(each.version))
        for each in found
    )
    return Table(say("What the figures mean"), heads, rows)


def _digest(frozen: Frozen) -> Block:
    agenda = frozen.agenda
    return Terms(
        (
            (say("SHA-256 of the figures"), frozen.digest),
            (say("Frozen"), instant(frozen.made_at)),
            (say("Evaluated"), str(agenda.as_of) if agenda.as_of else say("never")),
            (say("Money"), agenda.currency),
        )
    )
