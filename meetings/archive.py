"""Past meetings found again: by words of decisions, actions, notes and names of KPIs, by department and time."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi.catalog import KPIS
from kpi.model import Department
from kpi.words import say
from meetings.told import VERDICTS, name_told, segment_told, whose
from store.scope import Principal
from store.state import State
from store.state.meeting_records import Decision, Filed, Meeting
from store.state.words_sought import Sought, sought

MOST_LINES = 3


@dataclass(frozen=True)
class Found:
    """A closed meeting with how much was decided, and the lines that hold what was looked for."""

    meeting: Meeting
    decisions: int
    lines: tuple[str, ...]


def find_meetings(
    state: State,
    principal: Principal,
    words: str = "",
    *,
    department: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[Found]:
    """The closed meetings that hold all the words, the newest first; without words all of them."""
    asked = sought(words) if words.strip() else None
    filed = state.meetings.filed(principal, department, since, until)
    decided: dict[int, list[Decision]] = defaultdict(list)
    for decision in state.meetings.decisions(principal) if filed else ():
        decided[decision.meeting].append(decision)
    actions: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for said in state.meetings.comments(principal) if filed and asked else ():
        actions[said.meeting] += [(said.kpi, text) for text in (said.what, said.why, said.then)]
    for action in state.actions.rows(principal) if filed and asked else ():
        if action.meeting is not None:
            actions[action.meeting].append((action.kpi, action.text))
    found = []
    for each in filed:
        lines = _held(each, decided, actions, asked) if asked else ()
        if lines is not None:
            found.append(Found(each.meeting, len(decided.get(each.meeting.id, ())), lines))
    return found


def _held(
    filed: Filed,
    decided: Mapping[int, Sequence[Decision]],
    actions: Mapping[int, Sequence[tuple[str, str]]],
    asked: Sought,
) -> tuple[str, ...] | None:
    """The first lines that hold one of the words; None where the meeting does not hold all of them."""
    lines = list(_lines(filed, decided.get(filed.meeting.id, ()), actions.get(filed.meeting.id, ())))
    if not asked.is_in("\n".join(looked for looked, _ in lines)):
        return None
    single = [Sought((forms,)) for forms in asked.words]
    held = [shown for looked, shown in lines if any(each.is_in(looked) for each in single)]
    return tuple(held[:MOST_LINES])


def _lines(
    filed: Filed, decided: Sequence[Decision], actions: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """What is looked through (in English, too, and with keys) and what is shown of it."""
    meeting = filed.meeting
    here = f"{whose(meeting)} · {segment_told(meeting.segment)}"
    yield f"{here} {_department(meeting)} {meeting.segment}", here
    for each in decided:
        told = f"{_name(each.kpi)}{say(VERDICTS[each.verdict])}: {each.text}"
        yield f"{told} {_also(each.kpi)} {each.verdict} {each.sop}", told
    for kpi, text in actions:
        yield f"{_name(kpi)}{text} {_also(kpi)}", f"{_name(kpi)}{text}"
    if meeting.notes:
        yield meeting.notes, meeting.notes
    for kpi in filed.kpis:
        yield f"{name_told(kpi)} {_also(kpi)}", name_told(kpi)


def _department(meeting: Meeting) -> str:
    """In English."""
    return "Whole firm" if meeting.is_monthly else Department(meeting.department).label


def _name(kpi: str) -> str:
    return f"{name_told(kpi)} · " if kpi else ""


def _also(kpi: str) -> str:
    """The key and the English name."""
    return f"{kpi} {KPIS[kpi].name}" if kpi in KPIS else kpi
