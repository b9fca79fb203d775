"""Adherence in real logs and inspections, from files and procedures to the stored figures, against known ones."""

from datetime import date

import pytest
from real_sets import AS_OF, EVER, HERE, Load, Loaded
from streamlit.testing.v1 import AppTest

from kpi.compute import refresh
from kpi.period import Every
from pages.adherence.build import broken
from pages.adherence.load import load_followed, load_months, load_ordered
from pages.parts.viewer import Viewer
from sop.adherence import Told
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


def test_what_the_page_shows_of_permits(permits: Loaded) -> None:
    """
    The page of the receipt: 49.7 % in exactly the order, 89.1 % with all steps; of the end 70.7 % of those that ended,
    and beside it the lower figure with those that never did.
    """
    (end,) = permits.figures("permit_receipt_log", "ended_by_planned_end")
    viewer = Viewer(permits.store, LOCAL_OWNER)

    order = load_ordered(viewer, EVER)["receipt"]
    (step,) = load_followed(viewer, EVER, None, "permit_end", steps=True)

    assert [round(order[each].value or 0, 6) for each in (Told.EXACT, Told.MAIN)] == [0.497211, 0.890516]
    assert step.done is not None
    assert step.systems is not None
    assert (round(step.done.value or 0, 6), step.done.n) == (0.707299, end["n"])
    assert (step.systems.n, step.systems.earned) == (end["n"] + end["no_end"], step.done.earned)
    told = seen(viewer, sop="receipt")
    assert "49.7% of 1,434" in told
    assert "89.1% of 1,434" in told
    told = seen(viewer, sop="permit_end")
    assert '<td class="r">65.6%</td>' in told
    assert '<td class="r">70.7%</td>' in told


def test_what_the_page_shows_of_tickets(tickets: Loaded) -> None:
    """
    51.7 % of the tickets took the four steps in their order.
    """
    viewer = Viewer(tickets.store, LOCAL_OWNER)

    assert round(load_ordered(viewer, EVER)["tickets"][Told.EXACT].value or 0, 6) == 0.516594
    assert "51.7% of 4,580" in seen(viewer, sop="tickets")


def test_what_the_page_shows_of_inspections(load: Load) -> None:
    """
    90.3 % of all items, each month, and the ten that are broken most, in their order.
    """
    checks = load("food_inspections")
    viewer = Viewer(checks.store, LOCAL_OWNER)

    (whole,) = load_followed(viewer, EVER, None)
    months = load_months(viewer, EVER, None)
    worst = broken(
        load_followed(viewer, EVER, None, steps=True), lambda sop, step: step or sop, lambda each: ""
    )

    assert whole.checked is not None
    assert round(whole.checked.value or 0, 6) == 0.903175
    assert [(str(each.start), round(each.checked.value or 0, 6)) for each in months if each.checked] == [
        (row["month"], row["rate"])
        for row in checks.figures("food_inspections", "checklist_compliance_by_month")
    ]
    assert [(str(getattr(row[0], "text", "")), row[3]) for row in worst.rows] == [
        (row["item"], f"{row['violations']:,}")
        for row in checks.figures("food_inspections", "most_broken_items")
    ]
    assert "90.3%" in seen(viewer)


def show(viewer: object) -> None:
    """Runs inside the page's script."""
    from importlib import import_module

    import_module("pages.adherence").render(viewer)


def seen(viewer: Viewer, **query: str) -> str:
    """What the adherence page says of all days."""
    page = AppTest.from_function(show, args=(viewer,), default_timeout=60)
    for name, value in {"days": "all", **query}.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    texts = [str(each.value) for kind in (page.html, page.text) for each in kind]
    return "\n".join(texts).replace("\u00a0", " ")
