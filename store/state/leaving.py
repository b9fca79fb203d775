"""What somebody answers for, and how all of it gets into other hands in one step."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from store.models import Action as StoredAction
from store.models import Owner as StoredOwner
from store.models import SavedView
from store.permits import Permit
from store.scope import Principal
from store.state.actions import Action, Actions, ActionStatus
from store.state.edits import NotAllowed, WrongEntry, note, require, sees_part
from store.state.engines import Engines
from store.state.owners import Owner, Owners
from store.state.precedence import TargetRow, effective
from store.state.segments import segment_pairs
from store.state.shelf import Numbered
from store.state.targets import Targets, renew
from store.state.users import User, require_over, stored_user, user_of
from store.state.views import View, Views


@dataclass(frozen=True)
class Belongings:
    """What one person answers for: KPIs and procedures, open actions, targets in force, views others use."""

    owned: tuple[Owner, ...] = ()
    actions: tuple[Action, ...] = ()
    targets: tuple[TargetRow, ...] = ()
    views: tuple[View, ...] = ()

    @property
    def count(self) -> int:
        return len(self.owned) + len(self.actions) + len(self.targets) + len(self.views)


@dataclass(frozen=True)
class Leaving:
    """The leaver report, and the hand-over; both for those who may let people in."""

    engines: Engines
    departments: Mapping[str, str] = field(default_factory=dict)

    def report(self, principal: Principal, email: str) -> Belongings:
        """What a person answers for. Raises NotAllowed, WrongEntry for nobody."""
        leaver = self._person(principal, email)
        return self._of(leaver)

    def hand_over(self, principal: Principal, email: str, heir: str, key: str | None = None) -> int:
        """
        Everything of the report goes to another person, all of it or nothing; how many things. Their targets are
        entered once more with the new owner, everything else is changed; the trail has each.
        Raises NotAllowed, WrongEntry for an heir who is no active user or does not see some of it.
        """
        leaver, other = self._person(principal, email), self._heir(heir)
        things = self._of(leaver)
        self._check_heir(other, things)

        def work(session: Session) -> int:
            for table, column, given in (
                (StoredOwner, "person", things.owned), (StoredAction, "owner", things.actions),
                (SavedView, "owner", things.views),
            ):  # fmt: skip
                for each in given:
                    _give(session, principal, table, each, column, other.email)
            for row in things.targets:
                renew(session, principal, replace(row, owner=other.email))
            after = {"to": other.email, "things": things.count}
            note(session, principal, "handed over", f"user {leaver.email}", None, after)
            return things.count

        return self.engines.change(work, key)

    def _person(self, principal: Principal, email: str) -> User:
        require(principal, Permit.MANAGE_PEOPLE)
        found = self._user(email)
        if found is None:
            raise WrongEntry(f"No user has the address {email}.")
        require_over(principal, found)
        return found

    def _heir(self, email: str) -> User:
        found = self._user(email)
        if found is None or not found.active:
            raise WrongEntry(f"No active user has the address {email}; add the person first.")
        return found

    def _user(self, email: str) -> User | None:
        def work(session: Session) -> User | None:
            stored = stored_user(session, email)
            return user_of(stored).value if stored else None

        return self.engines.ask(work)

    def _of(self, leaver: User) -> Belongings:
        """Found with the eyes of somebody who sees all: what they answer for outside of what they see counts, too."""
        everybody, now = Principal("leaver report"), datetime.now(UTC).date()
        targets = effective(Targets(self.engines, self.departments).rows(everybody))
        return Belongings(
            tuple(Owners(self.engines).rows(everybody, leaver.email)),
            tuple(
                each for each in Actions(self.engines).rows(everybody, None, ActionStatus.OPEN)
                if each.owner == leaver.email
            ),
            tuple(row for row in targets if row.owner == leaver.email and not (row.valid_to and row.valid_to < now)),
            tuple(
                each for each in Views(self.engines).rows(replace(everybody, name=leaver.email))
                if each.owner == leaver.email and each.shared
            ),
        )  # fmt: skip

    def _check_heir(self, heir: User, things: Belongings) -> None:
        parts = [(each.department, dict[str, str](), str(each)) for each in things.owned]
        parts += [(each.department, segment_pairs(each.segment), str(each)) for each in things.actions]
        parts += [
            (self.departments.get(each.kpi, ""), each.pairs, f"target of {each.kpi}")
            for each in things.targets
        ]
        for department, pairs, what in parts:
            if not sees_part(heir.principal, department, pairs):
                raise NotAllowed(f"{heir.email} does not see {department}: {what} needs somebody who does.")


_NAMES: Mapping[type[Any], str] = {StoredOwner: "owner", StoredAction: "action", SavedView: "view"}


def _give(
    session: Session, principal: Principal, table: type[Any], thing: Numbered, column: str, to: str
) -> None:
    stored = session.get_one(table, thing.id)
    if stored.version != thing.version:
        raise WrongEntry("Something was changed while you looked; open the report again.")
    before = {column: getattr(stored, column)}
    setattr(stored, column, to)
    stored.version += 1
    note(session, principal, "handed over", f"{_NAMES[table]} {thing.id}", before, {column: to})
