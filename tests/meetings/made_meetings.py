"""A closed meeting with one of everything, and numbers a person can add up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kpi.catalog import KPIS
from kpi.reason import Reason
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
from meetings.closing import close_meeting
from meetings.promises import Kept
from sop.diagnosis.verdict import Verdict as Diagnosed
from store.scope import LOCAL_OWNER
from store.state import Action, State
from store.state.meeting_records import Comment, Decision, Meeting, Verdict

KPI, OTHER = "on_time_delivery_rate", "transit_time"
MONDAY = date(2026, 5, 4)
READ = datetime(2026, 5, 4, 5, 30, tzinfo=UTC)
WEEKS = tuple(MONDAY - timedelta(weeks=n) for n in range(13, 0, -1))


def item() -> Item:
    """75 % against 93 %, after ten weeks at 100 %: eight records beyond, in Japan, and the SOP was not followed."""
    trend = tuple(Point(day, 1.0 if n < 10 else 0.75, 0.93) for n, day in enumerate(WEEKS))
    behind = (
        Behind("packing", Diagnosed.NOT_FOLLOWED, 200, 0, 0.625, 0.56, 0.69, 0.04, 0.28),
        Behind("customs", Diagnosed.NOT_ENOUGH, 20, 80),
    )
    return Item(
        KPI, "off_target", WEEKS[-1], 0.75, 0.93, WEEKS[-3], 8, True, False, Reason("market", "JP", 0.9, 0.4, 0.8),
        behind, (OTHER,), None, 40, 0, 1, trend,
    )  # fmt: skip


def agenda(*promised: Promised, value: float = 0.75) -> Agenda:
    """One KPI is off, one has no data, one source is late, and one figure of the week before is another one now."""
    kpi = KPIS[KPI]
    return Agenda(
        MONDAY - timedelta(days=1), "EUR", (item(),), promised, "Small & <b>Sons</b>", True,
        (
            Score(KPI, kpi.name, "off_target", WEEKS[-1], value, 0.93, 40),
            Score(OTHER, KPIS[OTHER].name, "no_data"),
        ),
        (Meaning(KPI, kpi.name, kpi.meaning, kpi.formula, kpi.unit.value, 1),),
        (Source("carrier", READ, READ, True),), (("customs", "Customs papers"), ("packing", "Packing <fast>")),
        (Restated(KPI, WEEKS[-1], WEEKS[-2], 0.8, 0.75, Because.ROWS, 30, 40, ("carrier",)),),
        (Spreading("packing", "4.0", WEEKS[-5], 100, 81, 70, 62, 125),),
    )  # fmt: skip


def closed(state: State, week: date = MONDAY) -> Meeting:
    """A meeting of shipping with a promise that was broken, a decision, an action, two people and notes; closed."""
    opened = state.meetings.open(LOCAL_OWNER, Meeting("shipping", week))
    due = date(2026, 4, 30)
    late = state.actions.add(LOCAL_OWNER, Action(KPI, "shipping", "Call the <carrier>", "Ann", due))
    state.meetings.decide(
        LOCAL_OWNER, Decision(opened.id, "=Second pick-up", Verdict.NOT_FOLLOWED, KPI, "packing")
    )
    state.meetings.comment(
        LOCAL_OWNER, Comment(opened.id, KPI, "One lorry <late>", "=No second driver", "Two drivers from May")
    )
    state.actions.add(
        LOCAL_OWNER,
        Action(KPI, "shipping", "Book a second pick-up", "Bo", date(2026, 5, 11), meeting=opened.id),
    )
    seen = state.meetings.save(LOCAL_OWNER, replace(opened, present=("Ann", "Bo"), notes="Short & good"))
    looked_at = agenda(Promised(late.id, late.version, Kept.LATE, late.due, 2))
    return close_meeting(state, LOCAL_OWNER, seen, looked_at, MONDAY)
