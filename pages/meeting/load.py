"""What a meeting looks at: read now while it is open, as it was frozen once it is closed."""

from collections.abc import Mapping, Sequence

from kpi.catalog import KPIS, of
from kpi.decisions import MOST, Decision, needs_decision
from kpi.headline import main_kpis
from kpi.model import Department, Kpi
from kpi.period import Every, whole_periods
from meetings.agenda import Agenda, Restated, of_content
from meetings.gathered import Earlier, Looked, agenda_of, restated
from meetings.looking import YEAR, earlier, open_episodes, titles
from meetings.promises import Promise, monthly_numbers, promises
from meetings.spreading import spreads_of
from pages.adherence.verdicts import load_answers
from pages.alerts.told import load_open
from pages.parts.actions import load_overdue, today_of
from pages.parts.load import load_company_of, load_coverage, load_freshness, load_standings, now
from pages.parts.reasons import load_reasons
from pages.parts.viewer import Viewer
from pages.sops.load import load_shelves
from sop.library import driving
from sop.outcomes import Answer
from store.state.meeting_records import Meeting, Pack

WEEKS = 13


def load_promises(viewer: Viewer, meeting: Meeting) -> Sequence[Promise]:
    """What was promised before the meeting, with what became of it."""
    state, who = viewer.store.state, viewer.principal
    return promises(state.actions.rows(who), meeting, today_of(viewer), monthly_numbers(state, who, meeting))


def load_agenda(viewer: Viewer, meeting: Meeting, found: Sequence[Promise]) -> Agenda:
    """The figures of the department as they are now."""
    covered = load_coverage(viewer)
    kpis, market = main_kpis(_asked(viewer, meeting)), meeting.market
    standings = load_standings(viewer, kpis, market, WEEKS)
    decisions = needs_decision(standings.values(), load_overdue(viewer, market))[:MOST]
    state, who = viewer.store.state, viewer.principal
    return agenda_of(
        Looked(
            load_company_of(viewer), covered.as_of, standings, decisions, load_reasons(viewer, decisions, standings),
            _behind(viewer, decisions, market), open_episodes(load_open(viewer), meeting), found,
            load_freshness(viewer), titles(load_shelves(viewer)), now(), earlier(state, who, meeting),
            spreads_of(viewer.store, who, load_shelves(viewer), meeting, today_of(viewer)),
        )
    )  # fmt: skip


def _asked(viewer: Viewer, meeting: Meeting) -> Sequence[Kpi]:
    """The KPIs of the department, or of every one that ever had figures."""
    if not meeting.is_monthly:
        return of(Department(meeting.department))
    covered = load_coverage(viewer)
    return [each for each in KPIS.values() if covered.has(each.department, of(each.department))]


def load_pack(viewer: Viewer, meeting: Meeting) -> tuple[Pack, Agenda] | None:
    """What a closed meeting looked at, as it was frozen; None while it is open."""
    pack = None if meeting.is_open else viewer.store.state.meetings.pack(viewer.principal, meeting.id)
    return (pack, of_content(pack.content)) if pack else None


def load_restated(viewer: Viewer, meeting: Meeting, agenda: Agenda) -> Mapping[str, Restated]:
    """What is said today of the periods a closed meeting looked at, where it is another number, by the KPI's key."""
    kpis = [KPIS[each.kpi] for each in agenda.items if each.kpi in KPIS]
    standings = load_standings(viewer, kpis, meeting.market, WEEKS)
    found = restated(Earlier(meeting.week, meeting.closed_at, agenda), standings, load_freshness(viewer))
    return {each.kpi: each for each in found}


def _behind(
    viewer: Viewer, decisions: Sequence[Decision], market: str | None
) -> Mapping[str, Sequence[Answer]]:
    """What the records of a year say about the procedures that drive each KPI."""
    closed, shelves = load_coverage(viewer).closed, load_shelves(viewer)
    if closed is None:
        return {}
    span = whole_periods(Every.WEEK, closed, YEAR)
    keys = [each.kpi.key for each in decisions]
    driven = {key: [each.key for each in driving(shelves, key)] for key in keys}
    return {key: load_answers(viewer, key, sops, span, market) for key, sops in driven.items() if sops}
