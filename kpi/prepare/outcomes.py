"""What became of each order: lines, hand-over, delivery, returns and mistakes gathered on one row."""

import polars as pl

from kpi.prepare.contacts import order_contacts
from store.facts.orders import DAMAGE, DOCUMENTS, ERROR_KINDS
from store.normalise import log_bin

CLAIM_DAYS = 30
RETURN_DAYS = 30
LOST_DAYS = 60  # an order not delivered by then brings no returns any more
ORDER_ID = "order_id"
EITHER = ("market", "channel", "customer_id", "currency", "ordered_day", "units", "net_company_micros")


def order_outcomes(
    orders: pl.LazyFrame,
    lines: pl.LazyFrame,
    shipments: pl.LazyFrame,
    returns: pl.LazyFrame,
    claims: pl.LazyFrame,
    tickets: pl.LazyFrame,
    parcels: pl.LazyFrame,
    entries: pl.LazyFrame,
) -> pl.LazyFrame:
    """One row an order known from orders or lines, with the columns of `OrderOutcomes` but the system ones.

    An order that only lines know of takes their market, channel, day and value; the earliest where they differ.
    """
    known = pl.concat([orders.select(ORDER_ID), lines.select(ORDER_ID)]).unique()
    gathered = (
        known.join(orders, on=ORDER_ID, how="left")
        .join(_line_sums(lines), on=ORDER_ID, how="left", suffix="_of_lines")
        .join(_journeys(shipments), on=ORDER_ID, how="left", suffix="_of_shipments")
        .pipe(_settle)
    )
    return (
        gathered.join(_returned(returns, gathered), on=ORDER_ID, how="left")
        .join(_mistaken(claims, gathered), on=ORDER_ID, how="left")
        .join(order_contacts(tickets, gathered), on=ORDER_ID, how="left")
        .join(_misdeclared(parcels, entries), on=ORDER_ID, how="left")
        .with_columns(
            pl.col("^(units_returned|mistakes|line_mistakes|contacts|wismo).*$").fill_null(0),
            pl.col("damaged").fill_null(False),
            pl.any_horizontal(pl.col("misdeclared", "wrong_papers").fill_null(False)).alias("document_error"),
        )
        .with_columns(_returned_value().alias("returned_company_micros"))
        .filter(pl.col("ordered_day").is_not_null())
    )


def _sum_of_known(column: str) -> pl.Expr:
    """The sum, or null when no value is known."""
    return pl.when(pl.col(column).count() > 0).then(pl.col(column).sum()).alias(column)


def _line_sums(lines: pl.LazyFrame) -> pl.LazyFrame:
    unpriced = pl.col("net_micros").is_not_null() & pl.col("net_company_micros").is_null()
    return lines.group_by(ORDER_ID).agg(
        pl.col("market", "channel", "customer_id", "currency", "ordered_day", "promised_day").min(),
        pl.len().cast(pl.Int64).alias("lines"),
        pl.col("in_full").fill_null(False).sum().cast(pl.Int64).alias("lines_in_full"),
        _ordered_pieces("units_by_promise"),
        _ordered_pieces("units_filled"),
        (pl.col("units_filled") >= pl.col("units"))
        .fill_null(False)
        .sum()
        .cast(pl.Int64)
        .alias("lines_filled"),
        _lines_complete().alias("lines_complete"),
        _sum_of_known("units"),
        _sum_of_known("units_delivered"),
        _sum_of_known("net_company_micros"),
        unpriced.any().alias("without_rate"),
    )


def _ordered_pieces(column: str) -> pl.Expr:
    """Ordered pieces of which the column tells, surplus not counted; null when it tells of no line."""
    known = pl.col(column).is_not_null()
    counted = pl.when(known).then(pl.min_horizontal("units", column)).otherwise(0).sum()
    return pl.when(known.any()).then(counted).alias(column)


def _lines_complete() -> pl.Expr:
    """Lines delivered exactly; null when the source tells it of no line."""
    known = pl.col("units_delivered").is_not_null()
    return pl.when(known.any()).then(
        (pl.col("units_delivered") == pl.col("units")).fill_null(False).sum().cast(pl.Int64)
    )


def _journeys(shipments: pl.LazyFrame) -> pl.LazyFrame:
    """Hand-over and delivery of an order are those of its last shipment, once all have one."""

    def last(column: str) -> pl.Expr:
        return pl.when(pl.col(column).is_not_null().all()).then(pl.col(column).max()).alias(column)

    carried = shipments.filter(
        pl.col(ORDER_ID).is_not_null(), pl.col("status") != "cancelled_before_dispatch"
    )
    return carried.group_by(ORDER_ID).agg(
        last("shipped_at"), last("shipped_day"), last("delivered_day"), pl.col("promised_day").max()
    )


def _settle(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Choose between what orders, lines and shipments say; the orders table is asked first."""
    either = [pl.coalesce(column, f"{column}_of_lines").alias(column) for column in EITHER]
    return (
        rows.with_columns(
            *either,
            pl.coalesce("promised_day", "promised_day_of_lines", "promised_day_of_shipments").alias(
                "promised_day"
            ),
            pl.coalesce("delivered_day", "delivered_day_of_shipments").alias("delivered_day"),
            pl.coalesce("handed_over_at", "shipped_at").dt.epoch("s").alias("handed_over_epoch"),
            pl.coalesce("handed_over_day", "shipped_day").alias("handed_over_day"),
            pl.col("ordered_at").dt.epoch("s").alias("ordered_epoch"),
            pl.col("confirmed_at").dt.epoch("s").alias("confirmed_epoch"),
            pl.col("status").fill_null("completed"),
            _without_rate().alias("without_rate"),
        )
        .with_columns(
            pl.coalesce("units_delivered", "units_delivered_of_lines", _units_if_delivered()).alias(
                "units_delivered"
            ),
            pl.coalesce("promised_day", "ordered_day").alias("due_day"),
            pl.coalesce("confirmed_day", "ordered_day").alias("confirmed_day"),
            (pl.col("handed_over_epoch") - pl.col("confirmed_epoch")).alias("fulfilment_s"),
            (pl.col("confirmed_epoch") - pl.col("ordered_epoch")).alias("confirm_s"),
            (pl.col("confirmed_epoch") + pl.col("fulfilment_limit_s")).alias("fulfilment_due_epoch"),
            pl.col("handed_over_day").dt.offset_by(f"{CLAIM_DAYS}d").alias("claims_close_day"),
            pl.col("delivered_day").dt.offset_by(f"{RETURN_DAYS}d").alias("returns_close_day"),
            _returns_settle().alias("returns_settle_day"),
            (pl.col("lines") * 2 + 1).alias("opportunities"),
            (pl.col("promised_day") + pl.duration(days=CLAIM_DAYS)).alias("perfect_due_day"),
            pl.coalesce("ship_by_day", _limit_day()).alias("ship_by_day"),
        )
        .with_columns(
            pl.coalesce("handed_over_day", "confirmed_day").alias("fulfilment_day"),
            pl.col("confirmed_day").alias("confirm_day"),
            log_bin("fulfilment_s").alias("fulfilment_bin"),
            log_bin("confirm_s").alias("confirm_bin"),
        )
    )


def _limit_day() -> pl.Expr:
    """Release plus the promised time in whole days, the last one begun counted."""
    whole_days = (pl.col("fulfilment_limit_s") + 86_399) // 86_400
    return pl.col("confirmed_day") + pl.duration(days=whole_days)


def _without_rate() -> pl.Expr:
    own = pl.col("net_micros").is_not_null() & pl.col("net_company_micros").is_null()
    return own | (pl.col("net_micros").is_null() & pl.col("without_rate").fill_null(False))


def _units_if_delivered() -> pl.Expr:
    return pl.when(pl.col("delivered_day").is_not_null()).then(pl.col("units"))


def _returned(returns: pl.LazyFrame, orders: pl.LazyFrame) -> pl.LazyFrame:
    in_time = pl.col("returned_day") <= pl.col("returns_close_day")
    return (
        returns.join(orders.select(ORDER_ID, "returns_close_day"), on=ORDER_ID)
        .group_by(ORDER_ID)
        .agg(
            pl.when(in_time).then("units").otherwise(0).sum().alias("units_returned"),
            pl.when(~in_time).then("units").otherwise(0).sum().alias("units_returned_late"),
        )
    )


def _returns_settle() -> pl.Expr:
    """When no return can come any more; an order without a delivery is given up first."""
    given_up = pl.col("ordered_day").dt.offset_by(f"{LOST_DAYS}d")
    return pl.coalesce("delivered_day", given_up).dt.offset_by(f"{RETURN_DAYS}d")


def _returned_value() -> pl.Expr:
    """Returned pieces at the order's average price, never more than the order; 0 when nothing came back."""
    pieces = pl.min_horizontal("units", "units_returned")
    share = pl.when(pl.col("units") > 0).then(pl.col("net_company_micros") * pieces // pl.col("units"))
    return pl.when(pl.col("units_returned") > 0).then(share).otherwise(0)


def _mistaken(claims: pl.LazyFrame, orders: pl.LazyFrame) -> pl.LazyFrame:
    in_time = pl.col("reported_day") <= pl.col("claims_close_day")
    kind, ours = pl.col("kind"), pl.col("kind").is_in(ERROR_KINDS)
    of_a_line = ours & (kind != "wrong_address")
    return (
        claims.join(orders.select(ORDER_ID, "claims_close_day"), on=ORDER_ID)
        .group_by(ORDER_ID)
        .agg(
            pl.when(in_time & ours).then("mistakes").otherwise(0).sum().alias("mistakes"),
            pl.when(~in_time & ours).then("mistakes").otherwise(0).sum().alias("mistakes_late"),
            pl.when(in_time & of_a_line).then("mistakes").otherwise(0).sum().alias("line_mistakes"),
            (in_time & (kind == DAMAGE) & pl.col("confirmed")).any().alias("damaged"),
            (in_time & (kind == DOCUMENTS) & pl.col("confirmed")).any().alias("wrong_papers"),
        )
    )


def _misdeclared(parcels: pl.LazyFrame, entries: pl.LazyFrame) -> pl.LazyFrame:
    """Whether a declaration of an order, or of one of its shipments, has a mistake of the shipper."""
    told = pl.concat([each.select(ORDER_ID, "document_error") for each in (parcels, entries)])
    return (
        told.drop_nulls(ORDER_ID).group_by(ORDER_ID).agg(pl.col("document_error").any().alias("misdeclared"))
    )
