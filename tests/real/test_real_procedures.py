"""Adherence in real logs and inspections, from files and procedures to the stored figures, against known ones."""

from datetime import date

import pytest
from real_sets import AS_OF, HERE, Load, Loaded

from kpi.compute import refresh
from kpi.period import Every
from sop.procedure.markdown import read
from sop.systems import governed_of, judge_cases
from sop.taking_in import publish
from store.permits import Role
from store.scope import LOCAL_OWNER, Principal

AUTHOR = Principal("desk lead", role=Role.ADMIN)
LONG_AGO = date(2009, 1, 1)


def judged(load: Load, name: str, *procedures: str) -> Loaded:
    """A set whose cases are judged by procedures that took effect before the first of them."""
    found = load(name)
    for each in procedures:
        text = (HERE / "procedures" / f"{each}.md").read_text(encoding="utf-8")
        publish(found.store.state, AUTHOR, LOCAL_OWNER, read(text), "first", LONG_AGO, LONG_AGO)
    judge_cases(found.store.lake, governed_of(found.store.state, LOCAL_OWNER, AS_OF.day))
    refresh(found.store.lake, AS_OF)
    return found


@pytest.fixture(scope="module")
def permits(load: Load) -> Loaded:
    return judged(load, "permit_receipt_log", "receipt", "permit_end")


@pytest.fixture(scope="module")
def tickets(load: Load) -> Loaded:
    return judged(load, "helpdesk_steps", "tickets")


def rates(loaded: Loaded, key: str, by: str, every: Every = Every.TOTAL) -> dict[str, float]:
    return {row[by]: round(row["value"], 6) for row in loaded.ask(key, every, by).rows(named=True)}


def test_permits_in_the_expected_order(permits: Loaded) -> None:
    """
    713 of 1,434 applications took exactly the six main steps; 0.890516 have all of them.
    """
    (exact,) = permits.figures("permit_receipt_log", "exact_sequence")
    (main,) = permits.figures("permit_receipt_log", "all_main_steps")
    each = permits.figures("permit_receipt_log", "each_main_step")

    slices = {row["sop"]: row for row in permits.ask("exact_order_rate", Every.TOTAL, "sop").rows(named=True)}

    assert (slices["receipt"]["numerator"], round(slices["receipt"]["value"], 6)) == (
        exact["n"],
        exact["rate"],
    )
    assert rates(permits, "main_steps_rate", "sop")["receipt"] == main["rate"]
    assert rates(permits, "case_adherence_rate", "sop")["receipt"] == main["rate"]
    steps = rates(permits, "step_adherence_rate", "step")
    assert sorted(rate for step, rate in steps.items() if step != "end_it_as_planned") == sorted(
        row["rate"] for row in each
    )


def test_permits_ended_by_their_planned_end(permits: Loaded) -> None:
    """
    Of the 1,329 with an end 0.707299; with the 105 that never ended as missed, fewer.
    """
    (told,) = permits.figures("permit_receipt_log", "ended_by_planned_end")

    step = "end_it_as_planned"
    done = permits.ask("step_adherence_of_done", Every.TOTAL, "step").filter(step=step).row(0, named=True)
    every = permits.ask("step_adherence_rate", Every.TOTAL, "step").filter(step=step).row(0, named=True)

    assert (done["n"], round(done["value"], 6)) == (told["n"], told["by_planned"])
    assert done["excluded_not_done"] == told["no_end"]
    assert (every["n"], every["numerator"]) == (told["n"] + told["no_end"], done["numerator"])
    assert every["value"] < done["value"]


def test_permits_ended_by_channel(permits: Loaded) -> None:
    """
    The channels stand where teams do.
    """
    cases = permits.ask("case_adherence_rate", Every.TOTAL, "sop", "team").filter(sop="permit_end")
    late = {row["team"]: row["numerator"] for row in cases.rows(named=True)}

    for row in permits.figures("permit_receipt_log", "ended_by_deadline_by_channel"):
        assert late[row["channel"]] == round(row["n"] * row["by_planned"])


def test_tickets_in_the_expected_order(tickets: Loaded) -> None:
    """
    2,366 of 4,580 tickets, and by the quarter of their first event.
    """
    (told,) = tickets.figures("helpdesk_log", "exact_sequence")
    quarters = tickets.ask("exact_order_rate", Every.QUARTER).rows(named=True)

    total = tickets.total("exact_order_rate")

    assert (total["numerator"], round(total["value"], 6)) == (told["n"], told["rate"])
    assert [(str(row["period"]), row["n"], round(row["value"], 6)) for row in quarters if row["n"]] == [
        (row["quarter_start"], row["n"], row["rate"])
        for row in tickets.figures("helpdesk_log", "exact_sequence_by_quarter")
    ]


def test_inspections_item_by_item(load: Load) -> None:
    """
    58,413 faults in 603,284 items; by month, and the ten that are broken most.
    """
    checks = load("food_inspections")
    (told,) = checks.figures("food_inspections", "checklist_compliance")

    total = checks.total("sop_adherence_rate")
    months = checks.ask("sop_adherence_rate", Every.MONTH).rows(named=True)
    items = checks.ask("checked_step_rate", Every.TOTAL, "step").sort("value").head(10).rows(named=True)

    assert (total["denominator"], round(total["value"], 6)) == (told["pairs"], told["rate"])
    assert [(str(row["period"]), round(row["value"], 6)) for row in months if row["n"]] == [
        (row["month"], row["rate"])
        for row in checks.figures("food_inspections", "checklist_compliance_by_month")
    ]
    assert [(row["step"], row["n"] - row["numerator"], round(1 - row["value"], 6)) for row in items] == [
        (row["item"], row["violations"], row["rate"])
        for row in checks.figures("food_inspections", "most_broken_items")
    ]
