"""Bring the tables of the flow page up to date: only the weeks that changed shipments or the moved moment touch."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import polars as pl

from kpi.compute import Computed
from kpi.engine import AsOf
from kpi.flow.budgets import LANES, PAST_DAYS, lane_rows, main_lanes, pasts
from kpi.flow.budgets import SCHEMA as LANE_SCHEMA
from kpi.flow.holds import customs_ledger
from kpi.flow.remaining import rests
from kpi.flow.tables import BINS, CLEARED, CUT, HOLDS, OPEN, SCHEMAS, STAGES, WEEKLY
from kpi.flow.under_way import open_returns, open_rows
from kpi.flow.weeks import Setting, after_sales, placed, weekly, weeks_of
from kpi.ledger import Entry, entries, record
from store.company import Company
from store.contract import Table, polars_schema
from store.facts import CustomsEntries, CustomsHolds, Penalties, Returns, ShipmentStages
from store.lake import Lake
from store.scope import NO_MARKET

DEFINITION = "1"
AT_ONCE = 5  # weeks worked on together
OLDEST_OPEN_DAYS = 400
LEDGER_OF = (CustomsEntries, CustomsHolds, Penalties)


def compute_flow(
    lake: Lake,
    as_of: AsOf,
    company: Company,
    *,
    full: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Computed]:
    """Bring the flow up to the end of the evaluation day; one entry for each table that was written.

    Lanes without a budget get one proposed. Without any prepared shipment nothing is done.
    """
    if lake.version(ShipmentStages.name) < 0:
        return []
    progress("flow")
    setting = _setting(lake, as_of, company)
    known, done = entries(lake), list[Computed]()
    now = Entry(
        STAGES, _versions(lake, ShipmentStages, Returns), _definition(setting), as_of.day, as_of.epoch
    )
    weeks = None if full else _touched(lake, setting, known.get(STAGES), now)
    if weeks is None or weeks:
        _compute_weeks(lake, setting, weeks)
        done += [Computed(name, None if weeks is None else len(weeks)) for name in WEEKLY]
    if weeks is None or weeks or _stale(known.get(STAGES), now):
        _replace(lake, OPEN, _open(lake, setting), None)
        record(lake, [now])
        done.append(Computed(OPEN, None))
    return done + _compute_ledger(lake, as_of, known.get(HOLDS), full)


def _setting(lake: Lake, as_of: AsOf, company: Company) -> Setting:
    before = lake.read(LANES, LANE_SCHEMA).select(LANE_SCHEMA.names()).sort("lane")
    lanes = lane_rows(pasts(lake, as_of.day), company.lanes, before, as_of.day)
    kept = pl.concat([lanes, before.join(lanes, on="lane", how="anti")]).filter(
        (pl.col("basis") != "set") | pl.col("lane").is_in(list(company.lanes))
    ).sort("lane")  # fmt: skip
    main = main_lanes(kept)
    used = kept.filter((pl.col("lane") != pl.col("market")) | ~pl.col("market").is_in(list(main)))
    if not used.equals(before):
        _replace(lake, LANES, used, None)
    return Setting(as_of, company, used, main)


def _definition(setting: Setting) -> str:
    zones = sorted((code, market.timezone) for code, market in setting.company.markets.items())
    told = (DEFINITION, setting.company.timezone, zones, sorted(setting.main.items()),
            setting.lanes.drop("day", "orders", "market", "route").rows())  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _versions(lake: Lake, *tables: type[Table]) -> dict[str, int]:
    return {table.name: lake.version(table.name) for table in tables}


def _stale(known: Entry | None, now: Entry) -> bool:
    return known is None or (known.as_of_epoch, dict(known.facts)) != (now.as_of_epoch, dict(now.facts))


def _scan(lake: Lake, table: type[Table]) -> pl.LazyFrame:
    return lake.scan(table.name, polars_schema(table)).filter(~pl.col("deleted"))


def _touched(lake: Lake, setting: Setting, known: Entry | None, now: Entry) -> list[date] | None:
    """Mondays of the weeks to compute again; None when all must be."""
    if (
        known is None
        or known.definition != now.definition
        or known.as_of_day is None
        or known.as_of_epoch is None
    ):
        return None
    days: list[date | None] = []
    for table, columns in ((ShipmentStages, ["due_day", "order_id"]), (Returns, ["refunded_day"])):
        since, version = known.facts.get(table.name, -1), now.facts[table.name]
        if version != since:
            changed = lake.changes(table.name, since, columns)
            if changed is None:
                return None
            days += changed[columns[0]].unique().to_list()
            days += _refunded(lake, changed) if "order_id" in columns else []
    if known.as_of_epoch != setting.as_of.epoch:
        days += _moved(lake, setting.as_of, AsOf(known.as_of_day, known.as_of_epoch))
    return weeks_of(days)


def _refunded(lake: Lake, changed: pl.DataFrame) -> list[date | None]:
    """Days of the refunds of orders whose lane may have changed with their shipments."""
    orders = changed.lazy().select("order_id").drop_nulls().unique()
    refunds = _scan(lake, Returns).join(orders, on="order_id", how="semi")
    found: list[date | None] = (
        refunds.select(pl.col("refunded_day").unique()).collect()["refunded_day"].to_list()
    )
    return found


def _moved(lake: Lake, new: AsOf, old: AsOf) -> list[date | None]:
    """Days of what falls due, is handed over, ends or is refunded between the two moments."""
    first, last = sorted((old.day, new.day))
    low, high = sorted((old.epoch, new.epoch))
    crossed = [pl.col(name).is_between(low, high, closed="right") for name in ("ended_epoch", "reached_2")]
    rows = _scan(lake, ShipmentStages).filter(
        pl.any_horizontal(pl.col("promised_day").is_between(first, last), *crossed)
    )
    found: list[date | None] = rows.select(pl.col("due_day").unique()).collect()["due_day"].to_list()
    refunds = _scan(lake, Returns).filter(pl.col("refunded_epoch").is_between(low, high, closed="right"))
    return found + refunds.select(pl.col("refunded_day").unique()).collect()["refunded_day"].to_list()


def _compute_weeks(lake: Lake, setting: Setting, weeks: Sequence[date] | None) -> None:
    """The weekly tables, a few weeks at a time so that memory stays small; replaced at the end."""
    every = _all_weeks(lake) if weeks is None else list(weeks)
    made: dict[str, list[pl.DataFrame]] = {name: [] for name in WEEKLY}
    for start in range(0, len(every), AT_ONCE):
        for name, rows in _of_weeks(lake, setting, every[start : start + AT_ONCE]).items():
            made[name].append(rows)
    for name in WEEKLY:
        blank = pl.DataFrame(schema=SCHEMAS[name])
        _replace(lake, name, pl.concat([blank, *made[name]]), None if weeks is None else every)


def _all_weeks(lake: Lake) -> list[date]:
    days = _scan(lake, ShipmentStages).select(pl.col("due_day").unique()).collect()["due_day"].to_list()
    refunds = _scan(lake, Returns).select(pl.col("refunded_day").unique()).collect()["refunded_day"].to_list()
    return weeks_of([*days, *refunds])


def _of_weeks(lake: Lake, setting: Setting, weeks: Sequence[date]) -> dict[str, pl.DataFrame]:
    def within(column: str) -> pl.Expr:
        in_span = pl.col(column).is_between(weeks[0], weeks[-1] + timedelta(days=6))
        return in_span & pl.col(column).dt.truncate("1w").is_in(list(weeks))

    rows = _scan(lake, ShipmentStages)
    made = weekly(placed(rows.filter(within("due_day")), setting), setting)
    returns = _scan(lake, Returns).filter(within("refunded_day"))
    for name, more in after_sales(returns, _lanes_of(rows, setting, returns), setting.as_of).items():
        made[name] = pl.concat([made[name], more])
    return made


def _lanes_of(rows: pl.LazyFrame, setting: Setting, returns: pl.LazyFrame) -> pl.LazyFrame:
    """The lane, mode and carrier of the first shipment of each order that the returns name."""
    asked = rows.join(returns.select("order_id"), on="order_id", how="semi").sort("flow_day", "shipment_id")
    alone = pl.col("lane") == pl.col("market")
    lane = pl.when(alone).then(pl.col("market").replace(setting.main)).otherwise(pl.col("lane"))
    told = asked.unique("order_id", keep="first", maintain_order=True)
    return told.select("order_id", "market", lane.alias("lane"), "mode", "carrier").with_columns(
        pl.col(CUT).fill_null(NO_MARKET)
    )


def _open(lake: Lake, setting: Setting) -> pl.DataFrame:
    day = setting.as_of.day
    bins = lake.read(
        BINS,
        SCHEMAS[BINS],
        lambda scan: scan.filter(pl.col("day").is_between(day - timedelta(days=PAST_DAYS), day)),
    )
    rows = _scan(lake, ShipmentStages)
    recent = rows.filter(pl.col("due_day") >= day - timedelta(days=OLDEST_OPEN_DAYS))
    waiting = recent.filter(pl.col("ended_epoch").is_null() | (pl.col("ended_epoch") > setting.as_of.epoch))
    found = open_rows(placed(waiting, setting), setting, rests(bins))
    returns = _scan(lake, Returns).filter(pl.col("returned_day") >= day - timedelta(days=OLDEST_OPEN_DAYS))
    sent_back = open_returns(returns, _lanes_of(rows, setting, returns), setting)
    schema = SCHEMAS[OPEN]
    more = sent_back.with_columns(pl.lit(day).alias("day")).select(
        pl.col(name).cast(schema[name]) for name in (*sent_back.columns, "day")
    )
    return pl.concat([found, more], how="diagonal").with_columns(pl.col(pl.Int64).fill_null(0))


def _compute_ledger(lake: Lake, as_of: AsOf, known: Entry | None, full: bool) -> list[Computed]:
    versions = _versions(lake, *LEDGER_OF)
    now = Entry(HOLDS, versions, DEFINITION, as_of.day, as_of.epoch)
    if versions[CustomsEntries.name] < 0:
        return []
    if not full and not _stale(known, now) and known and known.definition == DEFINITION:
        return []
    made = customs_ledger({table.name: _scan(lake, table) for table in LEDGER_OF}, as_of)
    for name in (HOLDS, CLEARED):
        _replace(lake, name, made[name], None)
    record(lake, [now])
    return [Computed(name, None) for name in (HOLDS, CLEARED)]


def _replace(lake: Lake, name: str, rows: pl.DataFrame, days: Sequence[date] | None) -> None:
    lake.replace_days(name, rows.sort("day"), days, marks={"flow": lake.version(name) + 1})
