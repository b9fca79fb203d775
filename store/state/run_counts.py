"""What finished runs say of single people, at a step and over time; for the person and the direct lead only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session

from store.models import ProcedureRun, RunAnswer
from store.scope import Principal
from store.state.engines import Engines
from store.state.leads import seen_people, sees_person
from store.state.run_records import Outcome, RunState

ME, FIRST = 0, 200


@dataclass(frozen=True)
class StepCount:
    """Finished runs of one person in one market and team by what was said last of the step; `who` 0 is the person asked
    about, any other number one of the others, without a name."""

    who: int
    market: str
    team: str
    outcome: Outcome
    runs: int


@dataclass(frozen=True)
class StepSeen:
    """How often a step was answered in somebody's finished runs, and how often it was not done."""

    sop: str
    step: str
    runs: int
    missed: int


@dataclass(frozen=True)
class Since:
    """From when on a person's runs of a procedure are looked at."""

    person: str
    sop: str
    at: datetime


@dataclass(frozen=True)
class RunDone:
    """One finished run: when it ended, and whether every step that applied was done."""

    person: str
    sop: str
    at: datetime
    followed: bool


@dataclass(frozen=True)
class RunCounts:
    """The runs of the state database, counted."""

    engines: Engines

    def of_step(
        self, principal: Principal, person: str, sop: str, step: str, since: datetime
    ) -> list[StepCount]:
        """
        Of runs that ended since a moment. Empty for who is neither the person nor the direct lead, as where there is
        nothing.
        """

        def work(session: Session) -> list[StepCount]:
            if not sees_person(session, principal, person):
                return []
            return _counts(session, person, sop, step, since)

        return self.engines.ask(work)

    def steps(self, principal: Principal, person: str, since: datetime) -> list[StepSeen]:
        """The steps of a person's runs that ended since a moment, by procedure; empty as `of_step`."""

        def work(session: Session) -> list[StepSeen]:
            if not sees_person(session, principal, person):
                return []
            mine = ProcedureRun.person == person.strip().lower()
            last = _last(
                select(ProcedureRun.id).where(mine, FINISHED, ProcedureRun.ended_at >= since).subquery()
            )
            columns = (ProcedureRun.sop, last.c.step)
            query = (
                select(*columns, func.count(), func.sum(_missed(last)))
                .join(last, last.c.run == ProcedureRun.id)
                .group_by(*columns)
                .order_by(*columns)
            )
            return [
                StepSeen(sop, step, runs, int(missed)) for sop, step, runs, missed in session.execute(query)
            ]

        return self.engines.ask(work)

    def first_runs(self, principal: Principal, wanted: Collection[Since]) -> list[RunDone]:
        """The first finished runs, at most 200 a person and procedure, the oldest first; nothing of people the
        principal neither is nor leads."""

        def work(session: Session) -> list[RunDone]:
            seen = seen_people(session, principal)
            asked = [each for each in wanted if each.person in seen]
            return _first_runs(session, asked) if asked else []

        return self.engines.ask(work)


FINISHED = ProcedureRun.state == RunState.FINISHED


def _last(runs: Subquery) -> Subquery:
    """The last answer of each step of some runs (`id`): `run`, `step`, `outcome`."""
    newest = (
        select(func.max(RunAnswer.id))
        .where(RunAnswer.run.in_(select(runs.c.id)), RunAnswer.outcome != Outcome.CONFIRMED)
        .group_by(RunAnswer.run, RunAnswer.step)
    )
    return select(RunAnswer.run, RunAnswer.step, RunAnswer.outcome).where(RunAnswer.id.in_(newest)).subquery()


def _missed(answers: Subquery) -> ColumnElement[int]:
    return case((answers.c.outcome == Outcome.NOT_DONE, 1), else_=0)


def _first_runs(session: Session, wanted: Collection[Since]) -> list[RunDone]:
    any_of = or_(*(
        and_(ProcedureRun.person == each.person, ProcedureRun.sop == each.sop, ProcedureRun.ended_at >= each.at)
        for each in wanted
    ))  # fmt: skip
    own = (ProcedureRun.person, ProcedureRun.sop)
    nth = func.row_number().over(partition_by=own, order_by=(ProcedureRun.ended_at, ProcedureRun.id))
    ranked = select(ProcedureRun.id, nth.label("nth")).where(any_of, FINISHED).subquery()
    first = select(ranked.c.id).where(ranked.c.nth <= FIRST).subquery()
    last = _last(first)
    query = (
        select(*own, ProcedureRun.ended_at, func.sum(_missed(last)))
        .join(last, last.c.run == ProcedureRun.id)
        .group_by(ProcedureRun.id, *own, ProcedureRun.ended_at)
        .order_by(ProcedureRun.ended_at, ProcedureRun.id)
    )
    return [RunDone(who, sop, at, not missed) for who, sop, at, missed in session.execute(query) if at]


def _counts(session: Session, person: str, sop: str, step: str, since: datetime) -> list[StepCount]:
    ours = (
        ProcedureRun.sop == sop, ProcedureRun.state == RunState.FINISHED, ProcedureRun.ended_at >= since,
        RunAnswer.step == step, RunAnswer.outcome != Outcome.CONFIRMED,
    )  # fmt: skip
    last = (
        select(func.max(RunAnswer.id))
        .join(ProcedureRun, ProcedureRun.id == RunAnswer.run)
        .where(*ours)
        .group_by(RunAnswer.run)
    )
    columns = (ProcedureRun.person, ProcedureRun.market, ProcedureRun.team, RunAnswer.outcome)
    query = (
        select(*columns, func.count())
        .join(RunAnswer, RunAnswer.run == ProcedureRun.id)
        .where(RunAnswer.id.in_(last))
        .group_by(*columns)
        .order_by(*columns)
    )
    numbers: dict[str, int] = {person.strip().lower(): ME}
    return [
        StepCount(numbers.setdefault(who.lower(), len(numbers)), market, team, Outcome(outcome), runs)
        for who, market, team, outcome, runs in session.execute(query)
    ]
