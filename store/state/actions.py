"""Actions as people promise, change and close them; what each said before is in the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from store.models import Action as StoredAction
from store.permits import Permit
from store.scope import Principal
from store.state.edits import WrongEntry, require, require_part, sees_part
from store.state.engines import Engines
from store.state.looked_after import approved_of
from store.state.segments import segment_pairs, segment_text
from store.state.shelf import Shelf, record

LONGEST_TEXT, LONGEST_OWNER, LONGEST_NOTE, LONGEST_EVIDENCE = 200, 80, 500, 300
LENGTHS = (
    ("text", LONGEST_TEXT),
    ("owner", LONGEST_OWNER),
    ("note", LONGEST_NOTE),
    ("evidence", LONGEST_EVIDENCE),
)
SHOWN, UNSHOWN = (
    ("improved",),
    ("confounded", "nothing_to_compare_with"),
)  # of the outcomes of sop.diagnosis.effect


class ActionStatus(StrEnum):
    """Whether it is still to be done."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ActionError(WrongEntry):
    """An action that cannot be right, or is not there; the message says which value and why."""


@dataclass(frozen=True)
class Action:
    """
    `owner` promised to do `text` about a KPI (in `segment`, all of it where empty) by the end of `due`.
    `evidence`: where anybody can see that it was done. `episode` and `meeting`: the alert and the meeting it came out
    of. `first_due` never moves; `reopened` counts how often it was begun again. Version 0 is not stored yet.
    Raises ActionError without a text or an owner, or with too long ones.
    """

    kpi: str
    department: str
    text: str
    owner: str
    due: date
    segment: str = ""
    status: ActionStatus = ActionStatus.OPEN
    opened_at: datetime | None = None
    opened_by: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    note: str = ""
    evidence: str = ""
    episode: int | None = None
    meeting: int | None = None
    first_due: date | None = None
    reopened: int = 0
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        for name, most in LENGTHS:
            needed = name in ("text", "owner")
            object.__setattr__(self, name, _line(name, getattr(self, name), most, needed=needed))
        object.__setattr__(self, "segment", segment_text(segment_pairs(self.segment)))

    def __str__(self) -> str:
        return f"'{self.text}' of {self.owner}, due {self.due}, {self.status}"

    @property
    def market(self) -> str | None:
        return segment_pairs(self.segment).get("market")


class Cause(StrEnum):
    """Why an action has to show an effect."""

    FLAG = "flag"
    AUDIT = "audit"
    KPI = "missed KPI"
    REVIEW = "review"
    MEETING = "meeting"
    ALERT = "alert"


class Moves(StrEnum):
    """Where the KPI must go."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Corrective(Action):
    """
    An action that promises an effect, of a procedure (`step` of it, where one is named) if it mends one, with the
    number of what caused it as `reference`. It must move its KPI in a `direction` by `wanted_percent`. It is carried
    out on `took_effect`, its effect is looked at on `verify_on`: `outcome` and `finding` of `evaluated_on`.
    """

    sop: str = ""
    step: str = ""
    cause: Cause = Cause.REVIEW
    reference: str = ""
    direction: Moves = Moves.UP
    wanted_percent: int = 20
    took_effect: date | None = None
    verify_on: date | None = None
    outcome: str = ""
    finding: Mapping[str, object] | None = None
    evaluated_on: date | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.wanted_percent <= 100:
            raise ActionError(f"A change of {self.wanted_percent} % cannot be promised; name 1 to 100.")
        if self.status is ActionStatus.DONE:
            self._require_shown()
        if self.status is ActionStatus.DROPPED and self.is_waiting:
            raise ActionError(
                "It was carried out and its effect is not known; it cannot be dropped before it is."
            )

    @property
    def is_waiting(self) -> bool:
        """Carried out, and nobody knows yet whether it helped."""
        return self.took_effect is not None and self.outcome in ("", "too_early")

    def _require_shown(self) -> None:
        if self.outcome not in SHOWN + UNSHOWN or self.evaluated_on is None:
            raise ActionError(
                "A corrective action is closed once its effect was evaluated and shows that it helped; "
                f"so far: {self.outcome.replace('_', ' ') or 'not evaluated'}."
            )
        if self.outcome in UNSHOWN and not self.note.strip():
            raise ActionError("The figures cannot show the effect; give the reason to close it in the note.")


def _sees(principal: Principal, action: Action) -> bool:
    return sees_part(principal, action.department, segment_pairs(action.segment))


def _covers(principal: Principal, action: Action) -> None:
    require_part(principal, action.department, segment_pairs(action.segment), "open or change an action")


def _action(stored: StoredAction) -> Action:
    status = ActionStatus(stored.status)
    if not stored.cause:
        return record(Action, stored, status=status)
    cause, direction = Cause(stored.cause), Moves(stored.direction)
    return record(Corrective, stored, status=status, cause=cause, direction=direction)


_SHELF = Shelf("action", StoredAction, _action, _sees, Permit.CHANGE_ACTIONS, _covers)


@dataclass(frozen=True)
class Actions:
    """The actions of the state database."""

    engines: Engines

    def rows(
        self, principal: Principal, kpi: str | None = None, status: ActionStatus | None = None
    ) -> list[Action]:
        """Those the principal may see, the earliest due day first; optionally of one KPI or status only."""
        where = [] if kpi is None else [StoredAction.kpi == kpi]
        where += [] if status is None else [StoredAction.status == status]
        return _SHELF.rows(self.engines, principal, (StoredAction.due, StoredAction.id), *where)

    def find(self, principal: Principal, number: int) -> Action:
        """One action; raises WrongEntry for one that does not exist or that the principal may not see."""
        return _SHELF.find(self.engines, principal, number)

    def correctives(self, principal: Principal, sop: str | None = None) -> list[Corrective]:
        """Those that promise an effect, open or not, the earliest due day first; optionally of one procedure only."""
        where = [StoredAction.cause != "", *([] if sop is None else [StoredAction.sop == sop])]
        found = _SHELF.rows(self.engines, principal, (StoredAction.due, StoredAction.id), *where)
        return [each for each in found if isinstance(each, Corrective)]

    def add(self, principal: Principal, action: Action, key: str | None = None) -> Action:
        """Opens an action and returns it as stored. Raises NotAllowed outside the scope."""
        opened = replace(action, opened_at=self.engines.now(), opened_by=principal.name, first_due=action.due)

        def work(session: Session) -> int:
            if isinstance(opened, Corrective) and opened.sop:
                approved_of(session, principal, opened.sop)
            return _SHELF.adding(session, principal, opened, "action opened")

        require(principal, Permit.CHANGE_ACTIONS)
        return _SHELF.stored(self.engines, self.engines.change(work, key))

    def save(self, principal: Principal, action: Action, what: str, key: str | None = None) -> Action:
        """
        Stores a change of the version the editor saw and returns it as stored; `what` names it in the trail.
        Raises ChangedMeanwhile when somebody else was faster, WrongEntry when it is gone, and NotAllowed.
        """

        def work(session: Session) -> int:
            before = session.get(StoredAction, action.id)
            if before is not None:
                _require_kind(before, action)
            return _SHELF.saving(session, principal, action, what)

        return _SHELF.stored(self.engines, self.engines.change(work, key))


def _require_kind(before: StoredAction, action: Action) -> None:
    """Raises ActionError for what would take the proof, or the day that was promised first, from an action."""
    if bool(before.cause) != isinstance(action, Corrective) or before.first_due != action.first_due:
        raise ActionError(
            f"Action {before.id} must keep what it has to show and the day that was promised first."
        )


def _line(name: str, text: str, most: int, needed: bool) -> str:
    """The text as one line. Raises ActionError."""
    line = " ".join(text.split())
    if needed and not line:
        raise ActionError(f"The {name} of an action is empty; say who will do what.")
    if len(line) > most:
        raise ActionError(f"The {name} of an action has {len(line)} characters; {most} are the most.")
    return line
