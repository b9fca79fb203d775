"""An audit from the plan to the facts: drawn from tickets by the worker's own code, checked, counted by the KPIs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from made_audits import DAY, fill
from small_company import empty_store

from kpi.catalog import KPIS
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from sop.audits.checking import answer, begin, finish
from sop.audits.making import Wish, draw_audit, make_audit
from sop.audits.plans import Fixed, Named
from sop.audits.recent import recent_checks
from sop.audits.wanted import reason_of, wanted_of
from sop.recorded import record_work
from sop.share import Share
from sop.systems import AuditDemand
from sop.systems.disagreement import Counted
from store.contract import polars_schema
from store.facts import PlannedChecks, SopRunSteps
from store.home import SYSTEM, Store
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal
from store.state import Edition, ErrandKind, WrongEntry
from store.state.audit_rows import AuditState, DrawnFrom, Selection

ANN, BEN = (Principal(f"{name}@example.com", role=Role.LEAD) for name in ("ann", "ben"))
WISH = Wish(
    DrawnFrom.TICKET, DAY, DAY + timedelta(days=6), Fixed(10), due_on=DAY + timedelta(days=20), seed="s"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = empty_store(tmp_path)
    fill(store)
    yield store
    store.close()


def edition(store: Store) -> Edition:
    return store.state.procedures.rows(LOCAL_OWNER)[0]


def test_a_draw_takes_real_work_of_the_part_and_the_days(store: Store) -> None:
    """
    Of 40 tickets of the procedure's markets in those days; twice the same; a day or a seed more is another draw.
    """
    first, again, other = (
        draw_audit(
            store.state,
            store.lake,
            SYSTEM,
            make_audit(store.state, ANN, edition(store), wish).id,
            "Europe/Berlin",
        )
        for wish in (WISH, WISH, replace(WISH, seed="t"))
    )
    drawn = [
        [each.case_id for each in store.state.checks.records(ANN, one.id)] for one in (first, again, other)
    ]

    assert (first.population, first.size, first.state) == (40, 10, AuditState.OPEN)
    assert drawn[0] == drawn[1] != drawn[2]
    assert first.digest == again.digest == other.digest
    assert all(number.startswith("T") for number in drawn[0])
    team = replace(WISH, team="two")
    made = make_audit(store.state, ANN, edition(store), team)
    assert draw_audit(store.state, store.lake, SYSTEM, made.id, "UTC").population == 20


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (replace(WISH, drawn_from=DrawnFrom.BATCH), "There is no batch"),
        (replace(WISH, drawn_from=DrawnFrom.RUN), "There is no run"),
        (replace(WISH, drawn_from=DrawnFrom.ORDER, team="one"), "do not tell the team"),
        (
            replace(WISH, plan=Named(("T1", "T99")), selection=Selection.COMPLAINT),
            "Not found in these days: T99",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said(store: Store, wish: Wish, said: str) -> None:
    made = make_audit(store.state, ANN, edition(store), wish)
    with pytest.raises(WrongEntry, match=said):
        draw_audit(store.state, store.lake, SYSTEM, made.id, "UTC")


def test_named_records_are_never_random(store: Store) -> None:
    with pytest.raises(WrongEntry, match="not random"):
        make_audit(store.state, ANN, edition(store), replace(WISH, plan=Named(("T1",))))


def test_finished_checks_count_in_the_rates(store: Store) -> None:
    """
    Of ten tickets nine are right and one was weighed too heavy: 19 of 20 points, 9 of 10 passed at a mark of 85 %. A
    complaint that was looked at as well changes nothing, a second time neither; the plan is done once it is closed.
    """
    audit = make_audit(store.state, ANN, edition(store), WISH)
    audit = draw_audit(store.state, store.lake, SYSTEM, audit.id, "UTC")
    for record in store.state.checks.records(ANN, audit.id):
        check = begin(store.state, ANN, audit, record)
        answer(store.state, ANN, audit, check, "print_label", "pass")
        with pytest.raises(WrongEntry, match="Weigh the parcel"):
            finish(store.state, ANN, audit, check)
        answer(store.state, ANN, audit, check, "weigh", "31" if record.place == 3 else "2.5")
        (check,) = [each for each in store.state.checks.of(ANN, audit.id) if each.place == record.place]
        finish(store.state, ANN, audit, check)
    complaint = replace(WISH, plan=Named(("T5",)), selection=Selection.COMPLAINT)
    other = make_audit(store.state, ANN, edition(store), complaint)
    other = draw_audit(store.state, store.lake, SYSTEM, other.id, "UTC")
    check = begin(store.state, BEN, other, store.state.checks.records(BEN, other.id)[0])
    answer(
        store.state, BEN, other, check, "print_label", "fail", comment="Twice", evidence="https://a.example/b"
    )
    answer(store.state, BEN, other, check, "weigh", "n/a", because="No scale")
    (check,) = store.state.checks.of(BEN, other.id)
    finish(store.state, BEN, other, check)
    store.state.audits.close(ANN, audit.id, audit.version)

    for _ in range(2):
        record_work(store, full=True)
    refresh(store.lake, AsOf.end_of(DAY + timedelta(days=60)))

    steps = store.lake.read("sop_run_steps", polars_schema(SopRunSteps))
    assert steps.height == 22
    assert set(steps["case_kind"]) == {"ticket"}
    assert steps.filter(pl.col("selection") == "complaint")["score"].to_list() == [0, None]
    (plan,) = (
        store.lake.read("planned_checks", polars_schema(PlannedChecks))
        .filter(pl.col("sop") == "packing", pl.col("done_day").is_not_null())["due_day"]
        .to_list()
    )
    assert plan == WISH.due_on
    asked = Question(Span(DAY, DAY + timedelta(days=6)), Every.WEEK)
    counted = {}
    for key in ("sop_adherence_rate", "check_pass_rate"):
        row = values(store.lake, LOCAL_OWNER, KPIS[key], asked).row(0, named=True)
        counted[key] = (row["numerator"], row["denominator"])
    assert counted == {"sop_adherence_rate": (19, 20), "check_pass_rate": (9, 10)}
    (recent,) = recent_checks(store.lake, LOCAL_OWNER, DAY + timedelta(days=55))
    assert (recent.passed.share, recent.is_enough, recent.missing) == (Share(9, 10), True, 87)
    assert recent_checks(store.lake, LOCAL_OWNER, DAY + timedelta(days=70)) == ()


def test_a_step_that_systems_tell_otherwise_asks_for_an_audit(store: Store) -> None:
    """
    93 of 100 by systems, 100 of 100 ticked: the reason is told in words, of the version in force, and not as news a
    second time.
    """
    demand = AuditDemand("packing", "weigh", Counted(93, 100, 100), Counted(100, 100, 100), DAY, DAY, DAY)
    unknown = replace(demand, sop="gone")
    wanted = wanted_of(store.state, SYSTEM, (demand, unknown), DAY)

    assert [store.state.audits.want(SYSTEM, wanted) for _ in range(2)] == [1, 0]
    (audit,) = store.state.audits.rows(ANN)
    assert (audit.state, audit.sop, audit.step) == (AuditState.WANTED, "packing", "weigh")
    assert reason_of(audit) == demand.reason


def test_a_lead_asks_the_worker_for_the_draw_of_an_audit_only(store: Store) -> None:
    """Files are for who may bring data; the draw is for who may audit."""
    assert store.state.errands.ask(ANN, ErrandKind.DRAW, {"audit": 1})
    with pytest.raises(Exception, match="bring data in"):
        store.state.errands.ask(ANN, ErrandKind.LOOK, {})
