"""The pack on paper, in a browser and on slides: promises first, what is off and why, decisions, and how sure it is."""

from datetime import date

from kpi.answering import answers_for
from kpi.catalog import KPIS
from kpi.exports.document import (
    Block,
    Cell,
    Document,
    Figure,
    Head,
    Heading,
    Mark,
    Plot,
    Strong,
    Table,
    Terms,
    Tone,
    Words,
)
from kpi.exports.label import MADE_UP, instant
from kpi.exports.marks import mark_of, tone_of
from kpi.exports.plotted import plot_svg
from kpi.exports.sheet import look_of_unit
from kpi.figures import ABSENT, count, day, share, short_day, weekday
from kpi.reason import reason_words
from kpi.score import Status
from kpi.words import listed, marked, say, spoken
from meetings.agenda import Item, Score
from meetings.closing import Said
from meetings.pack.frozen import Frozen
from meetings.pack.proof import sure_blocks, unknown_blocks
from meetings.pack.spreads import spread_blocks
from meetings.promises import NOT_KEPT, TOLD
from meetings.told import (
    VERDICTS,
    name_told,
    nothing_promised,
    segment_told,
    speaks,
    target_told,
    title_told,
    value_told,
    week_told,
    whose,
)
from sop.diagnosis.verdict import Verdict as Diagnosed

CHANGED = marked("The figures were changed since they were frozen; do not rely on them.")


def document_of(frozen: Frozen) -> Document:
    """The pack in the reader's language."""
    meeting, agenda = frozen.meeting, frozen.agenda
    told = [segment_told(meeting.segment), week_told(meeting)]
    if agenda.as_of:
        told.append(say("as of {day}", day=weekday(agenda.as_of)))
    notices = [*([say(CHANGED)] if not frozen.genuine else []), *([say(MADE_UP)] if agenda.made_up else [])]
    department = whose(meeting)
    return Document(
        title=title_told(meeting), about=agenda.company or department,
        period=" · ".join(told), foot=say("Frozen {moment}", moment=instant(frozen.made_at)),
        made_at=frozen.made_at, blocks=blocks_of(frozen), language=spoken().language.value,
        notice=" ".join(notices),
    )  # fmt: skip


def blocks_of(frozen: Frozen) -> tuple[Block, ...]:
    """The parts in the order of the meeting, then everything behind them."""
    return (
        Heading(say("What was promised")), *_promised(frozen.promised, nothing_promised(frozen.meeting)),
        Heading(say("What is off and why")), *_off(frozen),
        *_commented(frozen),
        Heading(say("Were the SOPs followed")), *_followed(frozen), *spread_blocks(frozen),
        Heading(say("Decided")), *_decided(frozen),
        Heading(say("Actions of this meeting")), *_promised(frozen.actions, say("None."), before=False),
        Heading(say("Who was there")), *_present(frozen),
        Heading(say("Figures behind it")), *_trends(frozen),
        Heading(say("All KPIs")), _scores(frozen),
        *unknown_blocks(frozen), *sure_blocks(frozen),
    )  # fmt: skip


def _promised(found: tuple[Said, ...], none: str, *, before: bool = True) -> tuple[Block, ...]:
    """A row an action: what became of it, what, about which KPI, whose, until when, and since how many weeks."""
    if not found:
        return (Words(none),)
    heads = (
        *([Head(say("What became of it"))] if before else []), Head(say("What"), wide=True), Head(say("KPI")),
        Head(say("Who")), Head(say("Until")), Head(say("Promised effect"), right=True),
        *([Head(say("Weeks"), right=True)] if before else []),
    )  # fmt: skip
    rows = tuple(
        (
            *([_kept(each)] if before else []), each.text, name_told(each.kpi), each.owner, day(each.due),
            share(each.percent / 100) if each.percent else ABSENT, *([count(each.weeks)] if before else []),
        )
        for each in found
    )  # fmt: skip
    return (Table(say("What was promised") if before else say("Actions of this meeting"), heads, rows),)


def _kept(each: Said) -> Cell:
    return Strong(say(TOLD[each.kept]), Tone.OFF) if each.kept in NOT_KEPT else say(TOLD[each.kept])


def _off(frozen: Frozen) -> tuple[Block, ...]:
    if not frozen.agenda.items:
        return (
            Words(
                say(
                    "No KPI has been off target for two periods running, is worse than usual or has an overdue action."
                )
            ),
        )
    heads = (
        Head(say("KPI"), wide=True), Head(say("Status")), Head(say("Value"), right=True),
        Head(say("Target"), right=True), Head(say("Since")), Head(say("Why"), wide=True),
        Head(say("Records beyond"), right=True), Head(say("Owner")),
    )  # fmt: skip
    rows = tuple(_item(frozen, each) for each in frozen.agenda.items)
    return (Table(say("What is off and why"), heads, rows),)


def _item(frozen: Frozen, item: Item) -> tuple[Cell, ...]:
    kpi, currency = KPIS.get(item.kpi), frozen.agenda.currency
    name = name_told(item.kpi, _name(frozen, item.kpi))
    if item.also:
        name = say("{name}, also {others}", name=name, others=listed(name_told(each) for each in item.also))
    status = Status(item.status)
    why = reason_words(kpi, item.reason, currency) if kpi and item.reason else say("no slice stands out")
    owner = answers_for(kpi, frozen.owners) if kpi else frozen.owners.get(item.kpi, ABSENT)
    return (
        name, mark_of(status) if item.off_target else Mark("○", speaks(item), Tone.OFF),
        Strong(value_told(item.kpi, item.value, currency) or ABSENT, tone_of(status)),
        target_told(item.kpi, item.target, currency) or ABSENT, day(item.since, frozen.agenda.as_of), why,
        count(item.rows), owner,
    )  # fmt: skip


def _name(frozen: Frozen, kpi: str) -> str:
    """What a KPI was called."""
    return next((each.name for each in frozen.agenda.meanings if each.kpi == kpi), "")


def _commented(frozen: Frozen) -> tuple[Block, ...]:
    """A row a KPI that is off; who said nothing is not left out."""
    if not frozen.commented:
        return ()
    heads = (
        Head(say("KPI"), wide=True), Head(say("What happened"), wide=True), Head(say("Why"), wide=True),
        Head(say("What is next"), wide=True), Head(say("Who")),
    )  # fmt: skip
    rows = tuple(
        (name_told(kpi), said.what, said.why, said.then, said.made_by)
        if said
        else (name_told(kpi), say("no comment"), ABSENT, ABSENT, ABSENT)
        for kpi, said in frozen.commented
    )
    why = frozen.words.uncommented
    ended = (Words(say("The meeting ended without the missing ones: {why}", why=why)),) if why else ()
    return (Heading(say("What owners say")), Table(say("What owners say"), heads, rows), *ended)


def _followed(frozen: Frozen) -> tuple[Block, ...]:
    """A row a procedure behind a KPI that is off, with its verdict and the shares it rests on."""
    heads = (
        Head(say("SOP"), wide=True), Head(say("KPI"), wide=True), Head(say("Verdict")),
        Head(say("Followed"), right=True), Head(say("Failed although followed"), right=True),
        Head(say("Failed with missed steps"), right=True), Head(say("Records"), right=True),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for item in frozen.agenda.items:
        for each in item.behind:
            verdict = each.verdict.heading
            if each.missing:
                verdict = say("{verdict}, {n} more", verdict=verdict, n=count(each.missing))
            telling = each.verdict in (Diagnosed.NOT_FOLLOWED, Diagnosed.REFINE, Diagnosed.BOTH)
            rows.append(
                (
                    frozen.titles.get(each.sop, each.sop), name_told(item.kpi),
                    Strong(verdict, Tone.OFF) if telling else verdict, part_told(each.followed),
                    part_told(each.failed_followed), part_told(each.failed_missed), count(each.records),
                )
            )  # fmt: skip
    if not rows:
        return (Words(say("No procedure in force drives a KPI that is off, or nothing was counted.")),)
    return (Table(say("Were the SOPs followed"), heads, tuple(rows)),)


def part_told(part: float | None) -> str:
    """A share from 0 to 1 in percent with one decimal."""
    return ABSENT if part is None else share(part, 1)


def _decided(frozen: Frozen) -> tuple[Block, ...]:
    if not frozen.decisions:
        return (Words(say("Nothing was decided.")),)
    heads = (
        Head(say("KPI")), Head(say("What was found")), Head(say("What was decided, and why"), wide=True),
        Head(say("SOP")), Head(say("Who")),
    )  # fmt: skip
    rows = tuple(
        (
            name_told(each.kpi) if each.kpi else ABSENT, say(VERDICTS[each.verdict]), each.text,
            frozen.titles.get(each.sop, each.sop) or ABSENT, each.made_by,
        )
        for each in frozen.decisions
    )  # fmt: skip
    return (Table(say("Decided"), heads, rows),)


def _present(frozen: Frozen) -> tuple[Block, ...]:
    meeting = frozen.meeting
    pairs = [(say("Who was there"), ", ".join(meeting.present) or say("Nobody was named."))]
    if meeting.notes:
        pairs.append((say("Notes"), meeting.notes))
    pairs.append((say("Opened by"), meeting.opened_by))
    pairs.append((say("Closed by"), meeting.closed_by))
    return (Terms(tuple(pairs)),)


def _trends(frozen: Frozen) -> tuple[Block, ...]:
    """A chart a KPI that is off, and its numbers."""
    blocks: list[Block] = []
    for item in frozen.agenda.items:
        if item.trend:
            blocks += [Heading(name_told(item.kpi, _name(frozen, item.kpi)), 2), *_trend(frozen, item)]
    return tuple(blocks) or (Words(say("None.")),)


def _trend(frozen: Frozen, item: Item) -> tuple[Block, ...]:
    kpi, currency, name = KPIS.get(item.kpi), frozen.agenda.currency, name_told(item.kpi)
    code = look_of_unit(kpi.unit).value if kpi else "General"
    periods = tuple(short_day(each.start) for each in item.trend)
    values, targets = tuple(each.value for each in item.trend), tuple(each.target for each in item.trend)
    plot = Plot(name, periods, values, targets, (say("Value"), say("Target")), code)
    alt = say(
        "{kpi}: {value} in the last of {n} periods, target {target}.", kpi=name, n=len(periods),
        value=value_told(item.kpi, values[-1], currency) or ABSENT,
        target=target_told(item.kpi, targets[-1], currency) or ABSENT,
    )  # fmt: skip
    heads = (Head(""), *(Head(each, right=True) for each in periods))
    rows: tuple[tuple[Cell, ...], ...] = (
        (say("Value"), *(value_told(item.kpi, each, currency) or ABSENT for each in values)),
        (say("Target"), *(target_told(item.kpi, each, currency) or ABSENT for each in targets)),
    )
    svg = plot_svg(plot, lambda value: value_told(item.kpi, value, currency))
    return (Figure(svg, alt, 150, plot), Table(name, heads, rows, drawn=True))


def _scores(frozen: Frozen) -> Block:
    heads = (
        Head(say("KPI"), wide=True), Head(say("Status")), Head(say("Value"), right=True),
        Head(say("Target"), right=True), Head(say("Period from")), Head(say("Rows"), right=True),
    )  # fmt: skip
    return Table(say("All KPIs"), heads, tuple(_score(frozen, each) for each in frozen.agenda.scores))


def _score(frozen: Frozen, each: Score) -> tuple[Cell, ...]:
    currency, status = frozen.agenda.currency, Status(each.status)
    return (
        name_told(each.kpi, each.name), mark_of(status),
        Strong(value_told(each.kpi, each.value, currency) or ABSENT, tone_of(status)),
        target_told(each.kpi, each.target, currency) or ABSENT, _period(each.period), count(each.n),
    )  # fmt: skip


def _period(start: date | None) -> str:
    return day(start) if start else ABSENT
