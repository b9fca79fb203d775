"""Meetings, what was decided in them and what they looked at, as records."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from store.state.edits import WrongEntry
from store.state.segments import segment_pairs, segment_text

LONGEST_DECISION, LONGEST_NOTES, MOST_PRESENT = 300, 2_000, 40
WHOLE_FIRM = ""  # as department: the monthly meeting over all of them


class MeetingError(WrongEntry):
    """A meeting or decision that cannot be right, or is not there; the message says which value and why."""


@dataclass(frozen=True)
class Meeting:
    """
    The meeting of a department in the week of the Monday `week`; of one market or team where `segment` names it. That
    of the `WHOLE_FIRM` is held once a month and named by the Monday of the week in which the month begins.
    Version 0 is not stored yet. Raises MeetingError for another day or too long notes.
    """

    department: str
    week: date
    segment: str = ""
    present: tuple[str, ...] = ()
    notes: str = ""
    opened_at: datetime | None = None
    opened_by: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        if self.week.weekday():
            raise MeetingError(f"The week of a meeting is named by its Monday, and {self.week} is none.")
        if self.is_monthly and self.week != month_of(self.month):
            raise MeetingError(
                f"No month begins in the week of {self.week}; the whole firm meets once a month."
            )
        if len(self.notes) > LONGEST_NOTES:
            raise MeetingError(f"The notes have {len(self.notes)} characters; {LONGEST_NOTES} are the most.")
        names = tuple(dict.fromkeys(" ".join(each.split()) for each in self.present if each.strip()))
        if len(names) > MOST_PRESENT:
            raise MeetingError(f"{len(names)} people were present; {MOST_PRESENT} are the most.")
        object.__setattr__(self, "present", names)
        object.__setattr__(self, "segment", segment_text(segment_pairs(self.segment)))

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def market(self) -> str | None:
        return segment_pairs(self.segment).get("market")

    @property
    def is_monthly(self) -> bool:
        return self.department == WHOLE_FIRM

    @property
    def month(self) -> date:
        """The first day of the month that begins in its week, or that its week lies in."""
        return (self.week + timedelta(days=6)).replace(day=1)

    @property
    def last_time(self) -> date:
        """The Monday of the meeting before it: a week or a month earlier."""
        if self.is_monthly:
            return month_of(self.month - timedelta(days=1))
        return self.week - timedelta(weeks=1)

    def __str__(self) -> str:
        if self.is_monthly:
            return f"meeting of the whole firm {self.segment}".strip() + f" in {self.month:%Y-%m}"
        return f"meeting of {self.department} {self.segment}".strip() + f" in the week of {self.week}"


class Verdict(StrEnum):
    """What a meeting found about a KPI that is off: what has to change."""

    NOT_FOLLOWED = "not followed"
    REFINE = "SOP needs refining"
    BOTH = "not followed, and SOP needs refining"
    OUTSIDE = "outside the SOP"
    WATCH = "watch it"


@dataclass(frozen=True)
class Decision:
    """What was decided in a meeting, and why; of a KPI and procedure where it names them. Raises MeetingError."""

    meeting: int
    text: str
    verdict: Verdict = Verdict.WATCH
    kpi: str = ""
    sop: str = ""
    department: str = ""
    segment: str = ""
    made_at: datetime | None = None
    made_by: str = ""
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        line = " ".join(self.text.split())
        if not line:
            raise MeetingError("The decision says nothing; say in a sentence what was decided and why.")
        if len(line) > LONGEST_DECISION:
            raise MeetingError(f"The decision has {len(line)} characters; {LONGEST_DECISION} are the most.")
        object.__setattr__(self, "text", line)

    def __str__(self) -> str:
        return f"'{self.text}' ({self.verdict})"


@dataclass(frozen=True)
class Comment:
    """
    What the owner of a KPI says of it in a meeting: what happened, why, and what is next (`then`), a sentence each.
    Raises MeetingError for an empty or a too long one.
    """

    meeting: int
    kpi: str
    what: str
    why: str
    then: str
    department: str = ""
    segment: str = ""
    made_at: datetime | None = None
    made_by: str = ""
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        asked = {"what": "what happened", "why": "why", "then": "what is next"}
        for name, told in asked.items():
            line = " ".join(str(getattr(self, name)).split())
            if not line:
                raise MeetingError(
                    f"The comment does not say {told}; write a sentence, or that it is not known."
                )
            if len(line) > LONGEST_DECISION:
                raise MeetingError(
                    f"{told.capitalize()} has {len(line)} characters; {LONGEST_DECISION} are the most."
                )
            object.__setattr__(self, name, line)

    def __str__(self) -> str:
        return f"of {self.kpi}: '{self.what}'"


@dataclass(frozen=True)
class Pack:
    """
    What a closed meeting looked at, with its SHA-256. `words`: the texts and names that belong to it, which an erasure
    may change; none of meetings that an older program closed.
    """

    content: Mapping[str, object]
    digest: str
    made_at: datetime
    words: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_genuine(self) -> bool:
        """Whether it is what was frozen."""
        return digest_of(self.content) == self.digest


@dataclass(frozen=True)
class Held:
    """A meeting with the number of its decisions and actions."""

    meeting: Meeting
    decisions: int
    actions: int


@dataclass(frozen=True)
class Filed:
    """A closed meeting with the keys of the KPIs that were off."""

    meeting: Meeting
    kpis: tuple[str, ...]


def monday_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """The Monday that names the monthly meeting of a day's month: of the week in which the month begins."""
    return monday_of(day.replace(day=1))


def digest_of(content: Mapping[str, object]) -> str:
    """The SHA-256 of a pack, whatever the order of its keys."""
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()
