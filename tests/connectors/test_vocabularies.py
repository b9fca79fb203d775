"""Codes of carriers become the stages of a parcel; what is not known waits, and what says nothing is left out."""

import pytest
from system_calls import kpi, recorded, source, stored
from web_shop import Told, opened

from connectors.errors import ConfigError
from connectors.vocabulary import known_vocabularies, vocabulary
from store.facts.tracking import EVENTS

SCANS = """
[company]
timezone = "UTC"
[markets.US]
timezone = "America/New_York"
[sources.carrier]
connector = "file"
path = "*.csv"
[sources.carrier.tables.shipments]
file = "parcels"
key = "Parcel"
columns.market = "Country"
columns.shipped_day = "Sent"
columns.delivered_day = "Came"
columns.status = {{ constant = "delivered" }}
columns.international = {{ constant = "yes" }}
[sources.carrier.tables.tracking_events]
file = "scans"
key = ["Parcel", "Code", "At"]
duplicates = "first"
columns.shipment_id = "Parcel"
columns.event = {{ from = "Code", map = "{carrier}" }}
columns.occurred_at = "At"
"""
WAYS = {
    "dhl_express": ["PU", "DF", "AF", "IC", "CR", "AR", "WC", "OK"],
    "fedex": ["PU", "DP", "AR", "CP", "CC", "FD", "OD", "DL"],
    "shipstation": [
        "PICKED_UP", "HUB_SCAN_OUT", "HUB_SCAN_IN", "CUSTOMS_PROCESSING", "CUSTOMS_CLEARED", "IN_TRANSIT",
        "OUT_FOR_DELIVERY", "DELIVERED",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", known_vocabularies())
def test_a_vocabulary_says_each_code_once(name: str) -> None:
    """Every code has one of our events or says nothing, never both; the day of the list is told."""
    known = vocabulary(name)
    assert set(known.codes.values()) <= set(EVENTS)
    assert not set(known.codes) & set(known.silent)
    assert len(set(known.silent)) == len(known.silent)
    assert known.version >= "2026-11-23"


@pytest.mark.parametrize("carrier", WAYS)
def test_scans_of_a_carrier_are_milestones(firm, carrier: str) -> None:
    """
    Eight scans over a border, told twice and last first: posted, presented to and back from customs, at the delivery
    office, delivered are five of seven milestones. A ninth scan has a code nobody knows, and waits.
    """
    codes = [*WAYS[carrier], "??"]
    lines = [f"P1,{code},2025-03-0{day}T10:00:00Z" for day, code in enumerate(codes, 1)]
    firm.write("parcels.csv", "Parcel,Country,Sent,Came\nP1,US,2025-03-01,2025-03-08\n")
    firm.write("scans.csv", "\n".join(["Parcel,Code,At", *reversed(lines), *lines[:8]]))
    report = firm.sync(SCANS.format(carrier=carrier))

    assert sum(each.rejected for each in report.counts) == 1
    assert "Code is '??': has no mapping" in firm.reasons()[0]
    events = [event for _, event in stored(firm, "tracking_events", "occurred_at", "event")]
    assert list(dict.fromkeys(events)) == ["EMA", "EDB", "EDC", "EMG", "EMI"]
    told = kpi(firm, "milestone_completeness")
    assert (told["numerator"], told["denominator"]) == (5, 7)


def test_ups_tells_by_type(firm) -> None:
    """Picked up, out for delivery and delivered are told; under way, an exception and the printed label are not."""
    assert {code: vocabulary("ups").codes.get(code) for code in "PODIXM"} == {
        "P": "EMA", "O": "EMG", "D": "EMI", "I": None, "X": None, "M": None,
    }  # fmt: skip
    assert {"I", "X", "M"} <= set(vocabulary("ups").silent)


def test_every_detail_of_shipstation_is_known(shared) -> None:
    """The vendor's specification lists 75 details of tracking, each of which is an event of ours or says nothing."""
    schemas = recorded(shared, "shipstation/openapi_trimmed.json")["components"]["schemas"]
    known = vocabulary("shipstation")
    assert {*known.codes, *known.silent} == set(schemas["status_detail_code"]["enum"])


def test_sub_statuses_of_aftership_tell_customs(calling) -> None:
    """Accepted, arrived, handed to customs, cleared, and delivered where only the status is told."""
    codes = ["InTransit_002", "InTransit_003", "InTransit_004", "InTransit_006", "InTransit_005", None]
    checkpoints = [
        {
            "tag": "Delivered",
            "subtag": code,
            "checkpoint_time": f"2025-03-0{day}T10:00:00",
            "location": "Leeds",
        }
        for day, code in enumerate(codes, 1)
    ]
    tracking = {
        "id": "t", "slug": "dhl", "tag": "Delivered", "updated_at": "2025-03-07T00:00:00Z",
        "shipment_pickup_date": "2025-03-01T09:00:00", "checkpoints": checkpoints[::-1] + checkpoints,
    }  # fmt: skip
    pages = {"1": [tracking]}
    body = {"meta": {"code": 200}, "data": {"trackings": []}}

    def answer(asked):
        return Told({**body, "data": {"trackings": pages.get(asked.parameters["page"], [])}})

    with opened(answer) as service:
        calling.sync(source("aftership", service.host))
    assert [event for _, event in stored(calling, "tracking_events", "occurred_at", "event")] == [
        "EMA", "EMD", "EDB", "EDC", "EMI",
    ]  # fmt: skip


def test_an_unknown_vocabulary_is_named(firm) -> None:
    """The nearest one is offered."""
    with pytest.raises(ConfigError, match=r"no vocabulary 'fedx'\. Did you mean 'fedex'"):
        firm.pull(SCANS.format(carrier="fedx"))
