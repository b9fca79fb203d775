"""Golden cases and rules of the shop floor: steps in a row, plans in buckets, stops, inspections."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from golden_cases import CASES, only
from made_facts import Row, made, scored
from random_facts import AS_OF_DAY, FIRST

from kpi.catalog import find
from kpi.engine import AsOf
from kpi.explain import Side, explain
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from store.facts import Inspections, ProductionPlans, ProductionRuns, Stops
from store.lake import Lake
from store.scope import LOCAL_OWNER

MONDAY = date(2025, 3, 3)
WEEK = Span(MONDAY, date(2025, 3, 9))


def look(name: str, stage: str, inspected: int, passed: int | None, **more: object) -> Row:
    return {
        "inspection_id": name, "stage": stage, "inspected_day": MONDAY, "inspected": inspected, "passed": passed,
        **more,
    }  # fmt: skip


def run(name: str, product: str, produced: int, day: date = MONDAY, **more: object) -> Row:
    return {
        "run_id": name, "product": product, "produced_day": day, "planned_busy_s": 60, "run_s": 60,
        "produced": produced, **more,
    }  # fmt: skip


def plan(product: str, planned: int, **more: object) -> Row:
    return {
        "plan_id": f"{product} {more}",
        "product": product,
        "planned_day": MONDAY,
        "planned": planned,
        **more,
    }


def test_yield_of_steps_in_a_row_is_their_product(lake: Lake) -> None:
    """
    95 %, 98 % and 97 % at three steps leave 90.3 %, whatever goods came in.
    """
    case = CASES["mf_rolled_throughput_yield"]
    steps = [
        look(
            str(step["step"]),
            f"step {step['step']}",
            10_000,
            int(Decimal(str(step["first_pass_yield"])) * 10_000),
        )
        for step in case.inputs["steps"]
    ]
    kpi = find("rolled_throughput_yield")
    facts = {Inspections: made(Inspections, [*steps, look("in", "incoming", 100, 10)])}

    found = only(scored(lake, kpi, facts, WEEK))
    by_step = scored(lake, kpi, {}, WEEK, by=("stage",))

    assert found["value"] == case.close(case.expected["rolled_throughput_yield"])
    assert sorted(by_step["value"].drop_nulls()) == [0.95, 0.97, 0.98]
    assert by_step["value"].mean() == case.close(case.wrong["mean"])
    case.refuses(mean=found["value"])


def test_a_step_nobody_inspected_leaves_no_yield(lake: Lake) -> None:
    """
    Nothing inspected at packing: the process as a whole has no figure, moulding alone has 90 %.
    """
    kpi = find("rolled_throughput_yield")
    facts = {Inspections: made(Inspections, [look("a", "moulding", 100, 90), look("b", "packing", 0, 0)])}

    whole = only(scored(lake, kpi, facts, WEEK))

    assert (whole["value"], whole["status"]) == (None, "no_data")
    assert only(scored(lake, kpi, {}, WEEK, where={"stage": "moulding"}))["value"] == 0.9


@pytest.mark.parametrize("by", [(), ("supplier",), ("stage", "line")])
def test_rolled_yield_equals_plain_sql(
    by: tuple[str, ...], lake_of_seed: Lake, sql_of_seed: duckdb.DuckDBPyConnection
) -> None:
    """
    Each month and slice of the facts of the seed: the product over its stages.
    """
    kpi = find("rolled_throughput_yield")
    rows = values(lake_of_seed, LOCAL_OWNER, kpi, Question(Span(FIRST, AS_OF_DAY), Every.MONTH, by))
    slices = "".join(f", coalesce({name}, '(unknown)') AS by_{name}" for name in by)
    keys = "".join(f", by_{name}" for name in by)
    expected = sql_of_seed.execute(
        f"SELECT month{keys}, product(good / den) FROM ("
        f"SELECT date_trunc('month', inspected_day)::DATE AS month, stage{slices}, sum(right_pieces) AS good, "
        "sum(inspected) FILTER (right_pieces IS NOT NULL) AS den FROM ("
        "SELECT *, coalesce(passed, inspected - failed) AS right_pieces FROM inspections "
        "WHERE coalesce(attempt, 1) <= 1 AND stage <> 'incoming' AND inspected_day <= $day"
        ") GROUP BY ALL) GROUP BY ALL HAVING bool_and(coalesce(den, 0) > 0)",
        {"day": AS_OF_DAY},
    ).fetchall()

    found = {row[:-1]: row[-1] for row in rows.select("period", *by, "value").drop_nulls().rows()}
    assert len(expected) > 12
    assert found == pytest.approx({row[:-1]: row[-1] for row in expected})


def test_attainment_gives_no_credit_for_the_wrong_mix(lake: Lake) -> None:
    """
    270 made of 250 planned are 108 % of the volume and 80 % of the schedule; 20 pieces were not planned.
    """
    case = CASES["so_plan_attainment"]
    facts = {
        ProductionPlans: made(
            ProductionPlans, [plan(row["sku"], row["plan"]) for row in case.inputs["rows"]]
        ),
        ProductionRuns: made(
            ProductionRuns, [run(row["sku"], row["sku"], row["actual"]) for row in case.inputs["rows"]]
        ),
    }

    found = {
        key: only(scored(lake, find(key), facts, WEEK))
        for key in ("schedule_attainment", "volume_attainment")
    }
    beside = only(scored(lake, find("unplanned_output"), facts, WEEK))

    for key, row in found.items():
        assert row["value"] == case.close(case.expected[key]), key
    assert beside["value"] == case.expected["unplanned_units"]


def test_the_plan_frozen_before_the_week_counts(lake: Lake) -> None:
    """
    Frozen at 100 on Friday, changed to 60 on Wednesday: 60 made are 60 % of the schedule.
    """
    facts = {
        ProductionPlans: made(
            ProductionPlans,
            [
                plan("a", 90, until_day=WEEK.end, frozen_at="2025-02-20T12:00:00Z"),
                plan("a", 100, until_day=WEEK.end, frozen_at="2025-02-28T12:00:00Z"),
                plan("a", 60, until_day=WEEK.end, frozen_at="2025-03-05T12:00:00Z"),
                plan("b", 10, frozen_at="2025-03-03T05:00:00Z"),
            ],
        ),
        ProductionRuns: made(
            ProductionRuns,
            [run("1", "a", 40), run("2", "a", 25, date(2025, 3, 7), scrap=5), run("3", "c", 7)],
        ),
    }

    found = only(scored(lake, find("schedule_attainment"), facts, WEEK))

    assert (found["numerator"], found["denominator"]) == (60, 100)
    assert found["excluded_frozen_too_late"] == 1
    assert only(scored(lake, find("unplanned_output"), {}, WEEK))["value"] == 7


def test_a_bucket_waits_for_its_last_day(lake: Lake) -> None:
    """
    On Thursday the week's plan is neither met nor missed; on Sunday it is half met.
    """
    facts = {
        ProductionPlans: made(ProductionPlans, [plan("a", 100, until_day=WEEK.end)]),
        ProductionRuns: made(ProductionRuns, [run("1", "a", 50)]),
    }
    kpi = find("schedule_attainment")

    thursday = only(scored(lake, kpi, facts, WEEK, as_of=AsOf.end_of(date(2025, 3, 6))))
    sunday = only(scored(lake, kpi, facts, WEEK))

    assert (thursday["status"], thursday["immature"]) == ("no_data", 1)
    assert sunday["value"] == 0.5


def test_standing_lines_count_once_they_run_again(lake: Lake) -> None:
    """
    90 minutes of a broken mould and 30 without material; a stop that goes on and a planned one stay out.
    """
    rows: list[Row] = [
        {
            "stop_id": "1",
            "cause": "mould",
            "started_at": "2025-03-03T06:00:00Z",
            "ended_at": "2025-03-03T07:30:00Z",
        },
        {"stop_id": "2", "cause": "material", "stopped_day": MONDAY, "stop_s": 1_800},
        {
            "stop_id": "3",
            "cause": "mould",
            "started_at": "2025-03-09T23:00:00Z",
            "ended_at": "2025-03-10T04:00:00Z",
        },
        {"stop_id": "4", "cause": "service", "planned": True, "stopped_day": MONDAY, "stop_s": 9_000},
    ]
    rows = [{**row, "hour_cost": "80", "currency": "EUR"} for row in rows]
    facts = {Stops: made(Stops, rows)}

    minutes = scored(lake, find("unplanned_downtime"), facts, WEEK, by=("cause",))
    cost = only(scored(lake, find("downtime_cost"), {}, WEEK))
    left_out = explain(lake, LOCAL_OWNER, find("downtime_cost"), Question(WEEK), Side.EXCLUDED)

    assert dict(minutes.select("cause", "value").drop_nulls().iter_rows()) == {"mould": 90, "material": 30}
    assert (cost["value"], cost["excluded_still_standing"]) == (160, 1)
    assert left_out.select("key", "cause", "reason").rows() == [("3", "mould", "still_standing")]


def test_only_the_first_inspection_counts(lake: Lake) -> None:
    """
    80 of 100 passed, the other 20 passed after rework: 80 %, whatever the second look says.
    """
    rows = [
        look("1", "moulding", 100, 80, accepted=False),
        look("2", "moulding", 20, 20, attempt=2, accepted=True),
    ]
    facts = {Inspections: made(Inspections, rows)}

    found = only(scored(lake, find("inspection_pass_rate"), facts, WEEK))

    assert (found["value"], found["n"]) == (0.8, 1)
    assert only(scored(lake, find("inspection_lot_pass_rate"), {}, WEEK))["value"] == 0
