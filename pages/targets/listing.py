"""Which target of which KPI counts today, and every entry and decision there was."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from kpi.catalog import KPIS
from kpi.model import Kpi
from kpi.words import listed, marked, say
from pages.parts.format import ABSENT, day, goal, rows
from pages.parts.language import language_link
from pages.parts.load import load_company_of, now
from pages.parts.tables import Cell, Column, Link, table
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state import Proposal, ProposalState, TargetRow
from store.state.precedence import effective

MOST = 200
IN_FORCE = (
    Column(marked("KPI")), Column(marked("For")), Column(marked("Target"), "r"),
    Column(marked("Off target beyond"), "r"), Column(marked("Stretch goal"), "r"),
    Column(marked("Counts from"), "w"), Column(marked("until before"), "w"), Column(marked("Owner")),
    Column(marked("Approved by")), Column(marked("To be reviewed on"), "w"),
)  # fmt: skip
DECIDED = (
    Column(marked("When"), "w"), Column(marked("What"), "w"), Column(marked("KPI")), Column(marked("For")),
    Column(marked("Target"), "r"), Column(marked("By")), Column(marked("Why")),
)  # fmt: skip
STATES = {
    ProposalState.PROPOSED: marked("proposed"), ProposalState.APPROVED: marked("approved"),
    ProposalState.REJECTED: marked("rejected"), ProposalState.WITHDRAWN: marked("taken back"),
}  # fmt: skip
DEFINITION = marked("of the definition")


class Part(StrEnum):
    """Which targets a reader looks at."""

    ALL = marked("Everything")
    PROPOSED = marked("Proposed, and not decided")
    IN_FORCE = marked("In force, and to come")
    DECIDED = marked("History")


@dataclass(frozen=True)
class Chosen:
    """The KPIs, the market and the states a reader looks at; no market means all."""

    kpis: frozenset[str]
    market: str = ""
    part: Part = Part.ALL

    def holds(self, row: TargetRow) -> bool:
        """Whether an entry is among them."""
        return row.kpi in self.kpis and self.market in ("", row.pairs.get("market", ""))


def draw_in_force(viewer: Viewer, chosen: Chosen) -> None:
    """One line for each entry that counts today, then the targets of definitions nobody has set another for."""
    st.header(say("In force, and to come"), anchor=False)
    today, currency = now().date(), load_company_of(viewer).currency
    entries = effective(viewer.store.state.targets.rows(viewer.principal))
    counting = [each for each in entries if each.counts_on(today) and chosen.holds(each) and each.kpi in KPIS]
    coming = [each for each in entries if each.valid_from > today and chosen.holds(each) and each.kpi in KPIS]
    lines = [entry_line(each, currency) for each in [*counting, *coming]]
    whole = {each.kpi for each in counting if not each.segment}
    if not chosen.market:
        lines += [
            own_line(KPIS[key], currency) for key in KPIS if key in chosen.kpis - whole and KPIS[key].target
        ]
    if not lines:
        st.text(say("No target is in force for this."))
        return
    st.html(table(IN_FORCE, lines[:MOST], say("Targets in force, and to come")))


def entry_line(row: TargetRow, currency: str) -> list[Cell]:
    """An entry as the table has it."""
    kpi = KPIS[row.kpi]
    return [
        linked(kpi), part(row), level(kpi, row.target, currency), level(kpi, row.warn, currency),
        level(kpi, row.stretch, currency), day(row.valid_from), day(row.valid_to) if row.valid_to else ABSENT,
        row.owner or ABSENT, row.approver or ABSENT, day(row.review_on) if row.review_on else ABSENT,
    ]  # fmt: skip


def part(row: TargetRow) -> str:
    """The part of the firm an entry is for."""
    return listed(row.pairs.values()) or say("All")


def own_line(kpi: Kpi, currency: str) -> list[Cell]:
    """The target of a definition."""
    own = kpi.target
    at, warn = (own.at, own.warn) if own else (None, None)
    told = [goal(kpi, at, currency), goal(kpi, warn, currency)]
    return [linked(kpi), say("All"), *told, ABSENT, say(DEFINITION), ABSENT, say(kpi.owner), ABSENT, ABSENT]


def linked(kpi: Kpi) -> Link:
    """The KPI's name, leading to its targets."""
    return Link(say(kpi.name), f"kpi?kpi={kpi.key}&tab=targets{language_link()}")


def level(kpi: Kpi, value: object, currency: str) -> str:
    """A level in the KPI's unit."""
    return ABSENT if value is None else goal(kpi, float(str(value)), currency)


def draw_history(viewer: Viewer, chosen: Chosen) -> None:
    """Entries and decisions, the latest first, folded away."""
    currency = load_company_of(viewer).currency
    lines = history_of(viewer, chosen, currency)
    open_now = chosen.part is Part.DECIDED
    with st.expander(say("History ({rows})", rows=rows(len(lines))), key="target_history", expanded=open_now):
        if lines:
            st.html(table(DECIDED, lines[:MOST], say("History of targets")))
        else:
            st.text(say("Nothing was ever entered or proposed for this."))


def history_of(viewer: Viewer, chosen: Chosen, currency: str) -> list[list[Cell]]:
    """Every entry and every proposal somebody decided."""
    state, principal = viewer.store.state, viewer.principal
    entries = [each for each in state.targets.rows(principal) if chosen.holds(each) and each.kpi in KPIS]
    told = [(each.recorded_at, entered(each, currency)) for each in entries if each.recorded_at]
    decided = [each for each in viewer_proposals(viewer, chosen) if each.decided_at]
    told += [(each.decided_at, decision(each, currency)) for each in decided if each.decided_at]
    return [line for _, line in sorted(told, key=lambda pair: pair[0], reverse=True)]


def entered(row: TargetRow, currency: str) -> list[Cell]:
    """An entry as the history tells it."""
    what = say("target taken away") if row.withdrawn else say("target set")
    when = day(row.recorded_at.date()) if row.recorded_at else ABSENT
    kpi = KPIS[row.kpi]
    by = row.approver or row.owner or ABSENT
    return [
        when,
        what,
        linked(kpi),
        part(row),
        level(kpi, row.target, currency),
        by,
        row.reason,
    ]


def decision(each: Proposal, currency: str) -> list[Cell]:
    """A decided proposal as the history tells it."""
    kpi, row = KPIS[each.row.kpi], each.row
    when = day(each.decided_at.date()) if each.decided_at else ABSENT
    by = f"{each.proposed_by} → {each.decided_by}"
    what = say("proposal {state}", state=say(STATES[each.state]))
    shown = level(kpi, row.target, currency)
    return [when, what, linked(kpi), part(row), shown, by, each.remark or row.reason]


def viewer_proposals(viewer: Viewer, chosen: Chosen) -> Sequence[Proposal]:
    """The proposals among what is chosen, the latest first."""
    found = viewer.once("proposals", lambda: viewer.store.state.proposals.rows(viewer.principal))
    return [each for each in found if chosen.holds(each.row) and each.row.kpi in KPIS]


def may_decide(viewer: Viewer) -> bool:
    """Whether this person may approve what others propose."""
    return viewer.principal.may(Permit.APPROVE_TARGETS)
