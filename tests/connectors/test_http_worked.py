"""Columns that follow from what a system sends: entries of inner lists, and expressions over fields."""

import pytest
from system_calls import source
from web_shop import BY_NUMBER, DECLARED, SOURCE, Asked, Shop, Told, numbered, opened, page, parcel

from connectors.block import Block
from connectors.errors import ConfigError
from connectors.http.rows import texts_of
from connectors.http.worked import read_worked

PARCELS = DECLARED.format(pages=BY_NUMBER, clock="seconds")
WORKED = """
[tables.shipments.worked]
came_at = { of = "scans", field = "at", take = "earliest", where = { kind = ["delivered", "handed"] } }
grams = "CAST(kg AS DECIMAL(20,6)) * 1000 + COALESCE(CAST(box AS BIGINT), 0)"
cost = { of = "fees.parts", field = "amount", take = "sum" }
[tables.shipments.columns]
market = "to.country"
promised_day = "promised"
delivered_at = { from = "came_at", timezone = "UTC" }
weight_g = "grams"
freight = "cost"
currency = { constant = "EUR" }
"""


@pytest.fixture
def working(calling):
    """The firm with a system whose shipments are worked out."""
    calling.write("shop.toml", PARCELS[: PARCELS.index("[tables.shipments.columns]")] + WORKED)
    return calling


def sync(working, *parcels: dict[str, object]):
    with opened(numbered({"1": page(*parcels)})) as shop:
        return working.sync(SOURCE.format(host=shop.host))


def scan(kind: str, at: str) -> dict[str, str]:
    return {"kind": kind, "at": at}


def test_an_entry_of_a_list_tells_a_moment_of_its_record(working) -> None:
    """The earliest of two deliveries, in whatever order and zone they come: 9:30 in Berlin is before 9:00 UTC."""
    scans = [
        scan("delivered", "2025-03-04T09:00:00Z"), scan("out", "2025-03-04T07:00:00Z"),
        scan("handed", "2025-03-04T09:30:00+01:00"), scan("delivered", "soon"),
    ]  # fmt: skip
    sync(working, parcel(1, kg="1.250", scans=scans), parcel(2, kg="2", box=30, scans=[]), parcel(3, kg="1"))
    rows = working.stored().sort("shipment_id").select("shipment_id", "delivered_at", "weight_g").rows()
    assert [(key, str(moment), grams) for key, moment, grams in rows] == [
        ("P1", "2025-03-04 08:30:00+00:00", 1_250), ("P2", "None", 2_030), ("P3", "None", 1_000),
    ]  # fmt: skip


def test_entries_of_lists_inside_lists_are_added_up(working) -> None:
    """1.10 and 2.20 in one fee and 0.05 in another are 3.35; a parcel without fees has no freight."""
    fees = [{"parts": [{"amount": "1.10"}, {"amount": 2.20}]}, {"parts": []}, {"parts": [{"amount": 0.05}]}]
    sync(working, parcel(1, kg="1", fees=fees), parcel(2, kg="1"))
    assert working.stored().sort("shipment_id")["freight_micros"].to_list() == [3_350_000, None]


def test_a_row_that_cannot_be_worked_out_waits_alone(working) -> None:
    """Of three parcels one weighs 'heavy' and one costs 'much': the third arrives, and each of the two says why."""
    fees = [{"parts": [{"amount": "much"}]}]
    report = sync(working, parcel(1, kg="heavy"), parcel(2, kg="1"), parcel(3, kg="1", fees=fees))
    assert working.stored()["shipment_id"].to_list() == ["P2"]
    assert report.counts[0].rejected == 2
    told = " ".join(working.reasons())
    assert "'grams' cannot be worked out of {'kg': 'heavy'" in told
    assert "cost is 'much'" in told


def test_each_goes_through_lists_in_lists(working) -> None:
    """Two boxes in one pallet and one in another are three rows that know what stands around them."""
    nested = PARCELS.replace('key = "id"', 'key = "pallets.boxes.no"\neach = "pallets.boxes"')
    nested = nested.replace('market = "to.country"', 'market = "to.country"\ncarrier = "pallets.truck"')
    working.write("shop.toml", nested)
    pallets = [{"truck": "T1", "boxes": [{"no": "a"}, {"no": "b"}]}, {"truck": "T2", "boxes": [{"no": "c"}]}]
    report = sync(working, parcel(1, pallets=pallets), parcel(2, pallets=[{"truck": "T3"}, 7]))
    assert working.stored().sort("shipment_id").select("shipment_id", "market", "carrier").rows() == [
        ("a", "DE", "T1"), ("b", "DE", "T1"), ("c", "DE", "T2"),
    ]  # fmt: skip
    assert report.counts[0].rejected == 2
    assert any("has no list 'pallets.boxes'" in reason for reason in working.reasons())


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('"CAST(kg AS DECIMAL(20,6)) * 1000', '"CAST(kg AS ', "grams is no expression of SQL"),
        ('take = "sum"', 'take = "all"', "take is 'all'; write one of first, earliest, latest, sum"),
        ('of = "fees.parts", ', "", "of is missing"),
    ],
)
def test_a_wrong_column_says_what_to_write(working, before: str, after: str, why: str) -> None:
    """Name, value and the way out, before anything is asked."""
    text = (PARCELS[: PARCELS.index("[tables.shipments.columns]")] + WORKED).replace(before, after)
    working.write("shop.toml", text)
    with pytest.raises(ConfigError, match=why):
        working.pull(SOURCE.format(host="https://shop.example.com"))


def test_a_table_that_is_not_wanted_is_not_asked(calling) -> None:
    """Where nobody rates tickets only tickets are asked for; a table the system does not have is named."""
    toml = source("zendesk", "{host}").replace("inside = true", 'inside = true\nwithout = ["surveys"]')
    export = {"tickets": [], "after_cursor": "c", "end_of_stream": True}
    with opened(lambda _: Told(export)) as desk:
        calling.sync(toml.replace("{host}", desk.host))
    assert [each.path for each in desk.asked] == ["/api/v2/incremental/tickets/cursor.json"]
    with pytest.raises(ConfigError, match=r"names 'survey'\. Did you mean 'surveys'"):
        calling.pull(toml.replace("surveys", "survey").replace("{host}", desk.host))


def test_a_key_may_stand_inside_a_header(working) -> None:
    """A system that wants `ShippoToken KEY` gets it so."""
    text = PARCELS.replace(
        '{ kind = "bearer" }', '{ kind = "header", name = "Authorization", value = "Token {key}" }'
    )
    working.write("shop.toml", text)

    def answer(asked: Asked) -> Told:
        return page()

    shop: Shop
    with opened(answer) as shop:
        working.sync(SOURCE.format(host=shop.host))
    assert shop.asked[0].headers["Authorization"] == "Token canary-2718281"


def test_fields_are_found_wherever_they_stand() -> None:
    """
    In objects, in entries of lists by their number, under a name with a dot; a list stays JSON, an object is nothing,
    and numbers and flags are told as JSON tells them.
    """
    record = {
        "a": {"b": 7, "c": True, "d": None}, "e": [{"f": "x"}, {"f": "y"}], "g.h": "dotted", "i": ["1", 2],
    }  # fmt: skip
    names = ["a.b", "a.c", "a.d", "a", "e.1.f", "g.h", "i", "e.2.f", "j"]
    nothing = read_worked(Block("", "", {}))
    assert texts_of([record], (), nothing, names).rows(named=True) == [
        {
            "_fault": None, "a.b": "7", "a.c": "true", "a.d": None, "a": None, "e.1.f": "y", "g.h": "dotted",
            "i": '["1", 2]', "e.2.f": None, "j": None,
        }
    ]  # fmt: skip
    inner = texts_of([record, 7, {"e": {}}], ("e",), nothing, ["a.b", "e.f", "e"])
    assert inner.rows() == [
        ("7", "x", None, None), ("7", "y", None, None), (None, None, None, "is not a JSON object"),
        (None, None, None, "has no list 'e'"),
    ]  # fmt: skip
