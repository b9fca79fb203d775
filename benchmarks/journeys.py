"""What becomes of orders: the shipments that carry them, what these cost, and how each order ended."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np
import polars as pl

from benchmarks.calendar_months import (
    CHANNELS,
    CODES,
    CURRENCIES,
    DAY_S,
    HOUR_S,
    SHARES,
    Month,
    Numbers,
    days_of,
    instants,
    named,
    numbered,
)
from store.normalise import log_bin

CARRIERS = ["Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple", "Oak", "Pine", "Rowan", "Yew"]
MODES = ["air", "road", "sea", "express"]
ORIGINS = ["Ningbo", "Hamburg", "Toronto"]
CUSTOMERS_PER_SHIPMENT = 0.25


@dataclass(frozen=True, eq=False)
class Journeys:
    """The orders shipped in one month, in the order of dispatch; one in ten travels as a second parcel."""

    month: Month

    @cached_property
    def shipped(self) -> Numbers:
        return self.month.moments(self.month.dice("shipped"), self.month.rows)

    @cached_property
    def market(self) -> Numbers:
        return self.month.dice("market").choice(len(CODES), self.month.rows, p=SHARES)

    @cached_property
    def confirmed(self) -> Numbers:
        waits = self.month.dice("waits").gamma(2.0, 9.0, self.month.rows) * HOUR_S
        return self.shipped - waits.astype(np.int64)

    @cached_property
    def promised_days(self) -> Numbers:
        return self.month.dice("promised").choice([3, 6, 9, 14], self.month.rows, p=[0.2, 0.4, 0.3, 0.1])

    @cached_property
    def delivered(self) -> Numbers:
        """Seconds since 1970; one in 250 is lost, which is a moment that never comes."""
        dice, rows = self.month.dice("delivered"), self.month.rows
        travels = dice.gamma(6.0, self.promised_days / 7.5, rows) * DAY_S
        return np.where(dice.random(rows) < 0.004, 2**40, self.shipped + travels.astype(np.int64))

    @cached_property
    def promised(self) -> pl.Series:
        return days_of(pl.Series(self.shipped + self.promised_days * DAY_S))

    @cached_property
    def is_first_parcel(self) -> pl.Series:
        return pl.Series(np.arange(self.month.rows) % 10 != 9)

    @cached_property
    def order_ids(self) -> pl.Series:
        own = np.arange(self.month.rows)
        carried = np.where(own % 10 == 9, own - 1, own)
        return numbered("O", self.month.number * self.month.rows, self.month.rows).gather(pl.Series(carried))

    def _begun(self, begin: Numbers) -> pl.Series:
        return pl.Series(begin < self.month.now)

    def shipments(self) -> pl.DataFrame:
        """Given columns of the shipments dispatched up to the last day seen."""
        dice, rows = self.month.dice("parcel"), self.month.rows
        carrier = (self.market * 3 + dice.integers(0, 5, rows)) % len(CARRIERS)
        mode = np.where(dice.random(rows) < 0.8, carrier % len(MODES), (carrier + 1) % len(MODES))
        delivered = self.month.known(self.delivered)
        status = pl.select(
            pl.when(delivered.is_null()).then(pl.lit("in_transit")).otherwise(pl.lit("delivered"))
        )
        made = pl.DataFrame(
            {
                "shipment_id": numbered("S", self.month.number * rows, rows),
                "order_id": self.order_ids,
                "market": named(CODES, self.market),
                "carrier": named(CARRIERS, carrier),
                "mode": named(MODES, mode),
                "origin": named(ORIGINS, self.market % len(ORIGINS)),
                "status": status.to_series(),
                "shipped_at": instants(pl.Series(self.shipped)),
                "promised_day": self.promised,
                "delivered_at": instants(delivered),
                "weight_g": dice.integers(80, 12_000, rows),
                "volume_cm3": dice.integers(300, 60_000, rows),
                "currency": named(CURRENCIES, self.market),
                "freight_micros": dice.integers(290, 3_900, rows) * 10_000,
            }
        )
        return made.filter(self._begun(self.shipped))

    def orders(self) -> pl.DataFrame:
        """Given columns of the orders, as their own table has them: what preparing starts from."""
        dice, rows = self.month.dice("order"), self.month.rows
        net = dice.integers(900, 24_000, rows) * 10_000
        customers = int(self.month.rows * 24 * CUSTOMERS_PER_SHIPMENT)
        made = pl.DataFrame(
            {
                "order_id": self.order_ids,
                "market": named(CODES, self.market),
                "channel": named(CHANNELS, dice.integers(0, len(CHANNELS), rows)),
                "customer_id": numbered("C", 0, customers).gather(
                    pl.Series((dice.random(rows) ** 1.7 * customers).astype(np.int64))
                ),
                "status": named(["completed", "cancelled"], (dice.random(rows) < 0.02).astype(np.int64)),
                "ordered_at": instants(pl.Series(self.confirmed - 1_800)),
                "confirmed_at": instants(pl.Series(self.confirmed)),
                "handed_over_at": instants(self.month.known(self.shipped)),
                "promised_day": self.promised,
                "delivered_at": instants(self.month.known(self.delivered)),
                "units": dice.integers(1, 9, rows),
                "currency": named(CURRENCIES, self.market),
                "net_micros": net,
                "margin_micros": net * 3 // 10,
            }
        )
        return made.filter(self.is_first_parcel & self._begun(self.confirmed))

    def order_outcomes(self) -> pl.DataFrame:
        """The prepared table's own columns, made directly."""
        return self._settled(self._gathered())

    def _gathered(self) -> pl.DataFrame:
        dice, rows = self.month.dice("outcome"), self.month.rows
        handed_over, delivered = self.month.known(self.shipped), self.month.known(self.delivered)
        lines, returned = dice.integers(1, 5, rows), dice.random(rows) < 0.08
        mistakes = (dice.random(rows) < 0.012).astype(np.int64)
        missed = (dice.random(rows) < 0.06).astype(np.int64)
        wanted = ["order_id", "market", "channel", "customer_id", "status", "units"]
        whole = Journeys(Month(self.month.number, self.month.rows, self.month.seen + timedelta(days=10_000)))
        every_order = whole.orders().select(*wanted, "net_micros")
        rest = pl.DataFrame(
            {
                "confirmed_epoch": self.confirmed,
                "handed_over_epoch": handed_over,
                "promised_day": self.promised,
                "delivered_day": days_of(delivered),
                "lines": lines,
                "lines_in_full": lines - missed,
                "units_returned": returned.astype(np.int64),
                "mistakes": mistakes,
                "line_mistakes": mistakes * dice.integers(0, 2, rows),
                "begun": self._begun(self.confirmed),
            }
        )
        return pl.concat([every_order, rest.filter(self.is_first_parcel)], how="horizontal").filter("begun")

    def _settled(self, rows: pl.DataFrame) -> pl.DataFrame:
        handed_over_day = days_of(rows["handed_over_epoch"])
        confirmed_day = days_of(rows["confirmed_epoch"])
        arrived = pl.col("delivered_day").is_not_null()
        punctual = pl.col("delivered_day") <= pl.col("promised_day")
        return rows.with_columns(
            ordered_day=confirmed_day,
            confirmed_day=confirmed_day,
            handed_over_day=handed_over_day,
            fulfilment_day=pl.coalesce(handed_over_day, confirmed_day),
            fulfilment_s=pl.col("handed_over_epoch") - pl.col("confirmed_epoch"),
            fulfilment_due_epoch=pl.col("confirmed_epoch") + 2 * DAY_S,
            due_day=pl.col("promised_day"),
            claims_close_day=handed_over_day.dt.offset_by("30d"),
            returns_close_day=pl.col("delivered_day").dt.offset_by("30d"),
            lines_in_full=pl.when(punctual).then("lines_in_full").otherwise(0),
            units_by_promise=pl.when(punctual).then("units").otherwise(0),
            units_delivered=pl.when(arrived).then("units"),
            units_returned=pl.when(arrived).then("units_returned").otherwise(0),
            units_returned_late=pl.lit(0, pl.Int64),
            mistakes_late=pl.lit(0, pl.Int64),
            opportunities=pl.col("lines") * 2 + 1,
            net_company_micros=pl.col("net_micros"),
            without_rate=pl.lit(False),
        ).with_columns(log_bin("fulfilment_s").alias("fulfilment_bin"))


def shipment_costs(shipments: pl.DataFrame) -> pl.DataFrame:
    """The prepared table's own columns of normalised shipments, each with its own freight."""
    again = pl.col("shipment_id").str.slice(1).cast(pl.Int64) % 10 == 9
    return shipments.with_columns(
        transport_company_micros=pl.col("freight_company_micros"),
        without_cost=pl.col("freight_company_micros").is_null(),
        unallocated=pl.lit(False),
        without_rate=pl.lit(False),
        orders=pl.when(again).then(0).otherwise(1).cast(pl.Int64),
    )
