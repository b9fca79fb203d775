"""Refreshers beyond the quarterly ones: two weeks before a peak, and on the steps that failed most last month."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache

import polars as pl

from kpi.period import Span
from sop.diagnosis.refreshing import quiz
from sop.procedure import Procedure
from sop.procedure.markdown import read
from sop.runs.standing import standings, steps_of
from store.home import SYSTEM
from store.state import State
from store.state.peak_records import AHEAD, FINAL
from store.state.refreshers import Refresher

IN_TIME, WEEK = timedelta(days=14), timedelta(days=7)
OF_STEPS = "steps of "
EVIDENCE = pl.Schema(
    {"sop": pl.String, "step": pl.String, "person": pl.String, "on": pl.Date, "followed": pl.Boolean,
     "flagged": pl.Boolean}
)  # fmt: skip


def ask_refreshers(state: State, day: date) -> int:
    """Ask for what is due by a day and was not asked for before; how many. For the worker."""
    departments = {rule.sop: post.department for post, rule in state.standings.required(day)}
    if not departments:
        return 0
    wanted = [
        Refresher(sop, department, peak.occasion, max(peak.begins - FINAL, min(day + WEEK, peak.begins)))
        for peak in state.peaks.rows(SYSTEM, day)
        if peak.begins - AHEAD <= day <= peak.begins
        for sop, department in sorted(departments.items())
    ]
    wanted += _of_month(state, day, departments)
    return state.refreshers.ask(SYSTEM, wanted) if wanted else 0


def _of_month(state: State, day: date, departments: dict[str, str]) -> Iterator[Refresher]:
    """One a procedure, of the steps most missed in the month before, for the people who did them."""
    last = day.replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    found = quiz(
        evidence(state, first).lazy(), first, first.replace(day=monthrange(first.year, first.month)[1])
    )
    steps, people = defaultdict[str, list[str]](list), defaultdict[str, set[str]](set)
    for each in found:
        steps[each.sop].append(each.step)
        people[each.sop] |= set(each.people)
    for sop in sorted(steps.keys() & departments.keys()):
        asked = f"{OF_STEPS}{first:%Y-%m}"
        due = day.replace(day=1) + IN_TIME
        yield Refresher(sop, departments[sop], asked, due, tuple(steps[sop]), frozenset(people[sop]))


def month_of(occasion: str) -> Span:
    """The month a refresher on steps is about, by its occasion `steps of 2026-10`."""
    first = date.fromisoformat(f"{occasion.removeprefix(OF_STEPS)}-01")
    return Span(first, first.replace(day=monthrange(first.year, first.month)[1]))


def evidence(state: State, since: date) -> pl.DataFrame:
    """The answered steps of runs that were finished since: columns of `EVIDENCE`; each flag is a row of its own."""

    @cache
    def text_of(edition: int) -> Procedure:
        return read(state.procedures.text(SYSTEM, edition))

    rows: list[dict[str, object]] = [
        {"sop": each.sop, "step": each.step, "on": each.flagged_on, "followed": True, "flagged": True}
        for each in state.flags.rows(SYSTEM)
        if each.flagged_on >= since
    ]
    for run, answers in state.procedure_runs.finished_since(
        datetime.combine(since, datetime.min.time(), UTC)
    ):
        on = run.ended_at.date() if run.ended_at else since
        for step, standing in standings(steps_of(text_of(run.edition), run), answers):
            followed = None if standing.is_left_out else standing.is_answered and standing.is_kept
            rows.append(
                {"sop": run.sop, "step": step.key, "person": run.person, "on": on, "followed": followed}
            )
    return pl.DataFrame(rows, schema=EVIDENCE)
