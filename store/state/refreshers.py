"""Refreshers that are asked for once: before a peak of everybody, after a month of those who do the steps that fail."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import Refresher as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.edits import note, require, require_part
from store.state.engines import Engines


@dataclass(frozen=True)
class Refresher:
    """
    `sop` is to be refreshed by the end of `due_on`: `steps` (empty: all), by `people` (None: whoever is trained on it).
    `occasion` says why and is there once a procedure.
    """

    sop: str
    department: str
    occasion: str
    due_on: date
    steps: tuple[str, ...] = ()
    people: frozenset[str] | None = None
    asked_on: date = date.min

    def is_for(self, person: str) -> bool:
        return self.people is None or person in self.people


@dataclass(frozen=True)
class Refreshers:
    """The refreshers of the state database; whom they are asked of shows in what people owe, nowhere else."""

    engines: Engines

    def ask(self, principal: Principal, wanted: Sequence[Refresher], key: str | None = None) -> int:
        """Those that were not asked for before; how many that were. Raises NotAllowed."""
        require(principal, Permit.TRAIN_PEOPLE)
        for each in wanted:
            require_part(principal, each.department, {}, "ask for refreshers", everywhere=True)

        def work(session: Session) -> int:
            known = {(each.sop, each.occasion) for each in session.scalars(select(Stored))}
            fresh = [each for each in wanted if (each.sop, each.occasion) not in known]
            for each in fresh:
                session.add(_row(each, principal))
                note(
                    session,
                    principal,
                    "refresher asked for",
                    f"procedure {each.sop}",
                    None,
                    {"for": each.occasion},
                )
            return len(fresh)

        return self.engines.change(work, key)

    def on_steps(self, principal: Principal, since: date, until: date) -> list[Refresher]:
        """
        Those on single steps that were due from a day to another, of the principal's departments, the first due first;
        of whom they were asked is left out. Raises NotAllowed.
        """
        require(principal, Permit.TRAIN_PEOPLE)
        found = self.engines.ask(lambda session: refreshers_since(session, since))
        return [
            replace(each, people=None)
            for each in found
            if each.steps and each.due_on <= until and principal.scope.sees_department(each.department)
        ]


def refreshers_since(session: Session, since: date) -> list[Refresher]:
    """Those due on or after a day, the first due first."""
    query = select(Stored).where(Stored.due_on >= since).order_by(Stored.due_on, Stored.id)
    return [_refresher(each) for each in session.scalars(query)]


def refreshers_of(session: Session, occasion: str) -> list[Refresher]:
    """Those of one occasion, one a procedure."""
    query = select(Stored).where(Stored.occasion == occasion).order_by(Stored.sop)
    return [_refresher(each) for each in session.scalars(query)]


def _refresher(each: Stored) -> Refresher:
    return Refresher(
        each.sop,
        each.department,
        each.occasion,
        each.due_on,
        tuple(each.steps),
        each.people,
        each.asked_at.date(),
    )


def _row(each: Refresher, principal: Principal) -> Stored:
    people: Collection[str] | None = each.people
    return Stored(
        sop=each.sop, department=each.department, occasion=each.occasion, steps=list(each.steps), people=people,
        due_on=each.due_on, asked_by=principal.name, asked_at=datetime.now(UTC),
    )  # fmt: skip
