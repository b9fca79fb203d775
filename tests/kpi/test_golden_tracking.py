"""Golden cases of goods on their way: shipments and scans in, score out."""

from datetime import date
from typing import Any

from golden_cases import CASES, only
from made_facts import company, context, instant_of, made, scored

from kpi.catalog import find
from kpi.engine import AsOf
from kpi.period import Span
from store.facts import Shipments, TrackingEvents
from store.lake import Lake
from store.working_time import WorkingTime

YEAR = Span(date(2025, 1, 1), date(2025, 12, 31))


def test_within_n_days_of_dispatch(lake: Lake) -> None:
    """
    By air two of four came within 8 days, one waits; both by sea wait for their 40 days.
    """
    case = CASES["sh_transit_within_n"]
    rows = [
        {
            "shipment_id": row["id"],
            "mode": row["mode"],
            "shipped_day": row["dispatched"],
            "delivered_day": row["delivered"],
            "within_days": case.params["n_days"][row["mode"]],
        }
        for row in case.inputs["shipments"]
    ]
    facts: dict[Any, Any] = {Shipments: made(Shipments, rows)}

    for mode, wanted in case.expected.items():
        where = {"mode": mode}
        rate = only(scored(lake, find("delivered_within_n_rate"), facts, YEAR, where=where, as_of=case.as_of))
        expected = wanted["within_n"]
        assert {name: rate[name] for name in expected} == case.close(expected)
        assert rate["immature"] == wanted["immature_excluded"]
    times = only(scored(lake, find("transit_time"), facts, YEAR, where={"mode": "air"}, as_of=case.as_of))
    assert times["median"] == case.close(case.expected["air"]["median_delivered_days"])
    assert (times["n"], times["open"]) == (3, 2)
    case.refuses(air_mean_of_delivered_only=times["median"])


def test_the_days_of_a_mode_count_where_none_are_given(lake: Lake) -> None:
    """
    Eight days by air and four by express: the fifth day is in time for one and not for the other.
    """
    rows = [
        {"shipment_id": mode, "mode": mode, "shipped_day": "2025-05-01", "delivered_day": "2025-05-06"}
        for mode in ("air", "express", "balloon")
    ]

    found = only(scored(lake, find("delivered_within_n_rate"), {Shipments: made(Shipments, rows)}, YEAR))

    assert (found["numerator"], found["denominator"], found["excluded_no_limit"]) == (1, 2, 1)


def test_working_days_are_those_of_the_destination(lake: Lake) -> None:
    """
    D+2 from Friday 6 June: Tuesday the 10th in Germany, where the 9th is a holiday only if its calendar says so.
    """
    days = {date(2025, 6, day): date(2025, 6, day).weekday() < 5 and day != 9 for day in range(1, 31)}
    known = context(
        company(DE="Europe/Berlin", US="America/New_York"), DE=WorkingTime.of("DE", "Europe/Berlin", days)
    )
    rows = [
        {
            "shipment_id": market,
            "market": market,
            "shipped_day": "2025-06-06",
            "delivered_day": "2025-06-11",
            "within_working_days": 2,
        }
        for market in ("DE", "US")
    ]
    shipments = made(Shipments, rows, known)

    found = only(scored(lake, find("delivered_within_n_working_days_rate"), {Shipments: shipments}, YEAR))

    assert shipments["within_working_due_day"].to_list() == [date(2025, 6, 11), date(2025, 6, 10)]
    assert (found["numerator"], found["denominator"]) == (1, 2)


def test_the_first_attempt_counts_once(lake: Lake) -> None:
    """
    a, e and f were delivered at the first attempt, b and c were not, d has no attempt yet.
    """
    case = CASES["sh_first_attempt"]
    scans = [
        {
            "event_id": number,
            "shipment_id": row["shipment_id"],
            "event": row["event"],
            "occurred_at": row["at"],
        }
        for number, row in enumerate(case.inputs["events"])
    ]
    parcels = [{"shipment_id": each, "shipped_day": "2025-04-28"} for each in "abcdef"]
    facts = {Shipments: made(Shipments, parcels), TrackingEvents: made(TrackingEvents, scans)}

    found = only(scored(lake, find("first_attempt_delivery_success_rate"), facts, YEAR))

    assert {name: found[name] for name in case.expected} == case.close(case.expected)
    case.refuses(successes_over_attempts=found["value"])


def test_a_drop_at_a_locker_is_a_success_and_is_collected_or_not(lake: Lake) -> None:
    """
    Both parcels reached the locker at the first attempt; one of them was collected within 14 days.
    """
    scans = [("a", "EDH", 1), ("a", "EMI", 5), ("b", "EDH", 1), ("b", "EMI", 20)]
    rows = [
        {
            "event_id": number,
            "shipment_id": parcel,
            "event": code,
            "occurred_at": f"2025-05-{day:02}T10:00:00Z",
        }
        for number, (parcel, code, day) in enumerate(scans)
    ]
    parcels = [{"shipment_id": each, "shipped_day": "2025-04-28"} for each in "ab"]
    facts = {Shipments: made(Shipments, parcels), TrackingEvents: made(TrackingEvents, rows)}

    attempts = only(scored(lake, find("first_attempt_delivery_success_rate"), facts, YEAR))
    collected = only(scored(lake, find("collected_rate"), {}, YEAR))

    assert (attempts["numerator"], attempts["denominator"]) == (2, 2)
    assert (collected["numerator"], collected["denominator"]) == (1, 2)


def test_parcels_nobody_scans_are_seen_to_be_missing(lake: Lake) -> None:
    """
    Two of four were scanned within 48 hours, the fifth is too young; one of three under way was scanned lately.
    """
    case = CASES["sh_tracking_visibility"]
    shipments, scans = [], []
    for row in case.inputs["shipments"]:
        shipments.append(
            {
                "shipment_id": row["id"],
                "shipped_at": row["dispatched_at"],
                "delivered_at": row["last_scan_at"] if row["delivered"] else None,
                "tracked": True,
            }
        )
        for code, at in (("EMA", row["first_scan_at"]), ("EMI", row["last_scan_at"])):
            if at:
                scans.append(
                    {
                        "event_id": f"{row['id']} {code}",
                        "shipment_id": row["id"],
                        "event": code,
                        "occurred_at": at,
                    }
                )
    facts = {Shipments: made(Shipments, shipments), TrackingEvents: made(TrackingEvents, scans)}

    first = only(scored(lake, find("first_scan_rate"), facts, YEAR, as_of=case.as_of))
    fresh = only(scored(lake, find("fresh_in_transit_rate"), {}, YEAR, as_of=case.as_of))

    for found, wanted in ((first, case.expected["first_scan"]), (fresh, case.expected["fresh_in_transit"])):
        assert {name: found[name] for name in wanted} == case.close(wanted)
        assert found["immature"] == case.expected["immature_excluded"]
    assert instant_of(case.params["as_of"]) == instant_of("2025-05-08T08:00:00Z")


def test_without_tracking_nothing_is_said(lake: Lake) -> None:
    """
    A firm whose carriers send no scans has no first-scan rate of zero: its parcels are left out and counted.
    """
    facts = {Shipments: made(Shipments, [{"shipment_id": 1, "shipped_day": "2025-05-01"}])}

    found = only(scored(lake, find("first_scan_rate"), facts, YEAR))

    assert (found["value"], found["excluded_untracked"]) == (None, 1)


def test_a_lost_parcel_that_is_found_is_taken_off(lake: Lake) -> None:
    """
    By air it is lost 14 days after its promise or its last scan; delivered later, it was only late.
    """
    parcel = {"shipment_id": 1, "mode": "air", "shipped_day": "2025-05-01", "promised_day": "2025-05-05"}
    scan = {"event_id": 1, "shipment_id": 1, "event": "EMD", "occurred_at": "2025-05-10T10:00:00Z"}
    facts = {Shipments: made(Shipments, [parcel]), TrackingEvents: made(TrackingEvents, [scan])}
    kpi = find("loss_rate")

    def told(day: str, changed: dict[Any, Any]) -> tuple[int, int]:
        found = only(scored(lake, kpi, changed, YEAR, as_of=AsOf.end_of(date.fromisoformat(day))))
        return found["numerator"], found["denominator"]

    assert told("2025-05-18", facts) == (0, 0)
    assert told("2025-05-19", {}) == (0, 1)
    assert told("2025-05-24", {}) == (1, 1)
    found = made(Shipments, [{**parcel, "delivered_day": "2025-05-25"}])
    assert told("2025-05-26", {Shipments: found}) == (0, 1)
