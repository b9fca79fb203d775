"""Rows that people add and change one by one: scope, lock and trail in one place for all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from store.models import Base
from store.permits import Permit
from store.scope import Principal
from store.state.edits import ChangedMeanwhile, WrongEntry, note, require
from store.state.engines import Engines


class Numbered(Protocol):
    """A frozen dataclass that knows its number and how often it was changed; 0 before it is stored."""

    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int: ...


T = TypeVar("T", bound=Numbered)


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """
    The rows of one table as the records `made` from them. `sees`: may this person read it; `permit` is what writing
    one takes, and `covers` raises NotAllowed where their scope does not. `name`: what messages call one of them.
    """

    name: str
    table: type[Base]
    made: Callable[[Any], T]
    sees: Callable[[Principal, T], bool]
    permit: Permit
    covers: Callable[[Principal, T], None]

    def rows(
        self, engines: Engines, principal: Principal, order: Sequence[Any], *where: ColumnElement[bool]
    ) -> list[T]:
        """Those the principal may see."""
        query = select(self.table).where(*where).order_by(*order)
        found = engines.ask(lambda session: [self.made(each) for each in session.scalars(query)])
        return [each for each in found if self.sees(principal, each)]

    def find(self, engines: Engines, principal: Principal, number: int) -> T:
        """One of them; raises WrongEntry when it does not exist or may not be seen."""
        return engines.ask(lambda session: self._seen(session, principal, number))

    def add(self, engines: Engines, principal: Principal, thing: T, what: str, key: str | None) -> T:
        """Stores a new one and returns it so; `what` names it in the trail. Raises NotAllowed."""
        number = engines.change(lambda session: self.adding(session, principal, thing, what), key)
        return self.stored(engines, number)

    def save(self, engines: Engines, principal: Principal, thing: T, what: str, key: str | None) -> T:
        """
        Stores a change of the version the editor saw and returns it so. Raises ChangedMeanwhile when somebody else
        was faster, WrongEntry when it is gone, and NotAllowed.
        """
        number = engines.change(lambda session: self.saving(session, principal, thing, what), key)
        return self.stored(engines, number)

    def adding(self, session: Session, principal: Principal, thing: T, what: str) -> int:
        """`add` within a transaction; the number it got."""
        require(principal, self.permit)
        self.covers(principal, thing)
        return self._put(session, principal, self.table(), None, thing, what)

    def saving(self, session: Session, principal: Principal, thing: T, what: str) -> int:
        """`save` within a transaction; its number."""
        require(principal, self.permit)
        self.covers(principal, thing)
        before = self._seen(session, principal, thing.id)
        self.covers(principal, before)
        if before.version != thing.version:
            raise ChangedMeanwhile(f"This {self.name}", before, thing.version)
        return self._put(session, principal, session.get_one(self.table, thing.id), before, thing, what)

    def stored(self, engines: Engines, number: int) -> T:
        """One by its number, whoever asks: what an answer to a change is made of."""
        return engines.ask(lambda session: self.made(session.get_one(self.table, number)))

    def _seen(self, session: Session, principal: Principal, number: int) -> T:
        stored = session.get(self.table, number)
        thing = self.made(stored) if stored is not None else None
        if thing is None or not self.sees(principal, thing):
            raise WrongEntry(f"There is no {self.name} {number}; look at the list of those there are.")
        return thing

    def _put(
        self, session: Session, principal: Principal, stored: Any, before: T | None, thing: T, what: str
    ) -> int:
        for name, value in _values(thing).items():
            setattr(stored, name, value)
        stored.version = (before.version if before else 0) + 1
        session.add(stored)
        session.flush()
        note(session, principal, what, f"{self.name} {stored.id}", before, self.made(stored))
        return int(stored.id)


def record(kind: type[T], stored: Any, /, **given: Any) -> T:
    """The record of a stored row, field by field; `given` are those that are kept in another way."""
    names = (each.name for each in fields(kind) if each.init)  # type: ignore[arg-type]
    return kind(**{name: given.get(name, getattr(stored, name)) for name in names})


def _values(thing: Any) -> dict[str, Any]:
    return {
        each.name: getattr(thing, each.name) for each in fields(thing) if each.name not in ("id", "version")
    }
