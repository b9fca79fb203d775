"""The mappings of files that people bring, saved for the next file of the same shape."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import BroughtSource
from store.permits import Permit
from store.scope import Principal
from store.state.edits import note, require, require_everything
from store.state.engines import Engines


@dataclass(frozen=True)
class Brought:
    """A source people bring files for; `toml` is its part of fairlead.toml, `title` the last file's name."""

    name: str
    shape: str
    toml: str
    title: str
    saved_by: str = ""
    saved_at: datetime | None = None


@dataclass(frozen=True)
class BroughtSources:
    """The brought sources of the state database."""

    engines: Engines

    def rows(self, principal: Principal) -> list[Brought]:
        """All of them by name; none for who sees only a part of the firm."""
        if not principal.scope.is_whole:
            return []
        query = select(BroughtSource).order_by(BroughtSource.name)
        return self.engines.ask(lambda session: [_brought(each) for each in session.scalars(query)])

    def save(self, principal: Principal, new: Brought) -> None:
        """Keep a mapping under its name, in place of what stood there. Raises NotAllowed."""
        require(principal, Permit.BRING_DATA)
        require_everything(principal, "the mapping of a source")

        def work(session: Session) -> None:
            stored = session.get(BroughtSource, new.name)
            before = _brought(stored) if stored else None
            if stored is None:
                stored = BroughtSource(name=new.name)
                session.add(stored)
            stored.shape, stored.toml, stored.title = new.shape, new.toml, new.title
            stored.saved_by, stored.saved_at = principal.name, datetime.now(UTC)
            if before is None or (before.toml, before.shape) != (new.toml, new.shape):
                note(session, principal, "mapping saved", f"source {new.name}", before, new)

        self.engines.change(work)


def _brought(stored: BroughtSource) -> Brought:
    return Brought(stored.name, stored.shape, stored.toml, stored.title, stored.saved_by, stored.saved_at)
