"""Actions as people promise, change and close them; what each said before is in the audit trail."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Action as StoredAction
from store.scope import Principal
from store.state.edits import ChangedMeanwhile, WrongEntry, note, require_part
from store.state.engines import Engines
from store.state.segments import segment_pairs, segment_text

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


@dataclass(frozen=True)
class Actions:
    """The actions of the state database."""

    engines: Engines

    def rows(
        self, principal: Principal, kpi: str | None = None, status: ActionStatus | None = None
    ) -> list[Action]:
        """Those the principal may see, the earliest due day first; optionally of one KPI or status only."""
        query = select(StoredAction).order_by(StoredAction.due, StoredAction.id)
        query = query if kpi is None else query.where(StoredAction.kpi == kpi)
        query = query if status is None else query.where(StoredAction.status == status)
        found = self.engines.ask(lambda session: [_action(each) for each in session.scalars(query)])
        return [each for each in found if _sees(principal, each)]

    def find(self, principal: Principal, number: int) -> Action:
        """One action; raises ActionError for one that does not exist or that the principal may not see."""
        stored = self.engines.ask(lambda session: session.get(StoredAction, number))
        action = _action(stored) if stored else None
        if action is None or not _sees(principal, action):
            raise ActionError(f"There is no action {number}; `fairlead action list` shows those there are.")
        return action

    def add(self, principal: Principal, action: Action, key: str | None = None) -> Action:
        """Opens an action and returns it as stored. Raises NotAllowed outside the scope."""
        require_part(principal, action.department, action.market, "open an action")

        def work(session: Session) -> int:
            opened = replace(action, opened_at=datetime.now(UTC), opened_by=principal.name, version=1)
            return _put(session, principal, StoredAction(), None, opened, "action opened")

        number = self.engines.change(work, key)
        return self.engines.ask(lambda session: _action(session.get_one(StoredAction, number)))

    def save(self, principal: Principal, action: Action, what: str, key: str | None = None) -> Action:
        """
        Stores a change of the version the editor saw and returns it as stored; `what` names it in the trail.
        Raises ChangedMeanwhile when somebody else was faster, ActionError when it is gone, and NotAllowed.
        """
        require_part(principal, action.department, action.market, "change an action")

        def work(session: Session) -> int:
            stored = session.get(StoredAction, action.id)
            if stored is None or not _sees(principal, before := _action(stored)):
                raise ActionError(f"There is no action {action.id} any more.")
            require_part(principal, before.department, before.market, "change an action")
            if before.version != action.version:
                raise ChangedMeanwhile("This action", before, action.version)
            after = replace(action, version=before.version + 1)
            return _put(session, principal, stored, before, after, what)

        number = self.engines.change(work, key)
        return self.engines.ask(lambda session: _action(session.get_one(StoredAction, number)))


def _put(
    session: Session,
    principal: Principal,
    stored: StoredAction,
    before: Action | None,
    after: Action,
    what: str,
) -> int:
    values = asdict(after)
    values.pop("id")
    for name, value in values.items():
        setattr(stored, name, value)
    session.add(stored)
    session.flush()
    note(session, principal, what, f"action {stored.id} {after.kpi}", before, replace(after, id=stored.id))
    return stored.id


def _action(stored: StoredAction) -> Action:
    values = {name: getattr(stored, name) for name in Action.__dataclass_fields__}
    return Action(**(values | {"status": ActionStatus(stored.status)}))


def _sees(principal: Principal, action: Action) -> bool:
    scope = principal.scope
    return scope.sees_department(action.department) and scope.sees_market(action.market)


def _line(name: str, text: str, most: int, needed: bool) -> str:
    """The text as one line. Raises ActionError."""
    line = " ".join(text.split())
    if needed and not line:
        raise ActionError(f"The {name} of an action is empty; say who will do what.")
    if len(line) > most:
        raise ActionError(f"The {name} of an action has {len(line)} characters; {most} are the most.")
    return line
