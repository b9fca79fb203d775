"""From what was read to what is frozen: the agenda of a meeting, and which figures of an earlier one are others now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isclose

from kpi.decisions import MOST, Decision
from kpi.definitions import version_of
from kpi.freshness import sources_behind
from kpi.model import Kpi
from kpi.reason import Reason
from kpi.score import Status
from kpi.standing import Period, Standing
from meetings.agenda import (
    Agenda,
    Because,
    Behind,
    Item,
    Meaning,
    Point,
    Promised,
    Restated,
    Score,
    Source,
    Spreading,
)
from meetings.promises import Promise
from sop.outcomes import Answer
from store.company import Company
from store.state import Freshness

LOOKED_BACK = 13  # weeks a chart shows, and in which a figure is compared with the frozen one
WORTH = 1e-9  # by how much of itself a figure must differ to be another one


@dataclass(frozen=True)
class Earlier:
    """What an earlier meeting looked at: the Monday of its week, when it was closed, and its agenda."""

    week: date
    closed_at: datetime | None
    agenda: Agenda


@dataclass(frozen=True, eq=False)
class Looked:
    """
    What was read for a meeting. `behind`: verdicts on the procedures that drive a KPI, `episodes`: its open alert, both
    by the KPI's key; `titles`: what procedures are called, by theirs; `before`: the meeting of an earlier week.
    """

    company: Company
    as_of: date | None
    standings: Mapping[str, Standing]
    decisions: Sequence[Decision]
    reasons: Mapping[str, Reason]
    behind: Mapping[str, Sequence[Answer]]
    episodes: Mapping[str, int]
    carried: Sequence[Promise]
    fresh: Sequence[Freshness]
    titles: Mapping[str, str]
    now: datetime
    before: Earlier | None = None
    spreads: Sequence[Spreading] = ()


def agenda_of(looked: Looked) -> Agenda:
    """Everything the meeting looks at, as it is frozen when the meeting is closed."""
    listed = tuple(_item(looked, each) for each in looked.decisions[:MOST])
    kpis = [each.kpi for each in looked.standings.values()]
    named = sorted(
        {one.sop for each in listed for one in each.behind} | {each.sop for each in looked.spreads}
    )
    return Agenda(
        looked.as_of, looked.company.currency, listed, promised(looked.carried), looked.company.name,
        looked.company.made_up, tuple(_score(each) for each in looked.standings.values()),
        tuple(_meaning(each.kpi) for each in looked.decisions[:MOST]), _sources(kpis, looked),
        tuple((key, looked.titles.get(key, key)) for key in named),
        restated(looked.before, looked.standings, looked.fresh) if looked.before else (), tuple(looked.spreads),
    )  # fmt: skip


def promised(found: Iterable[Promise]) -> tuple[Promised, ...]:
    """The promises as they are frozen."""
    return tuple(
        Promised(each.action.id, each.action.version, each.kept, each.action.due, each.weeks)
        for each in found
    )


def restated(
    earlier: Earlier, standings: Mapping[str, Standing], fresh: Iterable[Freshness] = ()
) -> tuple[Restated, ...]:
    """The figures an earlier meeting looked at that are others now, of periods within the last 13 weeks."""
    known, found = list(fresh), []
    for each in earlier.agenda.items:
        standing = standings.get(each.kpi)
        shown = standing.recent(LOOKED_BACK) if standing is not None else ()
        now = next((one for one in shown if one.start == each.period), None)
        if standing is None or now is None or now.value is None:
            continue
        if each.value is None or not isclose(now.value, each.value, rel_tol=WORTH):
            read = _read_since(standing.kpi, known, earlier.closed_at)
            found.append(
                Restated(
                    each.kpi, earlier.week, each.period, each.value, float(now.value),
                    _because(each, standing.kpi, now), each.n, now.n, read,
                )
            )  # fmt: skip
    return tuple(found)


def _because(item: Item, kpi: Kpi, now: Period) -> Because:
    if not item.version:
        return Because.UNKNOWN
    if version_of(kpi) != item.version:
        return Because.DEFINITION
    if now.immature < item.immature:
        return Because.OUTCOMES
    return Because.ROWS if now.n != item.n else Because.CORRECTED


def _read_since(kpi: Kpi, fresh: Iterable[Freshness], since: datetime | None) -> tuple[str, ...]:
    behind = sources_behind(kpi, fresh)
    return tuple(
        sorted(each.source for each in behind if since and each.last_ok_at and each.last_ok_at > since)
    )


def _item(looked: Looked, each: Decision) -> Item:
    key, standing = each.kpi.key, looked.standings[each.kpi.key]
    return Item(
        key, each.period.status.value, each.period.start, _number(each.period.value), _number(each.period.target),
        each.since, each.beyond, each.off_target, each.signal is not None, looked.reasons.get(key),
        tuple(_behind(one) for one in looked.behind.get(key, ())), tuple(kpi.key for kpi in each.also),
        looked.episodes.get(key), each.period.n, each.period.immature, version_of(each.kpi), _trend(standing),
    )  # fmt: skip


def _trend(standing: Standing) -> tuple[Point, ...]:
    return tuple(
        Point(each.start, _number(each.value), _number(each.target)) for each in standing.shown(LOOKED_BACK)
    )


def _score(standing: Standing) -> Score:
    now, kpi = standing.current, standing.kpi
    if now is None:
        return Score(kpi.key, kpi.name, Status.NO_DATA.value)
    return Score(
        kpi.key, kpi.name, now.status.value, now.start, _number(now.value), _number(now.target), now.n
    )


def _meaning(kpi: Kpi) -> Meaning:
    return Meaning(kpi.key, kpi.name, kpi.meaning, kpi.formula, kpi.unit.value, version_of(kpi))


def _sources(kpis: Iterable[Kpi], looked: Looked) -> tuple[Source, ...]:
    """Those behind any KPI of the department, by name."""
    behind = {each.source: each for kpi in kpis for each in sources_behind(kpi, looked.fresh)}
    return tuple(
        Source(name, each.last_ok_at, each.data_time, each.is_late(looked.now))
        for name, each in sorted(behind.items())
    )


def _behind(answer: Answer) -> Behind:
    seen = answer.diagnosis
    return Behind(
        answer.sop, seen.verdict, seen.records, seen.missing, seen.adherence.value, seen.adherence.low,
        seen.adherence.high, seen.fails_followed.value, seen.fails_missed.value,
    )  # fmt: skip


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
