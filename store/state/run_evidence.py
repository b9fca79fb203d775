"""The photos and files of runs of procedures: which there are; their bytes lie in the home folder."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.evidence import Content
from store.models import RunEvidence as Stored
from store.permits import Permit
from store.scope import Principal
from store.state.edits import WrongEntry, require
from store.state.engines import Engines
from store.state.erasures import FORMER
from store.state.run_records import Evidence, RunState, evidence_of
from store.state.run_rules import own_run, running

MOST_FILES = 200


@dataclass(frozen=True)
class RunFiles:
    """The files of the state database; who may look into a run sees its files."""

    engines: Engines

    def add(self, principal: Principal, run: int, step: str, content: Content) -> Evidence:
        """
        A file of a step; the same one is there once. Its bytes must be kept already. Raises WrongEntry for a run that
        was given up or has too many files, NotAllowed for who does not run it.
        """
        require(principal, Permit.RUN_PROCEDURES)

        def work(session: Session) -> int:
            if running(session, principal, run).state == RunState.GIVEN_UP:
                raise WrongEntry(f"Run {run} was given up; start another one.")
            known = session.scalars(select(Stored).where(Stored.run == run)).all()
            same = (each.id for each in known if (each.step, each.sha256) == (step, content.sha256))
            if (found := next(same, None)) is not None:
                return found
            if len(known) >= MOST_FILES:
                raise WrongEntry(f"The run has {MOST_FILES} files already; those are the most.")
            stored = Stored(
                run=run, step=step, sha256=content.sha256, kind=content.kind, title=content.title,
                size=len(content.data), person=principal.name, added_at=datetime.now(UTC),
            )  # fmt: skip
            session.add(stored)
            session.flush()
            return stored.id

        number = self.engines.change(work)
        return self.engines.ask(lambda session: evidence_of(session.get_one(Stored, number)))

    def of(self, principal: Principal, run: int) -> list[Evidence]:
        """The files of a run. Raises WrongEntry for one the principal may not look into."""

        def work(session: Session) -> list[Evidence]:
            own_run(session, principal, run)
            query = select(Stored).where(Stored.run == run).order_by(Stored.id)
            return [evidence_of(each) for each in session.scalars(query)]

        return self.engines.ask(work)

    def of_former_users(self) -> frozenset[str]:
        """The SHA-256 of files that only people who were erased have added. For erasure."""
        former = Stored.person.endswith(FORMER)

        def work(session: Session) -> frozenset[str]:
            gone = set(session.scalars(select(Stored.sha256).where(former).distinct()))
            if not gone:
                return frozenset()
            return frozenset(gone - set(session.scalars(select(Stored.sha256).where(~former).distinct())))

        return self.engines.ask(work)
