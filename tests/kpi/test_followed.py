"""Every case is judged by the rules of its procedure: once, again when it changed, and anew when the rules did."""

from datetime import date, timedelta

import polars as pl
from made_facts import Facts, Row, made, put
from made_rules import GOVERNED, ORDERS, PACKING, version_of
from stored_tables import rows

from kpi.catalog import find
from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.explain import Side, explain
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from sop.systems import judge_cases
from store.contract import key_of
from store.facts import Orders, ProcessEvents
from store.lake import Lake
from store.scope import LOCAL_OWNER

DAY = date(2025, 1, 6)
SPAN = Span(DAY, DAY + timedelta(days=20))
TABLES = ("sop_case_steps", "sop_cases")
ADDRESS = (
    PACKING.replace("cases: process_events within 2 d", "cases: orders from ordered_at within 2 d")
    .replace(
        'Rule: "Address verified" before "Label printed"', "Rule: address_verified_at before label_printed_at"
    )
    .split("### 2. ")[0]
)


def order(number: int, verified: int | None, printed: int | None, **more: object) -> Row:
    """An order of the day; hours after midnight at which its address was verified and its label printed."""
    at = [None if hour is None else f"{DAY}T{hour:02}:00:00Z" for hour in (verified, printed)]
    return {
        "order_id": f"O{number}", "market": "DE", "ordered_at": f"{DAY}T00:00:00Z",
        "address_verified_at": at[0], "label_printed_at": at[1], **more,
    }  # fmt: skip


def rate(lake: Lake, key: str, until: date, *by: str) -> list[tuple[object, ...]]:
    found = values(
        lake, LOCAL_OWNER, find(key), Question(Span(DAY, until), Every.TOTAL, by), Judgement(minimum=0)
    )
    return found.select(*by, "numerator", "denominator").rows()


def test_a_label_before_the_address_was_verified_is_a_violation(lake: Lake) -> None:
    """
    Of six labels three came after the check, two before it and one without any; one order has no label, one was
    cancelled.
    """
    hours = [(1, 2), (3, 9), (4, 5), (6, 5), (9, 8), (None, 7), (2, None)]
    told = [order(n, *pair) for n, pair in enumerate(hours)] + [order(9, 5, 4, status="cancelled")]
    put(lake, Orders, made(Orders, told))

    judge_cases(lake, [version_of(ADDRESS, date(2025, 1, 1))])
    refresh(lake, AsOf.end_of(DAY + timedelta(days=9)), kpis=[find("step_adherence_rate")])

    assert rate(lake, "step_adherence_rate", SPAN.end, "step") == [("verify", 3, 6)]
    left = explain(lake, LOCAL_OWNER, find("step_adherence_rate"), Question(SPAN), Side.EXCLUDED)
    assert sorted(left["key"]) == ["packing/O6/verify", "packing/O9/verify"]


def test_open_cases_wait_until_their_limit_and_are_missed_after_it(lake: Lake) -> None:
    """
    An order that nobody confirms waits for twelve hours; then it is missed, though nothing new was synced.
    """
    text = ORDERS.format(version="1.0", hours=36).split("### 2. ")[0]
    put(
        lake,
        Orders,
        made(Orders, [order(1, None, None), order(2, None, None, confirmed_at=f"{DAY}T09:00:00Z")]),
    )
    judge_cases(lake, [version_of(text, date(2025, 1, 1))])
    kpis = [find("step_adherence_rate"), find("case_adherence_rate")]

    refresh(lake, AsOf.end_of(DAY), kpis=kpis)
    assert rate(lake, "step_adherence_rate", SPAN.end) == [(0, 0)]
    refresh(lake, AsOf.end_of(DAY + timedelta(days=1)), kpis=kpis)

    assert rate(lake, "step_adherence_rate", SPAN.end) == [(1, 2)]
    assert rate(lake, "case_adherence_rate", SPAN.end, "version") == [("1.0", 1, 2)]


def test_judging_what_changed_equals_judging_everything(lake: Lake, facts_of_seed: Facts) -> None:
    """
    A third of the facts is corrected in every column, and as many come; a lake judged once has the same rows.
    """
    for table in (Orders, ProcessEvents):
        everything = facts_of_seed[table]
        others = everything.with_columns(pl.exclude(*key_of(table)).shift(1)).slice(1)
        put(lake, table, others.gather_every(3))
        put(lake, table, everything.gather_every(3, 1))
    judge_cases(lake, GOVERNED)
    for table in (Orders, ProcessEvents):
        put(lake, table, facts_of_seed[table])
    touched = judge_cases(lake, GOVERNED)
    again = judge_cases(lake, GOVERNED)
    after = {name: rows(lake, name) for name in TABLES}

    judge_cases(lake, GOVERNED, full=True)

    assert (len(touched), again) == (4, [])
    for name in TABLES:
        assert after[name].height > 100
        assert after[name].equals(rows(lake, name))


def test_another_rule_judges_every_case_anew(lake: Lake, facts_of_seed: Facts) -> None:
    """
    Twelve hours become two; a procedure without rules leaves no rows behind, and the other keeps its own.
    """
    for table in (Orders, ProcessEvents):
        put(lake, table, facts_of_seed[table])
    packing = GOVERNED[0]
    early = [version_of(ORDERS.format(version="1.0", hours=hours), date(2024, 9, 1)) for hours in (40, 2)]
    judge_cases(lake, [packing, early[0]])
    before = rows(lake, "sop_case_steps")
    judge_cases(lake, [packing, early[1]])
    after = rows(lake, "sop_case_steps")
    judge_cases(lake, [packing])

    confirmed = [each.filter(step="confirm")["met_epoch"].count() for each in (before, after)]
    assert before.height == after.height
    assert confirmed[0] > confirmed[1] > 0
    assert set(rows(lake, "sop_case_steps").filter(~rows(lake, "sop_case_steps")["deleted"])["sop"]) == {
        "packing"
    }
