"""Golden cases of manufacturing: facts in, score out."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from golden_cases import CASES, Case, only
from made_facts import Row, made, scored

from kpi.catalog import find
from kpi.period import Span
from store.facts import ProductionRuns
from store.lake import Lake

DAY = Span(date(2025, 3, 3), date(2025, 3, 3))
FACTORS = ("availability", "performance", "quality")


def run(row: Mapping[str, Any]) -> Row:
    """Minutes become whole seconds, the ideal time of a piece whole microseconds."""
    return {
        "run_id": row["machine"],
        "line": row["machine"],
        "produced_day": DAY.start,
        "planned_busy_s": row["planned_busy_min"] * 60,
        "run_s": row["actual_production_min"] * 60,
        "ideal_us": round(Decimal(str(row["ideal_cycle_min"])) * 60_000_000),
        "produced": row["produced_qty"],
        "good": row["good_qty"],
    }


def factors(lake: Lake, case: Case) -> dict[str, dict[str, Any]]:
    """The scored total of OEE and its three factors."""
    rows = [run(row) for row in case.inputs["runs"]]
    facts = {ProductionRuns: made(ProductionRuns, rows)}
    found = {name: only(scored(lake, find(f"oee_{name}"), facts, DAY)) for name in FACTORS}
    return {**found, "oee": only(scored(lake, find("oee"), facts, DAY))}


def agrees(case: Case, found: Mapping[str, Mapping[str, Any]]) -> None:
    for name in (*FACTORS, "oee"):
        assert found[name]["value"] == case.close(case.expected[name]), name


def test_oee_is_the_product_of_its_factors(lake: Lake) -> None:
    """
    88.81 % available, 86.11 % of the ideal speed, 97.80 % good: 74.79 %.
    """
    case = CASES["mf_oee_single"]

    found = factors(lake, case)

    agrees(case, found)
    assert (found["oee"]["denominator"], found["availability"]["numerator"]) == (420, 373)


def test_oee_of_a_group_weighs_machines_by_their_time(lake: Lake) -> None:
    """
    507 ideal minutes of good pieces in 900 planned minutes; the product stays exact.
    """
    case = CASES["mf_oee_rollup"]

    found = factors(lake, case)
    machines = scored(lake, find("oee"), {}, DAY, by=("line",))
    product = found["availability"]["value"] * found["performance"]["value"] * found["quality"]["value"]

    agrees(case, found)
    assert product == case.close(found["oee"]["value"])
    assert machines["value"].mean() == case.close(case.wrong["mean_of_oee"])
    case.refuses(mean_of_oee=found["oee"]["value"], quality_by_units=found["quality"]["value"])


def test_oee_without_planned_time_has_no_value(lake: Lake) -> None:
    """
    Nothing planned is no data, not 100 % availability.
    """
    case = CASES["mf_oee_no_planned_time"]

    found = factors(lake, case)

    agrees(case, found)
    assert {row["status"] for row in found.values()} == {case.expected["status"]}
    case.refuses(availability=found["availability"]["value"])


def test_performance_above_one_is_kept_and_flagged(lake: Lake) -> None:
    """
    105 % of the ideal speed means a wrong ideal time: the value stays, with a flag.
    """
    case = CASES["mf_oee_performance_over_100"]

    found = factors(lake, case)

    agrees(case, found)
    assert found["performance"]["flag"] == case.expected["data_quality_flag"]
    assert found["oee"]["flag"] is None
    case.refuses(performance_capped=found["performance"]["value"])


def test_scrap_is_lost_and_rework_is_not_scrap(lake: Lake) -> None:
    """
    30 of 1,100 pieces are lost, 540 of 7,000 in money; 30 more were reworked.
    """
    case = CASES["mf_scrap_rate"]
    rows = [
        {
            "run_id": row["order"],
            "line": row["order"],
            "produced_day": DAY.start,
            "planned_busy_s": 60,
            "run_s": 60,
            "produced": row["produced_qty"],
            "scrap": row["scrap_qty"],
            "rework": row["rework_qty"],
            "unit_cost": row["unit_cost"],
        }
        for row in case.inputs["orders"]
    ]
    facts = {ProductionRuns: made(ProductionRuns, rows)}

    found = {name: only(scored(lake, find(name), facts, DAY)) for name in case.expected}
    orders = scored(lake, find("scrap_rate"), {}, DAY, by=("line",))

    assert {name: row["value"] for name, row in found.items()} == case.close(case.expected)
    assert (found["scrap_cost_rate"]["numerator"], found["scrap_cost_rate"]["denominator"]) == (540, 7_000)
    assert orders["value"].mean() == case.close(case.wrong["mean_of_rates"])
    scrap = found["scrap_rate"]["value"]
    case.refuses(rework_counted_as_scrap=scrap, mean_of_rates=scrap)


def test_time_without_output_stays_in_the_cycle_time(lake: Lake) -> None:
    """
    220 minutes for 90 pieces, ten of them for none.
    """
    case = CASES["mf_cycle_time"]
    rows = [
        {
            "run_id": row["batch"],
            "line": row["batch"],
            "produced_day": DAY.start,
            "planned_busy_s": row["actual_production_min"] * 60,
            "run_s": row["actual_production_min"] * 60,
            "produced": row["produced_qty"],
        }
        for row in case.inputs["batches"]
    ]

    found = only(scored(lake, find("cycle_time"), {ProductionRuns: made(ProductionRuns, rows)}, DAY))
    batches = scored(lake, find("cycle_time"), {}, DAY, by=("line",))

    assert (found["numerator"], found["denominator"]) == (220, 90)
    assert found["value"] == case.close(case.expected["value"])
    assert batches["value"].mean() == case.close(case.wrong["mean_of_batch_ratios"])
    case.refuses(mean_of_batch_ratios=found["value"])
