"""The moments of each shipment and order, gathered from every table that knows one, and the stages between them."""

from collections.abc import Mapping

import polars as pl

from kpi.flow.stages import PROMISED, Party, Stage
from kpi.flow.times import COLUMNS, with_times
from store.facts.flow import FLOW_STAGES
from store.facts.orders import DAMAGE

SHIPMENT_ID, ORDER_ID = "shipment_id", "order_id"
ORDER_NAME = "order "
NOT_SOLD = ("cancelled", "test", "gift_card")
CALLED_OFF = "cancelled_before_dispatch"
DAMAGE_DAYS = 30
SCANS: Mapping[int, tuple[str, ...]] = {3: ("EMC",), 4: ("EMD",), 5: ("EDC", "EMF"), 6: ("EMG",), 7: ("EMI",)}
NO_LANE = "(unknown)"
Frames = Mapping[str, pl.LazyFrame]


def narrowed(frames: Frames, touched: pl.DataFrame) -> Frames:
    """The rows that touched shipments and orders need: theirs, and all shipments of their orders."""
    own, shipments = touched.lazy(), frames["shipments"]
    named = own.filter(pl.col(SHIPMENT_ID).str.starts_with(ORDER_NAME)).select(
        pl.col(SHIPMENT_ID).str.strip_prefix(ORDER_NAME).alias(ORDER_ID)
    )
    carried = shipments.join(own, on=SHIPMENT_ID, how="semi").select(ORDER_ID)
    orders = pl.concat([named, carried]).drop_nulls().unique().collect().lazy()
    near = pl.concat(
        [shipments.join(own, on=SHIPMENT_ID, how="semi"), shipments.join(orders, on=ORDER_ID, how="semi")]
    ).unique(SHIPMENT_ID)
    told = {"shipments": near, "orders": frames["orders"].join(orders, on=ORDER_ID, how="semi")}
    return {
        name: told.get(name, rows if name in told else rows.join(own, on=SHIPMENT_ID, how="semi"))
        for name, rows in frames.items()
    }


def shipment_stages(frames: Frames) -> pl.LazyFrame:
    """One row a shipment, and one an order without any, with the columns of `ShipmentStages` but the system ones.

    From orders, shipments, tracking_events, customs_entries, delay_causes, claims and shipment_costs. Cancelled and
    test orders, gift cards and shipments called off before dispatch are left out.
    """
    rows = pl.concat([_carried(frames), _not_carried(frames)], how="diagonal")
    gathered = (
        rows.join(_scanned(frames["tracking_events"]), on=SHIPMENT_ID, how="left")
        .join(_declared(frames["customs_entries"]), on=SHIPMENT_ID, how="left")
        .join(_blamed(frames["delay_causes"]), on=SHIPMENT_ID, how="left")
        .join(_costed(frames["shipment_costs"]), on=SHIPMENT_ID, how="left")
        .join(_broken(frames["claims"]), on=SHIPMENT_ID, how="left")
        .with_columns(_moments())
    )
    timed = with_times(gathered.with_columns(pl.col("scans").fill_null(0)))
    return timed.filter(pl.col("started_epoch").is_not_null()).select(
        SHIPMENT_ID, ORDER_ID, "market", "mode", "carrier", "status", "flow_day", "promised_day", "delivered_day",
        pl.concat_str("origin", "market", separator="-", ignore_nulls=True).replace("", NO_LANE).alias("lane"),
        pl.coalesce("promised_day", "delivered_day", "flow_day").alias("due_day"),
        *COLUMNS,
        pl.concat_str(_party(stage) for stage in PROMISED).alias("parties"),
        pl.col("chargeable_g").alias("weight_g"),
        "cost_company_micros",
        "held",
        (pl.col("damage_reported") <= pl.col("delivered_day") + pl.duration(days=DAMAGE_DAYS))
        .fill_null(False).alias("damaged"),
    )  # fmt: skip


def _sold(orders: pl.LazyFrame) -> pl.LazyFrame:
    return orders.filter(~pl.col("status").is_in(NOT_SOLD))


def _carried(frames: Frames) -> pl.LazyFrame:
    """Shipments with the moments of their orders."""
    orders = frames["orders"].select(
        ORDER_ID, "ordered_at", "confirmed_at", "address_checked", pl.col("status").alias("order_status"),
        pl.col("market").alias("order_market"), pl.col("promised_day").alias("order_promised"),
    )  # fmt: skip
    sent = frames["shipments"].filter(pl.col("status") != CALLED_OFF)
    joined = sent.join(orders, on=ORDER_ID, how="left")
    return joined.filter(~pl.col("order_status").is_in(NOT_SOLD).fill_null(False)).select(
        SHIPMENT_ID, ORDER_ID, pl.coalesce("market", "order_market").alias("market"), "mode", "carrier", "origin",
        "status", pl.col("sent_day").alias("flow_day"),
        pl.coalesce("promised_day", "order_promised").alias("promised_day"),
        "delivered_day", "chargeable_g", "address_checked", "international", "tracked",
        pl.col("ordered_at").dt.epoch("s").alias("at_0"),
        pl.col("confirmed_at").dt.epoch("s").alias("at_1"),
        pl.coalesce("shipped_epoch", _noon("shipped_day")).alias("at_2"),
        pl.col("exported_at").dt.epoch("s").alias("exported"),
        pl.coalesce("delivered_epoch", _noon("delivered_day")).alias("delivered"),
    )  # fmt: skip


def _not_carried(frames: Frames) -> pl.LazyFrame:
    """Orders that no shipment names."""
    alone = _sold(frames["orders"]).join(frames["shipments"].drop_nulls(ORDER_ID), on=ORDER_ID, how="anti")
    return alone.select(
        (pl.lit(ORDER_NAME) + pl.col(ORDER_ID)).alias(SHIPMENT_ID), ORDER_ID, "market",
        pl.lit(None, pl.String).alias("mode"), pl.lit(None, pl.String).alias("carrier"),
        pl.lit(None, pl.String).alias("origin"), "status", pl.col("ordered_day").alias("flow_day"),
        "promised_day", "delivered_day", pl.lit(None, pl.Int64).alias("chargeable_g"), "address_checked",
        pl.lit(None, pl.Boolean).alias("international"), pl.lit(None, pl.Boolean).alias("tracked"),
        pl.coalesce(pl.col("ordered_at").dt.epoch("s"), _noon("ordered_day")).alias("at_0"),
        pl.col("confirmed_at").dt.epoch("s").alias("at_1"),
        pl.col("handed_over_at").dt.epoch("s").alias("at_2"),
        pl.lit(None, pl.Int64).alias("exported"),
        pl.coalesce(pl.col("delivered_at").dt.epoch("s"), _noon("delivered_day")).alias("delivered"),
    )  # fmt: skip


def _noon(day: str) -> pl.Expr:
    """A day of which the hour is not known counts from its midnight, as dispatch does in `Shipments`."""
    return pl.col(day).cast(pl.Int64) * 86_400


def _scanned(scans: pl.LazyFrame) -> pl.LazyFrame:
    at, code = pl.col("occurred_epoch"), pl.col("event")
    return scans.group_by(SHIPMENT_ID).agg(
        pl.len().cast(pl.Int64).alias("scans"),
        (code == "EMH").any().alias("shut"),
        *(at.filter(code.is_in(codes)).min().alias(f"scan_{n}") for n, codes in SCANS.items()),
    )


def _declared(entries: pl.LazyFrame) -> pl.LazyFrame:
    """The last of a shipment's import declarations decides when it is through."""
    known = entries.filter(pl.col(SHIPMENT_ID).is_not_null(), pl.col("direction") == "import")
    released = pl.col("released_epoch")
    return known.group_by(SHIPMENT_ID).agg(
        pl.col("arrived_epoch").min().alias("arrived"),
        pl.when(released.is_not_null().all()).then(released.max()).alias("released"),
        pl.col("was_held").any().alias("held"),
        (pl.col("document_error") | (pl.col("broker_corrections") > 0)).any().alias("our_papers"),
    )


def _blamed(causes: pl.LazyFrame) -> pl.LazyFrame:
    """The latest note on each stage."""
    ordered = causes.sort("noted_day", "noted_at", "cause_id", nulls_last=False)
    letter = pl.col("party").replace_strict(
        {each.value: each.letter for each in Party}, return_dtype=pl.String
    )
    return ordered.group_by(SHIPMENT_ID).agg(
        letter.filter(pl.col("stage") == FLOW_STAGES[stage.number - 1]).last().alias(f"blame_{stage.number}")
        for stage in PROMISED
    )


def _costed(costs: pl.LazyFrame) -> pl.LazyFrame:
    known = ~pl.col("without_cost") & ~pl.col("without_rate")
    return costs.filter(known).select(
        SHIPMENT_ID, pl.col("transport_company_micros").alias("cost_company_micros")
    )


def _broken(claims: pl.LazyFrame) -> pl.LazyFrame:
    real = claims.filter(pl.col("kind") == DAMAGE, pl.col("confirmed"), pl.col(SHIPMENT_ID).is_not_null())
    return real.group_by(SHIPMENT_ID).agg(pl.col("reported_day").min().alias("damage_reported"))


def _moments() -> list[pl.Expr]:
    return [
        pl.coalesce("exported", "scan_3").alias("at_3"),
        pl.coalesce("arrived", "scan_4").alias("at_4"),
        pl.coalesce("released", "scan_5").alias("at_5"),
        pl.col("scan_6").alias("at_6"),
        pl.coalesce("delivered", "scan_7").alias("at_7"),
    ]


def _party(stage: Stage) -> pl.Expr:
    """Who answers for a stage: as noted; else we for our papers, the customer who was not in, or who usually does."""
    usual = pl.lit(stage.party.letter)
    if stage is Stage.CUSTOMS:
        usual = pl.when(pl.col("our_papers").fill_null(False)).then(pl.lit(Party.US.letter)).otherwise(usual)
    if stage is Stage.LAST_MILE:
        not_in = pl.col("shut").fill_null(False) & pl.col("address_checked").fill_null(True)
        wrong_address = pl.col("shut").fill_null(False) & ~pl.col("address_checked").fill_null(True)
        usual = (
            pl.when(not_in).then(pl.lit(Party.CUSTOMER.letter))
            .when(wrong_address).then(pl.lit(Party.US.letter)).otherwise(usual)
        )  # fmt: skip
    return pl.coalesce(f"blame_{stage.number}", usual)
