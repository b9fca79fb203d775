"""Golden cases of customs: declarations in, score out."""

from datetime import date

from golden_cases import CASES, only
from made_facts import made, scored

from kpi.catalog import find
from kpi.period import Span
from store.facts import CustomsEntries, Penalties, Shipments
from store.lake import Lake

YEAR = Span(date(2025, 1, 1), date(2025, 12, 31))


def test_what_customs_still_has_is_counted_beside_the_time(lake: Lake) -> None:
    """
    12, 72 and 6 hours; the third waits since 72 hours; two of the four presented ones were held.
    """
    case = CASES["sh_customs"]
    rows = [
        {
            "entry_id": row["id"],
            "arrived_at": row["arrived"],
            "presented_at": row["presented"],
            "released_at": row["released"],
            "held": row["held"],
        }
        for row in case.inputs["shipments"]
    ]
    facts = {CustomsEntries: made(CustomsEntries, rows)}

    cleared = only(scored(lake, find("customs_clearance_time"), facts, YEAR, as_of=case.as_of))
    border = only(scored(lake, find("customs_border_time"), {}, YEAR, as_of=case.as_of))
    holds = only(scored(lake, find("customs_hold_rate"), {}, YEAR, as_of=case.as_of))

    found = {"median_hours": cleared["median"], "mean_hours": cleared["value"], "n": cleared["n"]}
    assert found == case.close(case.expected["presented_to_released"])
    assert border["median"] == case.close(case.expected["arrival_to_release_median_hours"])
    assert cleared["open"] == case.expected["open"]
    assert cleared["oldest_age"] == case.close(case.expected["oldest_open_hours"])
    wanted = case.expected["hold_rate"]
    assert {name: holds[name] for name in wanted} == case.close(wanted)
    assert holds["excluded_not_presented"] == case.expected["not_presented"]
    case.refuses(hold_rate_over_all=holds["value"])


def test_a_wrong_declaration_counts_once(lake: Lake) -> None:
    """
    Two of four declarations have a mistake of the shipper, one of them two.
    """
    case = CASES["sh_document_errors"]
    rows = [
        {
            "entry_id": row["declaration_id"],
            "lodged_day": "2025-05-01",
            "shipper_corrections": row["shipper_correction"],
            "shipper_queries": row["authority_query_shipper_fault"],
        }
        for row in case.inputs["declarations"]
    ]

    found = only(
        scored(lake, find("document_error_rate"), {CustomsEntries: made(CustomsEntries, rows)}, YEAR)
    )

    assert {name: found[name] for name in case.expected} == case.close(case.expected)
    case.refuses(errors_over_declarations=found["value"])


def test_compliance_cost_is_for_a_thousand_shipments(lake: Lake) -> None:
    """
    A fine of 60 and storage of 40 for papers, over four shipments, is 25,000 for a thousand; the rest is no paper's.
    """
    rows = [
        {"penalty_id": 1, "kind": "fine", "cause": "documents", "amount": 60},
        {"penalty_id": 2, "kind": "storage", "cause": "documents", "amount": 40},
        {"penalty_id": 3, "kind": "demurrage", "cause": "documents", "amount": 500},
        {"penalty_id": 4, "kind": "fine", "cause": "packaging", "amount": 7},
    ]
    facts = {
        Penalties: made(Penalties, [{**row, "penalty_day": "2025-05-01"} for row in rows]),
        Shipments: made(
            Shipments, [{"shipment_id": number, "shipped_day": "2025-04-30"} for number in range(4)]
        ),
    }

    found = only(scored(lake, find("compliance_cost"), facts, YEAR))
    everything = only(scored(lake, find("penalty_cost"), {}, YEAR))

    assert (found["numerator"], found["denominator"], found["value"]) == (100, 0.004, 25_000)
    assert everything["value"] == 607
