"""A small firm for page tests: fourteen weeks to Sunday 27 April 2025, numbers a person can add up.

Every week 40 shipments leave, 20 to DE with DHL and 20 to FR with UPS. All arrive in time until 6 April; from the
week of 7 April on 10 of the 20 to FR are late, so 30 of 40 (75 %) are on time. Each week 40 surveys are answered, 36 of
them well, and 4 production runs are made. Nothing is known of marketing.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from kpi.compute import refresh
from kpi.engine import AsOf
from kpi.flow.job import compute_flow
from store.company import Company, Market
from store.company_file import save_company
from store.contract import Table, polars_schema
from store.facts import ProductionRuns, Shipments, Surveys
from store.home import Store, open_store
from store.rejected import SCHEMA, TABLE
from store.scope import LOCAL_OWNER
from store.state import Counts, RunStatus

FIRST, LAST = date(2025, 1, 20), date(2025, 4, 27)
BAD_FROM = date(2025, 4, 7)
WEEKS = [FIRST + timedelta(weeks=n) for n in range(14)]
COMPANY = Company(
    name="Small & <b>Sons</b>",
    currency="EUR",
    timezone="Europe/Berlin",
    markets={code: Market(code, "Europe/Berlin", "EUR", code) for code in ("DE", "FR")},
    made_up=True,
)


def frame(table: type[Table], rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Stored rows of a table; columns that are not given stay empty."""
    schema = polars_schema(table)
    system = {"source": "files", "deleted": False, "seen_at": datetime(2025, 4, 28, tzinfo=UTC)}
    whole = [
        {**dict.fromkeys(schema.names()), **system, "month": f"{row[table.month_of]:%Y-%m}", **row}
        for row in rows
    ]
    return pl.DataFrame(whole, schema=schema)


def shipments() -> list[dict[str, Any]]:
    return [_shipment(week, n) for week in WEEKS for n in range(40)]


def _shipment(week: date, n: int) -> dict[str, Any]:
    late = week >= BAD_FROM and n >= 30
    market, carrier = ("DE", "DHL") if n < 20 else ("FR", "UPS")
    return {
        "shipment_id": f"{'=' if n == 39 else ''}{week}-{n}", "market": market, "carrier": carrier, "mode": "road",
        "status": "delivered", "shipped_day": week, "sent_day": week, "cost_day": week,
        "promised_day": week + timedelta(days=2), "due_day": week + timedelta(days=2),
        "delivered_day": week + timedelta(days=3 if late else 1), "freight_micros": 5_000_000,
        "freight_company_micros": 5_000_000, "currency": "EUR",
    }  # fmt: skip


def surveys() -> list[dict[str, Any]]:
    return [
        {
            "survey_id": f"{week}-{n}", "ticket_id": f"t{week}-{n}", "market": "DE", "channel": "mail", "team": "one",
            "score": 5 if n < 36 else 1, "satisfied": n < 36, "sent_day": week, "scale": 5,
            "answer_or_sent_day": week, "asked_day": week,
            "answered_day": week, "answer_due_day": week + timedelta(days=7),
        }
        for week in WEEKS
        for n in range(40)
    ]  # fmt: skip


def runs() -> list[dict[str, Any]]:
    return [
        {
            "run_id": f"{week}-{n}", "line": f"line {n % 2 + 1}", "product": "cup", "shift": "day",
            "produced_day": week, "planned_busy_s": 28_800, "run_s": 25_200, "ideal_us": 24_000_000,
            "produced": 1000, "good": 980, "good_first": 980, "scrap": 20, "rework": 0,
        }
        for week in WEEKS
        for n in range(4)
    ]  # fmt: skip


def known(table: type[Table], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the columns the table has."""
    names = set(polars_schema(table).names())
    return [{name: value for name, value in row.items() if name in names} for row in rows]


def empty_store(home: Path) -> Store:
    """A store nothing was ever read into."""
    return open_store(home)


def small_store(home: Path, *, synced: bool = True, only: Sequence[type[Table]] = ()) -> Store:
    """The small firm, computed as of the evening of 27 April 2025; `only` some of its tables."""
    store = open_store(home)
    save_company(home, COMPANY)
    told: dict[type[Table], list[dict[str, Any]]] = {
        Shipments: shipments(), Surveys: surveys(), ProductionRuns: runs()
    }  # fmt: skip
    for table, rows in told.items():
        if not only or table in only:
            store.lake.append(table.name, frame(table, known(table, rows)), marks={"files": 1})
    refresh(store.lake, AsOf.end_of(LAST))
    compute_flow(store.lake, AsOf.end_of(LAST), COMPANY)
    if synced:
        _sync(store)
    return store


def _sync(store: Store) -> None:
    run = store.state.runs.start_run(LOCAL_OWNER, "files")
    counts = [
        Counts(name, read=560, new=559, rejected=1, days_touched=14) for name in ("shipments", "surveys")
    ]
    store.state.runs.finish_run(
        LOCAL_OWNER, run, RunStatus.OK, data_time=datetime(2025, 4, 27, tzinfo=UTC), counts=counts
    )
    told = {
        "id": "one", "table": "shipments", "source": "files", "source_id": "a.csv:7", "market": "DE", "run": run,
        "reason": "status is 'gone', which is none of the statuses", "raw": '{"status": "gone"}',
        "seen_at": datetime.now(UTC), "month": f"{datetime.now(UTC):%Y-%m}",
    }  # fmt: skip
    bad = pl.DataFrame([{**dict.fromkeys(SCHEMA.names()), **told}], schema=SCHEMA)
    store.lake.append(TABLE, bad, marks={})
