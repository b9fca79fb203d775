"""What a checklist says is held against what systems recorded; more than five points between them asks for an audit."""

from datetime import date, timedelta

import pytest
from made_facts import Row, made, put
from made_rules import version_of
from test_followed import ADDRESS

from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from sop.systems import AuditDemand, audit_demands, judge_cases
from store.facts import Orders, SopRunSteps
from store.lake import Lake
from store.scope import LOCAL_OWNER

MONDAY = date(2025, 1, 6)
TODAY = MONDAY + timedelta(days=58)  # a Wednesday, the ninth week is under way


def order(number: int, day: date, *, followed: bool) -> Row:
    hours = ("01", "02") if followed else ("03", "02")
    return {
        "order_id": f"O{number}", "market": "DE", "ordered_at": f"{day}T00:00:00Z",
        "address_verified_at": f"{day}T{hours[0]}:00:00Z", "label_printed_at": f"{day}T{hours[1]}:00:00Z",
    }  # fmt: skip


def demands(lake: Lake, missed: int, ticked: int, checks: int, first: int = 0) -> tuple[AuditDemand, ...]:
    """Of 100 orders some missed the step, from a week on; of so many checks of each week some ticked it."""
    orders, answers = [], []
    for number in range(100):
        week = first + number % (8 - first)
        orders.append(order(number, MONDAY + timedelta(weeks=week), followed=number >= missed))
    for number in range(checks):
        day = MONDAY + timedelta(weeks=first + number % (8 - first), days=1)
        answers.append({"step_id": f"{number}", "run_id": f"{number}", "sop": "packing", "step": "verify",
                        "executed_day": day, "score": int(number < ticked)})  # fmt: skip
    put(lake, Orders, made(Orders, orders))
    put(lake, SopRunSteps, made(SopRunSteps, answers))
    judge_cases(lake, [version_of(ADDRESS, date(2025, 1, 1))])
    refresh(lake, AsOf.end_of(TODAY), kpis=[find("step_adherence_rate"), find("checked_step_rate")])
    return audit_demands(lake, LOCAL_OWNER, TODAY)


def test_a_checklist_above_the_systems_asks_for_an_audit(lake: Lake) -> None:
    """
    The address was verified before the label in 93 of 100 orders, and ticked in all of 40 checks: seven points.
    """
    (found,) = demands(lake, missed=7, ticked=40, checks=40, first=3)

    assert (found.sop, found.step, round(found.points, 6)) == ("packing", "verify", 7)
    assert (found.by_systems.n, found.by_checklist.n) == (100, 40)
    assert found.since == MONDAY + timedelta(weeks=3)
    assert (found.first, found.last) == (MONDAY, MONDAY + timedelta(days=55))
    assert "100.0 % (40), systems 93.0 % (100)" in found.reason


@pytest.mark.parametrize(
    ("missed", "ticked", "checks"), [(5, 40, 40), (40, 29, 29), (7, 37, 40)], ids=["five", "few", "alike"]
)
def test_five_points_few_checks_or_agreement_ask_for_none(
    lake: Lake, missed: int, ticked: int, checks: int
) -> None:
    """
    Exactly five points; forty points on 29 checks; 93 against 92.5 percent.
    """
    assert demands(lake, missed, ticked, checks) == ()
