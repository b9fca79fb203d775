"""What became of each shipment: its scans, claims and papers gathered on one row."""

from collections.abc import Mapping

import polars as pl

from store.facts.orders import DAMAGE
from store.normalise import log_bin

SHIPMENT_ID = "shipment_id"
FIRST_SCAN_S = 48 * 3_600
ATTEMPT_DAYS = COLLECT_DAYS = 14
BACK_DAYS = DAMAGE_DAYS = 30
SILENCE_S: Mapping[str, int] = {"rail": 120 * 3_600, "sea": 240 * 3_600}
SILENCE_DEFAULT_S = 72 * 3_600
LOST_DAYS: Mapping[str, int] = {"air": 14, "rail": 21, "sea": 30}
LOST_DEFAULT_DAYS = 10
DOMESTIC: tuple[tuple[str, ...], ...] = (("EMA",), ("EMG",), ("EMI",))
INTERNATIONAL: tuple[tuple[str, ...], ...] = (
    ("EMA",), ("EMC",), ("EMD",), ("EDB",), ("EDC", "EMF"), ("EMG",), ("EMI",),
)  # fmt: skip
ARRIVED = ("EMI", "EDH")
FAILED = "EMH"


def shipment_outcomes(
    shipments: pl.LazyFrame, scans: pl.LazyFrame, claims: pl.LazyFrame, entries: pl.LazyFrame
) -> pl.LazyFrame:
    """One row a shipment, with the columns of `ShipmentOutcomes` but the system ones.

    A scan reported twice (same shipment, code and second) counts once.
    """
    declared = entries.filter(pl.col(SHIPMENT_ID).is_not_null())
    papers = declared.group_by(SHIPMENT_ID).agg(pl.col("document_error").any())
    gathered = (
        shipments.join(_scanned(scans), on=SHIPMENT_ID, how="left")
        .join(papers, on=SHIPMENT_ID, how="left")
        .with_columns(_days(), *_moments(), *_milestones())
        .with_columns(*_windows())
    )
    return gathered.join(_damages(claims), on=SHIPMENT_ID, how="left").with_columns(
        (pl.col("damage_reported") <= pl.col("damage_closes_day")).fill_null(False).alias("damaged"),
        pl.col("document_error").fill_null(False),
        log_bin("longest_gap_s").alias("longest_gap_bin"),
        log_bin("export_delay_s").alias("export_delay_bin"),
    )


def _scanned(scans: pl.LazyFrame) -> pl.LazyFrame:
    at, code = pl.col("occurred_epoch"), pl.col("event")
    seen = {f"seen_{each}": code.eq(each).any() for milestones in INTERNATIONAL for each in milestones}
    once = scans.unique([SHIPMENT_ID, "event", "occurred_epoch"], keep="any").sort("occurred_epoch")
    day = pl.col("occurred_day")
    return once.group_by(SHIPMENT_ID).agg(
        pl.len().cast(pl.Int64).alias("scans"),
        at.min().alias("first_scan_epoch"),
        at.max().alias("last_scan_epoch"),
        day.max().alias("last_scan_day"),
        at.diff().max().alias("longest_gap_s"),
        at.filter(code.is_in(ARRIVED)).min().alias("won_epoch"),
        at.filter(code == FAILED).min().alias("failed_epoch"),
        day.filter(code.is_in([*ARRIVED, FAILED])).first().alias("attempted_day"),
        day.filter(code == "EDH").first().alias("dropped_day"),
        day.filter(code == "EMI").first().alias("handed_day"),
        at.filter(code == "EMC").min().alias("departed_epoch"),
        **seen,
    )


def _damages(claims: pl.LazyFrame) -> pl.LazyFrame:
    """The first confirmed damage of each shipment that a claim names."""
    real = claims.filter(pl.col("kind") == DAMAGE, pl.col("confirmed"), pl.col(SHIPMENT_ID).is_not_null())
    return real.group_by(SHIPMENT_ID).agg(pl.col("reported_day").min().alias("damage_reported"))


def _days() -> pl.Expr:
    return _of_mode(LOST_DAYS, LOST_DEFAULT_DAYS).alias("lost_days")


def _of_mode(numbers: Mapping[str, int], usual: int) -> pl.Expr:
    return pl.col("mode").replace_strict(numbers, default=usual, return_dtype=pl.Int64)


def _moments() -> list[pl.Expr]:
    exported = pl.coalesce(pl.col("exported_at").dt.epoch("s"), "departed_epoch")
    planned = pl.col("export_planned_at").dt.epoch("s")
    silence = _of_mode(SILENCE_S, SILENCE_DEFAULT_S)
    return [
        pl.coalesce("tracked", pl.when(pl.col("scans") > 0).then(True)).fill_null(False).alias("tracked"),
        pl.col("scans").fill_null(0),
        (pl.col("shipped_epoch") + FIRST_SCAN_S).alias("first_scan_due_epoch"),
        (pl.coalesce("last_scan_epoch", "shipped_epoch") + silence).alias("stale_epoch"),
        (pl.col("failed_epoch").is_null() | (pl.col("won_epoch") <= pl.col("failed_epoch")))
        .fill_null(False).alias("first_attempt_won"),
        pl.when(pl.col("dropped_day").is_not_null()).then("handed_day").alias("collected_day"),
        planned.alias("export_planned_epoch"),
        exported.alias("exported_epoch"),
        (exported - planned).clip(lower_bound=0).alias("export_delay_s"),
    ]  # fmt: skip


def _milestones() -> list[pl.Expr]:
    """How many milestones are expected, and how many were scanned."""

    def met(wanted: tuple[tuple[str, ...], ...]) -> pl.Expr:
        told = [
            pl.any_horizontal(pl.col(f"seen_{each}").fill_null(False) for each in any_of) for any_of in wanted
        ]
        return pl.sum_horizontal(each.cast(pl.Int64) for each in told)

    abroad = pl.col("international").fill_null(False)
    return [
        pl.when(abroad).then(len(INTERNATIONAL)).otherwise(len(DOMESTIC)).cast(pl.Int64).alias("milestones"),
        pl.when(abroad).then(met(INTERNATIONAL)).otherwise(met(DOMESTIC)).alias("milestones_seen"),
    ]


def _windows() -> list[pl.Expr]:
    """The days on which outcomes are settled."""
    quiet = pl.duration(days="lost_days")
    return [
        (pl.col("attempted_day") + pl.duration(days=ATTEMPT_DAYS)).alias("attempt_closes_day"),
        (pl.col("dropped_day") + pl.duration(days=COLLECT_DAYS)).alias("collect_closes_day"),
        (pl.col("promised_day") + quiet).alias("lost_due_day"),
        (pl.max_horizontal("promised_day", "last_scan_day") + quiet).alias("missing_day"),
        (pl.col("shipped_day") + pl.duration(days=BACK_DAYS)).alias("back_due_day"),
        (pl.col("delivered_day") + pl.duration(days=DAMAGE_DAYS)).alias("damage_closes_day"),
    ]
