"""In the pack: how far new versions had come four weeks after they took effect."""

from kpi.exports.document import Block, Cell, Head, Table
from kpi.figures import ABSENT, count, day, share
from kpi.words import say
from meetings.agenda import Spreading
from meetings.pack.frozen import Frozen


def spread_blocks(frozen: Frozen) -> tuple[Block, ...]:
    """A row a version; read, trained and worked by it are three things. Nothing where none is four weeks old."""
    if not frozen.agenda.spreads:
        return ()
    heads = (
        Head(say("New version after four weeks"), wide=True), Head(say("Counts from")),
        Head(say("Have read it"), right=True), Head(say("Are trained"), right=True), Head(say("People"), right=True),
        Head(say("Checks and runs by it"), right=True), Head(say("Of"), right=True),
    )  # fmt: skip
    return (Table(say("New versions"), heads, tuple(_row(frozen, each) for each in frozen.agenda.spreads)),)


def _row(frozen: Frozen, each: Spreading) -> tuple[Cell, ...]:
    return (
        f"{frozen.titles.get(each.sop, each.sop)} {each.version}", day(each.since), part(each.read, each.people),
        part(each.trained, each.people), ABSENT if each.people is None else count(each.people),
        part(each.worked, each.checks), count(each.checks),
    )  # fmt: skip


def part(some: int | None, of: int | None) -> str:
    """In percent with one decimal, as the pack has shares; nothing where nothing was counted."""
    return share(some / of, 1) if some is not None and of else ABSENT
