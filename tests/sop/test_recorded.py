"""What people do in Fairlead becomes facts: once, whole, again when it is corrected, and in the KPIs of procedures."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import polars as pl
import pytest
from made_procedures import PACKING

from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from sop.library import content_of
from sop.recorded import record_work
from sop.recorded.runs import RUNS, rows_of
from store.contract import polars_schema
from store.facts import SopRunSteps
from store.home import Store, open_store
from store.intake import Taken
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state.run_records import Answer, Case, NewRun, Outcome, ProcedureRun, RunState, Said

FLO = Principal("flo@example.com")
BOSS = Principal("boss@example.com", role=Role.APPROVER)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    yield opened
    opened.close()


def run(store: Store, **answers: Said) -> ProcedureRun:
    """A finished run of packing in Germany, with these answers by step."""
    procedures, runs = store.state.procedures, store.state.procedure_runs
    draft = procedures.start(LOCAL_OWNER, content_of(PACKING))
    review = procedures.submit(LOCAL_OWNER, draft.id, draft.version, "First")
    today = review.changed_at.date()
    edition = procedures.approve(BOSS, review.id, review.version, today, today).id
    begun = runs.start(FLO, NewRun(edition, Case("order", "HP-1"), "DE", team="North"))
    for said in answers.values():
        runs.say(FLO, begun.id, said, lambda *_: None, second=False)
    return runs.finish(FLO, begun.id, lambda *_: None)


def recorded(store: Store, *, full: bool = False) -> list[Taken]:
    return record_work(store, full=full, recorders=(RUNS,))


def said(step: str, outcome: Outcome = Outcome.DONE, value: Decimal | None = None, remark: str = "") -> Said:
    return Said(step, outcome, uuid4().hex, value, remark)


def rows(store: Store) -> pl.DataFrame:
    return store.lake.read("sop_run_steps", polars_schema(SopRunSteps)).sort("step_id")


def test_a_finished_run_counts_by_step(store: Store) -> None:
    """
    The label was printed, the weight is beyond 30 kg: one of two points, for the order it was done for, in the KPI of
    steps; nobody is named. What is not finished is no fact yet.
    """
    assert recorded(store) == []
    ended = run(store, label=said("print_label"), weigh=said("weigh", value=Decimal(31)))
    (taken,) = recorded(store)

    assert (taken.table, taken.new, taken.rejected) == ("sop_run_steps", 2, 0)
    told = rows(store).select(
        "step_id", "step", "case_kind", "case_id", "team", "market", "score", "critical"
    )
    assert told.rows() == [
        (f"fairlead:run/{ended.id}/001", "print_label", "order", "HP-1", "North", "DE", 1, True),
        (f"fairlead:run/{ended.id}/002", "weigh", "order", "HP-1", "North", "DE", 0, False),
    ]
    assert FLO.name not in str(rows(store).rows())
    assert ended.ended_at is not None
    day = ended.ended_at.date()
    refresh(store.lake, AsOf.end_of(day), kpis=[find("checked_step_rate")])
    (row,) = values(
        store.lake, LOCAL_OWNER, find("checked_step_rate"), Question(Span(day, day), Every.TOTAL)
    ).rows(named=True)
    assert (row["numerator"], row["denominator"]) == (1, 2)


def test_a_step_tells_how_long_its_first_answer_took() -> None:
    """
    The label, within two hours, was opened 12 s before it was said not to be done, then said again as done: corrected,
    not skipped. Weighing lay open for nine hours, which tells no time; it was not done.
    """
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    run = ProcedureRun(
        7, 1, "packing", "1.0", "shipping", "order", "HP-1", None, "DE", "", "North", FLO.name, RunState.FINISHED,
        noon, noon, "", noon, 1,
    )  # fmt: skip

    def answer(n: int, step: str, outcome: Outcome, seconds: int) -> Answer:
        shown = noon - timedelta(seconds=seconds)
        return Answer(n, 7, step, str(n), outcome, None, "", None, "", FLO.name, noon, noon, shown)

    answers = [
        answer(1, "print_label", Outcome.NOT_DONE, 12), answer(2, "print_label", Outcome.DONE, 99),
        answer(3, "weigh", Outcome.NOT_DONE, 9 * 3_600),
    ]  # fmt: skip
    names = ("step", "seconds", "limit_seconds", "skipped", "corrected")
    found = [tuple(row[name] for name in names) for row in rows_of(run, answers, PACKING)]

    assert found == [("print_label", 12, 7_200, False, True), ("weigh", None, None, True, False)]


def test_only_what_changed_is_written_again(store: Store) -> None:
    """
    Asked again nothing happens; after a correction the one step is another, with the same key.
    """
    ended = run(store, label=said("print_label"), weigh=said("weigh", value=Decimal(31)))
    recorded(store)
    before = store.lake.version("sop_run_steps")
    for full in (False, True):
        assert [each.unchanged for each in recorded(store, full=full)] == [2]
    assert store.lake.version("sop_run_steps") == before

    right = said("weigh", value=Decimal(3), remark="Read in grams")
    store.state.procedure_runs.say(FLO, ended.id, right, lambda *_: None, second=False)
    (taken,) = recorded(store)
    assert (taken.new, taken.changed, taken.unchanged) == (0, 1, 1)
    assert rows(store)["score"].to_list() == [1, 1]


def test_what_does_not_apply_leaves_both_sums(store: Store) -> None:
    run(store, label=said("print_label"), weigh=said("weigh", Outcome.NOT_APPLICABLE, remark="Empty box"))
    recorded(store)
    assert rows(store)["not_applicable"].to_list() == [False, True]
