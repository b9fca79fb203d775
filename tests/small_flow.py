"""A small firm that ships over a border: the weeks to Sunday 27 April 2025, numbers a person can add up.

Every week 12 orders go from CN to DE and 12 to FR, half of each with A and half with B, promised in six days. Each
stage takes 20 h, so they come after 120 h; from the week of 7 April on B's parcels to DE spend 100 h at customs, so
they come after 200 h, three days late. All of the thirteen weeks to 14 April have arrived. On the last evening one
order to DE has been at customs for 84 h, and one due on 21 April is still under way. Four declarations were held, one
of them for papers whose step nobody owned.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.flow.job import compute_flow
from store.company import Company, Market
from store.company_file import save_company
from store.contract import Table, polars_schema
from store.facts import CustomsEntries, CustomsHolds, Orders, Shipments, TrackingEvents
from store.home import Store, open_store
from store.lane_budget import BUDGETED, LaneBudget
from store.money import Rates
from store.normalise import Context, normalise

FIRST, LAST, BAD_FROM = date(2025, 1, 20), date(2025, 4, 27), date(2025, 4, 7)
HOUR = timedelta(hours=1)
HOURS = {stage: 0.0 if stage == "preparation" else 24.0 for stage in BUDGETED}
FIRM = Company(
    name="Over <the> border", currency="EUR", timezone="UTC",
    markets={code: Market(code, "UTC", "EUR", code) for code in ("DE", "FR")},
    lanes={"CN-DE": LaneBudget("CN-DE", 6, HOURS)},
)  # fmt: skip
Row = Mapping[str, object]
Rows = dict[type[Table], list[Row]]
NO_RATES = pl.DataFrame(
    schema={"base": pl.String, "currency": pl.String, "rate_day": pl.Date, "rate": pl.String}
)


def order(
    name: str,
    day: date,
    market: str,
    carrier: str,
    customs: int | None,
    *,
    arrives: bool = True,
    days: int = 5,
) -> Rows:
    """One order of a day: 20 h in each stage but `customs`; None while it is still there."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    left = None if customs is None else start + (60 + customs) * HOUR
    there = left + 40 * HOUR if left and arrives else None
    promised = day + timedelta(days=days)
    told: Rows = {
        Orders: [{"order_id": name, "market": market, "status": "open", "ordered_at": start, "confirmed_at": start,
                  "ordered_day": day, "promised_day": promised}],
        Shipments: [{
            "shipment_id": f"S{name}", "order_id": name, "market": market, "origin": "CN", "carrier": carrier,
            "mode": "air", "international": True, "tracked": True, "shipped_at": start + 20 * HOUR, "weight_g": 900,
            "exported_at": start + 40 * HOUR, "promised_day": promised, "delivered_at": there,
            "status": "delivered" if there else "in_transit", "currency": "EUR", "freight_micros": 9_000_000,
        }],
        CustomsEntries: [{
            "entry_id": f"E{name}", "shipment_id": f"S{name}", "market": market, "origin": "CN", "broker": "Hanse",
            "arrived_at": start + 60 * HOUR, "presented_at": start + 61 * HOUR, "released_at": left,
            "direction": "import", "shipper_corrections": 0, "shipper_queries": 0, "broker_corrections": 0,
        }],
    }  # fmt: skip
    if left:
        told[TrackingEvents] = [{"event_id": f"V{name}", "shipment_id": f"S{name}", "market": market, "event": "EMG",
                                 "occurred_at": left + 20 * HOUR}]  # fmt: skip
    return told


def held(name: str, cause: str, **more: object) -> Row:
    return {
        "hold_id": f"H{name}", "entry_id": f"E{name}", "shipment_id": f"S{name}", "market": "DE", "cause": cause,
        "held_at": datetime(2025, 4, 10, 12, tzinfo=UTC), "held_day": date(2025, 4, 10),
        "released_at": datetime(2025, 4, 11, 12, tzinfo=UTC), **more,
    }  # fmt: skip


def orders() -> list[Rows]:
    told = []
    for week in range(14):
        monday = FIRST + timedelta(weeks=week)
        if monday + timedelta(days=9) > LAST:
            continue
        for market in ("DE", "FR"):
            for n in range(12):
                carrier = "A" if n % 2 else "B"
                slow = monday >= BAD_FROM and market == "DE" and carrier == "B"
                told.append(order(f"{monday}-{market}-{n}", monday, market, carrier, 100 if slow else 20))
    told.append(order("STUCK", date(2025, 4, 22), "DE", "A", None, days=6))
    told.append(order("OVERDUE", date(2025, 4, 16), "DE", "A", 20, arrives=False))
    return told


def flow_store(home: Path) -> Store:
    """The firm, computed as of the evening of 27 April 2025."""
    store = open_store(home)
    save_company(home, FIRM)
    told: dict[type[Table], list[Row]] = {}
    for each in orders():
        for table, rows in each.items():
            told.setdefault(table, []).extend(rows)
    papers = {
        "document": "commercial invoice",
        "sop": "customs_paperwork",
        "step": "Value matches the invoice",
    }
    told[CustomsHolds] = [
        held("2025-04-07-DE-1", "paperwork", owner="Customs desk", **papers),
        held("2025-04-07-DE-3", "paperwork", **papers),
        held("2025-04-07-DE-5", "inspection"), held("2025-04-07-DE-7", "inspection"),
    ]  # fmt: skip
    for table, rows in told.items():
        store.lake.append(table.name, stored(table, rows), marks={"files": 1})
    refresh(store.lake, AsOf.end_of(LAST))
    compute_flow(store.lake, AsOf.end_of(LAST), FIRM)
    return store


def stored(table: type[Table], rows: Sequence[Row]) -> pl.DataFrame:
    """The rows as intake stores them."""
    schema = polars_schema(table)
    names = {name for row in rows for name in row}
    frame = pl.DataFrame(rows, schema={name: schema[name] for name in names}, infer_schema_length=None)
    context = Context(FIRM, {}, Rates.of(NO_RATES, "EUR"), b"a secret of the tests")
    return normalise(table, frame, context, source="files", seen_at=datetime(2025, 4, 28, tzinfo=UTC)).select(
        schema.names()
    )
