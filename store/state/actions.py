"""Actions as people promise, change and close them; what each said before is in the audit trail."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from store.models import Action as StoredAction
from store.permits import Permit
from store.scope import Principal
from store.state.edits import WrongEntry, require_part, sees_part
from store.state.engines import Engines
from store.state.segments import segment_pairs, segment_text
from store.state.shelf import Shelf, record

LONGEST_TEXT, LONGEST_OWNER, LONGEST_NOTE = 200, 80, 500


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
    Version 0 is not stored yet. Raises ActionError without a text or an owner, or with too long ones.
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
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        for name, most in (("text", LONGEST_TEXT), ("owner", LONGEST_OWNER), ("note", LONGEST_NOTE)):
            object.__setattr__(self, name, _line(name, getattr(self, name), most, needed=name != "note"))
        object.__setattr__(self, "segment", segment_text(segment_pairs(self.segment)))

    def __str__(self) -> str:
        return f"'{self.text}' of {self.owner}, due {self.due}, {self.status}"

    @property
    def market(self) -> str | None:
        return segment_pairs(self.segment).get("market")


def _sees(principal: Principal, action: Action) -> bool:
    return sees_part(principal, action.department, segment_pairs(action.segment))


def _covers(principal: Principal, action: Action) -> None:
    require_part(principal, action.department, segment_pairs(action.segment), "open or change an action")


def _action(stored: StoredAction) -> Action:
    return record(Action, stored, status=ActionStatus(stored.status))


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

    def add(self, principal: Principal, action: Action, key: str | None = None) -> Action:
        """Opens an action and returns it as stored. Raises NotAllowed outside the scope."""
        opened = replace(action, opened_at=datetime.now(UTC), opened_by=principal.name)
        return _SHELF.add(self.engines, principal, opened, "action opened", key)

    def save(self, principal: Principal, action: Action, what: str, key: str | None = None) -> Action:
        """
        Stores a change of the version the editor saw and returns it as stored; `what` names it in the trail.
        Raises ChangedMeanwhile when somebody else was faster, WrongEntry when it is gone, and NotAllowed.
        """
        return _SHELF.save(self.engines, principal, action, what, key)


def _line(name: str, text: str, most: int, needed: bool) -> str:
    """The text as one line. Raises ActionError."""
    line = " ".join(text.split())
    if needed and not line:
        raise ActionError(f"The {name} of an action is empty; say who will do what.")
    if len(line) > most:
        raise ActionError(f"The {name} of an action has {len(line)} characters; {most} are the most.")
    return line
