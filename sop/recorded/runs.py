"""Finished runs of procedures as rows of `sop_run_steps`."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache

from sop.procedure import Procedure, Step
from sop.procedure.markdown import read
from sop.recorded.recorder import OURS, Recorder, Row
from sop.runs.standing import Stand, Standing, standings, steps_of
from store.facts import SopRunSteps
from store.home import SYSTEM
from store.state import State
from store.state.run_records import Answer, Outcome, ProcedureRun

LONGEST = timedelta(hours=8)


def run_rows(state: State, since: datetime) -> Iterator[Row]:
    """One row a step of each finished run that changed since; corrections count as what was right all along."""

    @cache
    def text_of(edition: int) -> Procedure:
        return read(state.procedures.text(SYSTEM, edition))

    for run, answers in state.procedure_runs.finished_since(since):
        yield from rows_of(run, answers, text_of(run.edition))


def rows_of(run: ProcedureRun, answers: Sequence[Answer], procedure: Procedure) -> Iterator[Row]:
    """The steps of one run."""
    found = standings(steps_of(procedure, run), answers)
    for number, (step, standing) in enumerate(found, 1):
        own = [each for each in answers if each.step == step.key and each.outcome is not Outcome.CONFIRMED]
        yield _row(run, number, step, standing) | _effort(step, standing, own)


def _row(run: ProcedureRun, number: int, step: Step, standing: Standing) -> dict[str, object]:
    return {
        "step_id": f"{OURS}run/{run.id}/{number:03}",
        "run_id": f"{OURS}run/{run.id}",
        "sop": run.sop,
        "version": run.number,
        "step": step.key,
        "case_kind": run.case_kind,
        "case_id": run.case_id,
        "team": run.team or None,
        "market": run.market or None,
        "executed_at": standing.done_at or run.ended_at,
        "recorded_day": run.ended_at.date() if run.ended_at else None,
        "weight": step.weight,
        "score": int(standing.is_kept) if standing.is_answered else None,
        "max_score": 1,
        "not_applicable": standing.is_left_out,
        "critical": step.critical,
    }


def _effort(step: Step, standing: Standing, own: Sequence[Answer]) -> dict[str, object]:
    """How long the first answer took, and whether it stayed; a step that lay open for a working day tells no time."""
    first = own[0] if own else None
    took = first.done_at - first.shown_at if first is not None and first.shown_at is not None else None
    return {
        "seconds": round(took.total_seconds()) if took is not None and took <= LONGEST else None,
        "limit_seconds": step.minutes * 60 if step.minutes is not None else None,
        "skipped": standing.stand is Stand.MISSED,
        "corrected": len({(each.outcome, each.value) for each in own}) > 1,
    }


RUNS = Recorder("runs", SopRunSteps, run_rows)
