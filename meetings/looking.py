"""Everything a meeting looks at, read from the store: what the page shows, for the command line and the clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from kpi.catalog import KPIS
from kpi.decisions import MOST, Decision
from kpi.exports.answer import Basis, basis_of
from kpi.exports.gather import overview_of, standings_of
from kpi.model import Department
from kpi.period import Every, whole_periods
from kpi.words import spoken
from meetings.actions import in_market, most_urgent, open_actions, overdue_since
from meetings.agenda import Agenda, Restated, of_content
from meetings.gathered import LOOKED_BACK, Earlier, Looked, agenda_of, restated
from meetings.promises import monthly_numbers, promises
from meetings.spreading import spreads_of
from sop.library import Shelved, driving, library
from sop.outcomes import Answer, answers
from sop.review_life import clocks
from store.home import Store
from store.scope import Principal
from store.state import State
from store.state.episode_records import Episode
from store.state.meeting_records import Meeting

YEAR = 52


def look(
    store: Store, principal: Principal, meeting: Meeting, now: datetime, as_of: date | None = None
) -> Agenda:
    """
    What the meeting looks at at this moment, as the page of the meeting shows it; with `as_of` from the figures as
    they stood on the evening of that day, by the rows known now.
    """
    state = store.state
    basis = basis_of(store, principal, list(KPIS.values()), now)
    if as_of is not None:
        basis = replace(basis, covered=replace(basis.covered, as_of=as_of))
    today, market = basis.company.today(now), meeting.market
    mine = in_market(open_actions(state, principal), market)
    found = overview_of(
        store, principal, basis, market=market,
        department=None if meeting.is_monthly else Department(meeting.department),
        actions=most_urgent(mine), overdue=overdue_since(mine, today),
    )  # fmt: skip
    shelves = library(state.procedures.rows(principal), today, clocks(state, principal))
    decisions = found.decisions[:MOST]
    return agenda_of(
        Looked(
            basis.company, basis.as_of, {each.kpi.key: each for each in found.standings}, decisions, found.reasons,
            _behind(store, principal, basis, decisions, shelves, market),
            open_episodes(state.episodes.rows(principal), meeting),
            promises(
                state.actions.rows(principal), meeting, today, monthly_numbers(state, principal, meeting)
            ),
            basis.fresh, titles(shelves), now, earlier(state, principal, meeting),
            spreads_of(store, principal, shelves, meeting, today),
        )
    )  # fmt: skip


def earlier(state: State, principal: Principal, meeting: Meeting) -> Earlier | None:
    """What the meeting of the last week before this one looked at; None where none was closed."""
    last = state.meetings.before(principal, meeting)
    pack = state.meetings.pack(principal, last.id) if last else None
    return Earlier(last.week, last.closed_at, of_content(pack.content)) if last and pack else None


def restated_since(store: Store, principal: Principal, meeting: Meeting, now: datetime) -> Sequence[Restated]:
    """The figures a closed meeting looked at that are others by now; none of one that is open."""
    pack = store.state.meetings.pack(principal, meeting.id)
    if pack is None:
        return ()
    agenda = of_content(pack.content)
    kpis = [KPIS[each.kpi] for each in agenda.items if each.kpi in KPIS]
    basis = basis_of(store, principal, kpis, now)
    standings = standings_of(store, principal, basis, kpis, meeting.market, LOOKED_BACK)
    return restated(Earlier(meeting.week, meeting.closed_at, agenda), standings, basis.fresh)


def open_episodes(found: Iterable[Episode], meeting: Meeting) -> Mapping[str, int]:
    """The open alert of each KPI in the part the meeting is about, by the KPI's key."""
    return {each.kpi: each.id for each in found if each.kpi and each.segment == meeting.segment}


def titles(shelves: Iterable[Shelved]) -> Mapping[str, str]:
    """What procedures are called, by key."""
    language = spoken().language.value
    return {each.key: each.shown(language).title or each.key for each in shelves}


def _behind(
    store: Store,
    principal: Principal,
    basis: Basis,
    decisions: Sequence[Decision],
    shelves: Sequence[Shelved],
    market: str | None,
) -> Mapping[str, Sequence[Answer]]:
    """What the records of a year say about the procedures that drive each KPI."""
    closed = basis.covered.closed
    if closed is None:
        return {}
    span = whole_periods(Every.WEEK, closed, YEAR)
    driven = {each.kpi.key: sorted(one.key for one in driving(shelves, each.kpi.key)) for each in decisions}
    return {
        key: answers(store.lake, principal, key, sops, span, market) for key, sops in driven.items() if sops
    }
