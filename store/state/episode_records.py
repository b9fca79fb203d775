"""Episodes as records: the stages of their life, which may follow which, and what can happen in one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from store.state.edits import WrongEntry
from store.state.segments import segment_pairs

LONGEST_WORD = 500


class Stage(StrEnum):
    """How far people are with an episode."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_ACTION = "in action"
    VERIFYING = "verifying"
    CLOSED = "closed"


FOLLOWS: Mapping[Stage, frozenset[Stage]] = {
    Stage.OPEN: frozenset({Stage.ACKNOWLEDGED, Stage.IN_ACTION, Stage.CLOSED}),
    Stage.ACKNOWLEDGED: frozenset({Stage.IN_ACTION, Stage.CLOSED}),
    Stage.IN_ACTION: frozenset({Stage.VERIFYING, Stage.CLOSED}),
    Stage.VERIFYING: frozenset({Stage.IN_ACTION, Stage.CLOSED}),
    Stage.CLOSED: frozenset(),
}


class Closing(StrEnum):
    """How an episode ended: by itself, proven, without its segment, or by a person's word."""

    RECOVERED = "recovered"
    VERIFIED = "verified"
    SEGMENT_GONE = "segment gone"
    FALSE_ALARM = "false alarm"
    ACCEPTED = "accepted"


BY_PEOPLE = (Closing.FALSE_ALARM, Closing.ACCEPTED)


class Happened(StrEnum):
    """What can happen in an episode."""

    OPENED = "opened"
    REASON_ADDED = "reason added"
    REASON_ENDED = "reason ended"
    CAME_BACK = "came back"
    TOLD = "told"
    ESCALATED = "escalated"
    REMINDED = "reminded"
    ACKNOWLEDGED = "acknowledged"
    COMMENTED = "commented"
    GIVEN = "given"
    SNOOZED = "snoozed"
    SNOOZE_ENDED = "snooze ended"
    ACTION = "action"
    VERIFYING = "verifying"
    VERIFIED_ONCE = "verified once"
    CLOSED = "closed"


class EpisodeError(WrongEntry):
    """Something that cannot be done with an episode as it stands; the message says why."""


@dataclass(frozen=True)
class Watch:
    """Where one alert stands, as stored; version 0 is not stored yet. See `alerts.state.Alert`."""

    fingerprint: str
    rule: str
    kpi: str
    segment: str
    state: str = "normal"
    held: str = "normal"
    run: int = 0
    absent: int = 0
    period: date | None = None
    since: date | None = None
    version: int = 0
    id: int = 0


@dataclass(frozen=True)
class Episode:
    """
    One trouble of a KPI and segment; of a source or a procedure where `kpi` is empty. `reasons`: all it ever had,
    `active`: those that hold now. `since`, `until`: first days of periods, data time. `duty`: who was told last.
    `explained`: another episode of the same `incident` speaks for it. `happened`: how many events it has.
    """

    kpi: str
    department: str
    segment: str
    since: date
    opened_at: datetime
    reasons: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    stage: Stage = Stage.OPEN
    until: date | None = None
    told_on: date | None = None
    duty: str = "owner"
    owner: str = ""
    acknowledged_by: str = ""
    action: int | None = None
    verified: int = 0
    snoozed_until: date | None = None
    snoozed_by: str = ""
    snooze_reason: str = ""
    incident: str = ""
    explained: bool = False
    closed_at: datetime | None = None
    ending: str = ""
    happened: int = 0
    version: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"episode {self.id} ({self.subject}), {self.stage}"

    @property
    def key(self) -> str:
        """What only one open episode may be about."""
        return f"{self.kpi}|{self.segment}"

    @property
    def subject(self) -> str:
        """The KPI and segment in one line."""
        return " ".join(filter(None, (self.kpi, self.segment)))

    @property
    def pairs(self) -> Mapping[str, str]:
        return segment_pairs(self.segment)

    @property
    def is_open(self) -> bool:
        return self.stage is not Stage.CLOSED

    def sleeps(self, day: date) -> bool:
        """No messages of it until a later day than this."""
        return self.snoozed_until is not None and day < self.snoozed_until


@dataclass(frozen=True)
class Event:
    """Something that happened in an episode on a day: of the data, or of the firm where a person did it."""

    kind: Happened
    day: date
    at: datetime
    who: str
    text: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)
    n: int = 0


@dataclass(frozen=True)
class Answering:
    """Somebody who answers for things: the active direct lead, and the markets seen (None: all)."""

    lead: str = ""
    markets: frozenset[str] | None = None


@dataclass(frozen=True)
class Telling:
    """What somebody is to be told of an event: whom (a duty, and the person where one is known), and from when on."""

    what: str
    duty: str
    person: str
    severity: str
    due_at: datetime


@dataclass(frozen=True)
class Notice:
    """A telling as it stands in the outbox, with the key that makes it one of its kind."""

    key: str
    episode: int
    event: int
    what: str
    duty: str
    person: str
    department: str
    severity: str
    incident: str
    made_at: datetime
    due_at: datetime
    id: int = 0


def check_move(before: Stage, after: Stage) -> None:
    """Raises EpisodeError for a stage that cannot follow the one there is."""
    if before is not after and after not in FOLLOWS[before]:
        raise EpisodeError(f"An episode that is {before} cannot become {after}.")
