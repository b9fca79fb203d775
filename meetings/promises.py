"""What became of what was promised: kept, carried out and waiting for its proof, late, or without any effect."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from kpi.model import Kpi
from kpi.words import marked, say
from meetings.actions import is_overdue, open_action
from sop.diagnosis.effect import Outcome
from sop.diagnosis.observed import can_show
from sop.mending import AGAIN, open_corrective, usual_direction
from store.scope import Principal
from store.state import Action, ActionStatus, Cause, Corrective, State, segment_pairs
from store.state.meeting_records import WHOLE_FIRM, Meeting


class Kept(StrEnum):
    """What became of a promise by a day."""

    LATE = "late"
    NO_EFFECT = "no effect"
    TO_CLOSE = "to close"
    OPEN = "open"
    WAITING = "waiting"
    KEPT = "kept"
    KEPT_LATE = "kept late"
    DROPPED = "dropped"


TOLD = {
    Kept.LATE: marked("Not kept"), Kept.NO_EFFECT: marked("Carried out, without the effect"),
    Kept.TO_CLOSE: marked("It helped: close it"), Kept.OPEN: marked("Not due yet"),
    Kept.WAITING: marked("Carried out, its effect is still to be seen"), Kept.KEPT: marked("Kept"),
    Kept.KEPT_LATE: marked("Kept, but late"), Kept.DROPPED: marked("Dropped"),
}  # fmt: skip
NOT_KEPT = (Kept.LATE, Kept.NO_EFFECT)


@dataclass(frozen=True)
class Promise:
    """An action as a meeting meets it: what became of it, and for how many weeks it has been carried along."""

    action: Action
    kept: Kept
    weeks: int

    @property
    def told(self) -> str:
        """What became of it, in the reader's language."""
        return say(TOLD[self.kept])


@dataclass(frozen=True)
class Wish:
    """
    What somebody is asked to do, and what it is to change: by how many percent the KPI must move; 0 promises no effect.
    `sop` is the procedure it mends, `cause` why it is opened, with `meeting` or `episode`.
    """

    text: str
    owner: str
    due: date
    percent: int = 0
    sop: str = ""
    segment: str = ""
    cause: Cause = Cause.MEETING
    meeting: int | None = None
    episode: int | None = None


def promise(
    state: State, principal: Principal, kpi: Kpi, wish: Wish, *, today: date, key: str | None = None
) -> Action:
    """
    Opens the action; with an effect to show where one is promised and the KPI can show it. Raises ActionError,
    WrongEntry for a procedure that is not in force, NotAllowed.
    """
    if wish.percent and can_show(kpi):
        reference = str(wish.meeting or wish.episode or "")
        asked = Corrective(
            kpi.key, kpi.department.value, wish.text, wish.owner, wish.due, wish.segment, sop=wish.sop,
            cause=wish.cause, reference=reference, direction=usual_direction(kpi), wanted_percent=wish.percent,
            meeting=wish.meeting, episode=wish.episode,
        )  # fmt: skip
        return open_corrective(state, principal, kpi, asked, today=today, key=key)
    return open_action(
        state, principal, kpi, wish.text, wish.owner, wish.due, today=today, segment=wish.segment,
        meeting=wish.meeting, episode=wish.episode, key=key,
    )  # fmt: skip


def kept(action: Action, today: date) -> Kept:
    """What became of an action by a day; the day that was promised first counts."""
    promised = action.first_due or action.due
    if action.status is ActionStatus.DROPPED:
        return Kept.DROPPED
    if action.status is ActionStatus.DONE:
        done = (isinstance(action, Corrective) and action.took_effect) or _day(action.closed_at)
        return Kept.KEPT if done is None or done <= promised else Kept.KEPT_LATE
    if isinstance(action, Corrective) and action.took_effect is not None:
        if action.is_waiting:
            return Kept.WAITING
        if action.outcome == Outcome.IMPROVED:
            return Kept.TO_CLOSE
        if action.outcome in AGAIN:
            return Kept.NO_EFFECT
    return Kept.LATE if is_overdue(action, today) else Kept.OPEN


def promises(
    actions: Iterable[Action], meeting: Meeting, today: date, monthly: Collection[int] = ()
) -> Sequence[Promise]:
    """
    Those of the department (and the part) of a meeting that were opened before its week and were open then, or were
    closed since the meeting before; what needs a word first, the oldest first.

    The whole firm looks at what its own meetings (their numbers: `monthly`) brought about, and at what was not kept
    in any department.
    """
    wanted, week = segment_pairs(meeting.segment), meeting.week

    def is_carried(each: Action) -> bool:
        pairs = segment_pairs(each.segment)
        if not all(pairs.get(name) in (None, value) for name, value in wanted.items()):
            return False
        own = each.meeting in monthly if meeting.is_monthly else each.department == meeting.department
        if not own:
            return meeting.is_monthly and kept(each, today) in NOT_KEPT
        opened, closed = _day(each.opened_at) or week, _day(each.closed_at) or week
        return opened < week and closed >= meeting.last_time

    return met([each for each in actions if is_carried(each)], today)


def monthly_numbers(state: State, principal: Principal, meeting: Meeting) -> Collection[int]:
    """The numbers of the monthly meetings there were, for one of them; of others nobody asks."""
    if not meeting.is_monthly:
        return ()
    return {each.id for each in state.meetings.rows(principal, WHOLE_FIRM)}


def met(actions: Iterable[Action], today: date) -> Sequence[Promise]:
    """What became of each by a day; what needs a word first, then the earliest due."""
    order = list(Kept)
    found = [
        Promise(each, kept(each, today), max(0, (today - (_day(each.opened_at) or today)).days // 7))
        for each in actions
    ]
    return sorted(found, key=lambda one: (order.index(one.kept), one.action.due, one.action.id))


def _day(at: datetime | None) -> date | None:
    return at.astimezone(UTC).date() if at else None
