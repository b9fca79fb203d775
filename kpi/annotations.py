"""What happened on the days of a chart: what people noted, and what the system knows by itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from kpi.access import sees
from kpi.chart import Event as Mark
from kpi.events import events_of
from kpi.figures import goal
from kpi.freshness import sources_behind
from kpi.model import Kpi
from kpi.period import Span
from kpi.signals.events import holidays
from kpi.words import marked, say
from store.company import Company, Event
from store.rhythm import Rhythm
from store.scope import Principal
from store.state import BaselineRow, Edition, Freshness, Note, State, TargetRow, of_slice, target_on

DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=60)  # how long before a chart a source may have stopped for it to be told
MOST = 6
NAMES = {
    "black_friday": marked("Black Friday"),
    "cyber_monday": marked("Cyber Monday"),
    "easter": marked("Easter"),
    "chinese_new_year": marked("Chinese New Year"),
    "eid_al_fitr": marked("Eid al-Fitr"),
    "eleven_eleven": marked("11.11"),
    "six_eighteen": marked("6.18"),
    "prime_day": marked("Prime day"),
}


class Kind(StrEnum):
    """What sort of thing happened, the most telling first."""

    NOTE = "note"
    TARGET = "target"
    BASELINE = "baseline"
    DEFINITION = "definition"
    VERSION = "version"
    OUTAGE = "outage"
    EVENT = "event"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class Annotation:
    """
    One thing that happened, on `day`, felt from `start` to `end`: three words for the chart, a sentence for who asks.
    `note` is what stands behind it where a person wrote it.
    """

    day: date
    start: date
    end: date
    kind: Kind
    label: str
    text: str
    note: Note | None = None


@dataclass(frozen=True)
class Annotations:
    """Those shown, by day, and how many more there are."""

    shown: tuple[Annotation, ...] = ()
    more: int = 0


@dataclass(frozen=True, eq=False)
class Diary:
    """
    What the system knows about the days of a span in one market (all where None); `pauses` by source; `editions` of
    procedures that the reader sees.
    """

    span: Span
    market: str | None = None
    currency: str = ""
    targets: Sequence[TargetRow] = ()
    baselines: Sequence[BaselineRow] = ()
    events: Sequence[Event] = ()
    holidays: Mapping[date, str] = field(default_factory=dict)
    fresh: Sequence[Freshness] = ()
    pauses: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    editions: Sequence[Edition] = ()


def diary(
    state: State,
    principal: Principal,
    company: Company,
    span: Span,
    market: str | None,
    fresh: Sequence[Freshness],
    now: datetime,
) -> Diary:
    """Read once for all KPIs of a page."""
    calendars = (
        [company.calendar_of(market)] if market else [each.calendar for each in company.markets.values()]
    )
    off = holidays(state, principal, calendars)
    since = datetime.combine(span.start - LOOK_BACK, time(), UTC)
    turns = {each.source: each.expected.rhythm for each in fresh}
    pulls = state.runs.good_pulls(principal, [each.source for each in fresh], since)
    return Diary(
        span, market, company.currency,
        targets=state.targets.rows(principal), baselines=state.baselines.rows(principal),
        events=[each for each in events_of(company.events, market) if _within(span, each.day, each.day)],
        holidays={day: name for day, name in off.items() if span.start <= day <= span.end},
        fresh=fresh, editions=state.procedures.rows(principal),
        pauses={source: pauses(times, now, turns[source]) for source, times in pulls.items()},
    )  # fmt: skip


def pauses(pulls: Sequence[datetime], now: datetime, rhythm: Rhythm = Rhythm.DAILY) -> list[Span]:
    """The days between two good pulls that lie further apart than the source's rhythm, and since the last one."""
    return [
        Span(before.date(), after.date())
        for before, after in pairwise([*pulls, now])
        if rhythm.late_after is not None and after - before > rhythm.late_after
    ]


def annotations_of(
    known: Diary,
    principal: Principal,
    kpi: Kpi,
    notes: Iterable[Note] = (),
) -> list[Annotation]:
    """Everything that concerns a KPI, by day, each thing once; none outside the scope."""
    if not sees(principal, kpi):
        return []
    where = {"market": known.market} if known.market else {}
    events = [_event(each) for each in known.events]
    found = [
        *(_noted(each) for each in notes if concerns(each, kpi, known.market)),
        *_targets(known, kpi, where),
        *_baselines(known, kpi, where),
        *_versions(kpi),
        *_procedures(known.editions, kpi),
        *_outages(known, kpi),
        *events,
        *_holidays(known.holidays, events),
    ]
    inside = [each for each in found if _within(known.span, each.start, each.end)]
    once = {(each.day, each.kind, each.text): each for each in inside}
    return sorted(once.values(), key=lambda each: (each.day, list(Kind).index(each.kind), each.text))


def at_most(found: Sequence[Annotation], most: int = MOST) -> Annotations:
    """The most telling ones, the later first where equal; the rest is counted."""
    order = list(Kind)
    ranked = sorted(found, key=lambda each: (order.index(each.kind), -each.day.toordinal()))
    kept = ranked[:most]
    return Annotations(tuple(each for each in found if each in kept), len(found) - len(kept))


def marks_of(found: Annotations) -> list[Mark]:
    """What stands on the chart: a day and its words."""
    return [Mark(each.day, each.label) for each in found.shown]


def concerns(note: Note, kpi: Kpi, market: str | None) -> bool:
    """It is for the company, for the KPI's department or for the KPI; and not for another market."""
    ours = note.department in ("", kpi.department.value) and note.kpi in ("", kpi.key)
    return ours and not note.deleted and (market is None or note.market in (None, market))


def _within(span: Span, start: date, end: date) -> bool:
    return start <= span.end and end >= span.start


def _noted(note: Note) -> Annotation:
    part = f" ({note.segment.replace(';', ', ').replace('=', ' ')})" if note.segment else ""
    return Annotation(
        note.starts_on, note.starts_on, note.ends_on, Kind.NOTE, _three_words(note.text),
        f"{note.text}{part} · {note.author}", note,
    )  # fmt: skip


def _three_words(text: str) -> str:
    words = text.split()
    short = " ".join(words[:3])
    return f"{short} …" if len(words) > 3 else short


def _targets(known: Diary, kpi: Kpi, where: Mapping[str, str]) -> list[Annotation]:
    """The days on which the target became another one, whether it was set for them or an earlier one ended."""
    rows = [each for each in known.targets if each.kpi == kpi.key and each.pairs.items() <= where.items()]
    days = {day for row in rows for day in (row.valid_from, row.valid_to) if day is not None}
    found = []
    for day in sorted(each for each in days if _within(known.span, each, each)):
        row = target_on(rows, kpi.key, where, day)
        before, after = _level(kpi, target_on(rows, kpi.key, where, day - DAY)), _level(kpi, row)
        if after is None or before == after:
            continue
        old, new = (goal(kpi, each, known.currency) for each in (before, after))
        label = say("Target {after}", after=new)
        told = label if before is None else say("Target {before} → {after}", before=old, after=new)
        why = f": {row.reason}" if row and row.reason else ""
        found.append(Annotation(day, day, day, Kind.TARGET, label, f"{told}{why}"))
    return found


def _level(kpi: Kpi, row: TargetRow | None) -> float | None:
    if row is not None:
        return float(row.target)
    return kpi.target.at if kpi.target else None


def _baselines(known: Diary, kpi: Kpi, where: Mapping[str, str]) -> list[Annotation]:
    """Where the usual range began anew; its first beginning is no news."""
    label = say("Usual range anew")
    return [
        Annotation(
            row.starts_on,
            row.starts_on,
            row.starts_on,
            Kind.BASELINE,
            label,
            f"{label}: {row.reason} · {row.set_by}",
        )
        for row in of_slice(known.baselines, kpi.key, where)[1:]
    ]


def _versions(kpi: Kpi) -> list[Annotation]:
    return [
        Annotation(
            each.effective, each.effective, each.effective, Kind.DEFINITION,
            say("Definition {n}", n=each.number), f"{say('Definition {n}', n=each.number)}: {each.why}",
        )
        for each in kpi.versions
    ]  # fmt: skip


def _procedures(editions: Sequence[Edition], kpi: Kpi) -> list[Annotation]:
    """From when people worked otherwise by a procedure that drives the KPI: its major versions, told once."""
    found = []
    for each in editions:
        if each.effective_on is None or each.number[1] or each.translates or kpi.key not in each.kpis:
            continue
        told = say("{title}: version {name}", title=each.title or each.key, name=each.name)
        short = say("SOP {name}", name=each.name)
        found.append(
            Annotation(each.effective_on, each.effective_on, each.effective_on, Kind.VERSION, short, told)
        )
    return found


def _outages(known: Diary, kpi: Kpi) -> list[Annotation]:
    return [
        Annotation(
            pause.start, pause.start, pause.end, Kind.OUTAGE, say("{source} stopped", source=source),
            say("Source {source} was not read for {n} days", source=source, n=pause.days - 1),
        )
        for source in sorted(each.source for each in sources_behind(kpi, known.fresh))
        for pause in known.pauses.get(source, ())
    ]  # fmt: skip


def _event(event: Event) -> Annotation:
    name = say(NAMES[event.name]) if event.name in NAMES else event.name.replace("_", " ").capitalize()
    start, end = event.day - event.before * DAY, event.day + event.after * DAY
    return Annotation(event.day, start, end, Kind.EVENT, name, name)


def _holidays(days: Mapping[date, str], events: Sequence[Annotation]) -> list[Annotation]:
    """Holidays in a row are one; those an event speaks of already are left out."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == DAY and days[day] == days[runs[-1][-1]]:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [
        Annotation(run[0], run[0], run[-1], Kind.HOLIDAY, _three_words(days[run[0]]), days[run[0]])
        for run in runs
        if not any(_within(Span(each.start, each.end), run[0], run[-1]) for each in events)
    ]
