"""How often each source is expected: as somebody said, as its loads were, or as is usual for its kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models import BroughtSource, SourceRhythm, SyncRun
from store.permits import Permit
from store.rhythm import Origin, Rhythm, learnt
from store.scope import Principal
from store.state.edits import note, require, require_everything
from store.state.engines import Engines

LOOKED_AT = 40  # good runs of a source its rhythm is learnt from
GOOD = "ok"


@dataclass(frozen=True)
class Expected:
    """The rhythm of a source and where it is known from."""

    rhythm: Rhythm = Rhythm.DAILY
    origin: Origin = Origin.ASSUMED


@dataclass(frozen=True)
class Rhythms:
    """The rhythms of the state database; how they stand is told with the freshness of each source."""

    engines: Engines

    def tell(
        self, principal: Principal, source: str, rhythm: Rhythm | None, origin: Origin = Origin.TOLD
    ) -> None:
        """
        Say how often a source is expected; None learns it from its loads again. What the configuration says wins over
        people, and only it takes that back. Raises NotAllowed.
        """
        require(principal, Permit.BRING_DATA)
        require_everything(principal, "how often a source is expected")

        def work(session: Session) -> None:
            stored = session.get(SourceRhythm, source)
            before = stored.rhythm if stored else ""
            if stored is not None and stored.origin == Origin.CONFIGURED and origin is not Origin.CONFIGURED:
                return
            if before == (rhythm or "") and (stored is None or stored.origin == origin):
                return
            if stored is None:
                stored = SourceRhythm(source=source)
                session.add(stored)
            stored.rhythm, stored.origin = rhythm or "", origin if rhythm else Origin.TOLD
            stored.told_by, stored.told_at = principal.name, datetime.now(UTC)
            note(
                session,
                principal,
                "rhythm told",
                f"source {source}",
                {"rhythm": before},
                {"rhythm": rhythm or ""},
            )

        self.engines.change(work)

    def configure(self, principal: Principal, rhythms: Mapping[str, Rhythm | None]) -> None:
        """What the configuration says of its sources, and no longer says."""
        configured = self.engines.ask(_configured)
        for source, rhythm in rhythms.items():
            if rhythm is not None or source in configured:
                self.tell(principal, source, rhythm, Origin.CONFIGURED)


def expected(session: Session, sources: Iterable[str]) -> dict[str, Expected]:
    """The rhythm of each of these sources."""
    said = {each.source: each for each in session.scalars(select(SourceRhythm)) if each.rhythm}
    brought = set(session.scalars(select(BroughtSource.name)))
    return {source: _expected(session, source, said.get(source), source in brought) for source in sources}


def _expected(session: Session, source: str, said: SourceRhythm | None, brought: bool) -> Expected:
    if said is not None:
        return Expected(Rhythm(said.rhythm), Origin(said.origin))
    ended = (
        select(SyncRun.finished_at)
        .where(SyncRun.source == source, SyncRun.status == GOOD)
        .order_by(SyncRun.id.desc())
        .limit(LOOKED_AT)
    )
    found = learnt(moment.date() for moment in session.scalars(ended) if moment is not None)
    if found is not None:
        return Expected(found, Origin.LEARNT)
    return Expected(Rhythm.MONTHLY if brought else Rhythm.DAILY)


def _configured(session: Session) -> set[str]:
    rows = select(SourceRhythm.source).where(
        SourceRhythm.origin == Origin.CONFIGURED, SourceRhythm.rhythm != ""
    )
    return set(session.scalars(rows))
