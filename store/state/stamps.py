"""How far the tables have grown that only ever grow: what caches of pages are kept by."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import Baseline, SourceRhythm, SyncRun, Target

RECENT = 1_000  # runs among which one may still be under way


@dataclass(frozen=True)
class Stamp:
    """Grows or changes with every target, every baseline, every run that starts or ends, and every rhythm."""

    targets: int
    baselines: int
    runs: str


def stamp_of(session: Session) -> Stamp:
    """The stamp as it is now, in one question."""
    last = select(func.max(SyncRun.id)).scalar_subquery()
    ended = select(func.max(SyncRun.finished_at), func.count(SyncRun.finished_at))
    recent = ended.where(SyncRun.id > last - RECENT).subquery()
    counts = [select(func.max(each.id)).scalar_subquery() for each in (Target, Baseline)]
    told = select(func.max(SourceRhythm.told_at)).scalar_subquery()
    targets, baselines, *runs = session.execute(select(*counts, last, told, recent)).one()
    return Stamp(targets or 0, baselines or 0, "|".join(map(str, runs)))
