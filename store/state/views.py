"""Views as people keep them: their own, and those that others share with them."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import SavedView
from store.permits import Permit
from store.scope import Principal
from store.state.edits import NotAllowed, WrongEntry
from store.state.engines import Engines
from store.state.shelf import Shelf, record

LONGEST_NAME, LONGEST_QUERY = 60, 2000


class ViewError(WrongEntry):
    """A view that cannot be kept; the message says which value and why."""


@dataclass(frozen=True)
class View:
    """
    A page and what stands in its link, under a name. `department` and `market` are those it shows (empty for all):
    who may not see them is not told of it. `is_default`: its owner's page opens with it. Version 0 is not stored yet.
    Raises ViewError without a name, or with too long a name or link.
    """

    name: str
    page: str
    query: str
    department: str = ""
    market: str = ""
    shared: bool = False
    is_default: bool = False
    owner: str = ""
    deleted: bool = False
    version: int = 0
    id: int = 0

    def __post_init__(self) -> None:
        name = " ".join(self.name.split())
        if not name:
            raise ViewError("The view has no name; give it one to find it by.")
        if len(name) > LONGEST_NAME:
            raise ViewError(f"The name of the view has {len(name)} characters; {LONGEST_NAME} are the most.")
        if len(self.query) > LONGEST_QUERY:
            raise ViewError(
                f"The link of '{name}' has {len(self.query)} characters; {LONGEST_QUERY} are the most."
            )
        object.__setattr__(self, "name", name)

    def __str__(self) -> str:
        return f"'{self.name}' of {self.owner}"


def _sees(principal: Principal, view: View) -> bool:
    scope = principal.scope
    mine = view.shared or view.owner == principal.name
    return (
        mine
        and (not view.department or scope.sees_department(view.department))
        and scope.sees_market(view.market or None)
    )


def _covers(principal: Principal, view: View) -> None:
    if view.owner != principal.name:
        raise NotAllowed(
            f"The view '{view.name}' belongs to {view.owner}; keep one of your own under another name."
        )


def _view(stored: SavedView) -> View:
    return record(View, stored)


_SHELF = Shelf("view", SavedView, _view, _sees, Permit.KEEP_VIEWS, _covers)


@dataclass(frozen=True)
class Views:
    """The views of the state database."""

    engines: Engines

    def rows(self, principal: Principal) -> list[View]:
        """The principal's own and those shared by others, as far as their scope reaches, by name."""
        order = (SavedView.name, SavedView.id)
        return _SHELF.rows(self.engines, principal, order, SavedView.deleted.is_(False))

    def add(self, principal: Principal, view: View, key: str | None = None) -> View:
        """Keeps a new view of the principal's own."""
        own = replace(view, owner=principal.name)

        def work(session: Session) -> int:
            return self._only_default(session, principal, _SHELF.adding(session, principal, own, "view kept"))

        return _SHELF.stored(self.engines, self.engines.change(work, key))

    def save(self, principal: Principal, view: View, key: str | None = None) -> View:
        """Changes the version the editor saw. Raises ChangedMeanwhile, WrongEntry when it is gone, and NotAllowed."""

        def work(session: Session) -> int:
            return self._only_default(
                session, principal, _SHELF.saving(session, principal, view, "view changed")
            )

        return _SHELF.stored(self.engines, self.engines.change(work, key))

    def remove(self, principal: Principal, view: View, key: str | None = None) -> View:
        """Takes away the version the editor saw; the row stays, marked. Raises as `save`."""
        gone = replace(view, deleted=True, is_default=False)
        return _SHELF.save(self.engines, principal, gone, "view removed", key)

    def _only_default(self, session: Session, principal: Principal, number: int) -> int:
        """A page opens with one view at most: the one that was chosen last."""
        kept = session.get_one(SavedView, number)
        if kept.is_default:
            query = select(SavedView.id).where(
                SavedView.owner == kept.owner, SavedView.page == kept.page, SavedView.is_default.is_(True),
                SavedView.id != number,
            )  # fmt: skip
            for other in session.scalars(query).all():
                before = _view(session.get_one(SavedView, other))
                _SHELF.saving(session, principal, replace(before, is_default=False), "view changed")
        return number
