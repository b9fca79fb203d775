"""The ledger of customs holds: why, which paper, which broker, which step of a procedure, whose, and at what cost."""

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from kpi.engine import AsOf
from kpi.flow.tables import CLEARED, CLEARED_SUMS, HOLDS, SCHEMAS
from kpi.words import marked
from store.scope import NO_MARKET

KEPT_WEEKS = 53
MOST_HOLDS = 60  # listed for each market and week, the dearest first; sums count all
PAPERWORK, INSPECTION, OTHER = "paperwork", "inspection", "other"
STORAGE = ("storage", "demurrage")
SOP = "customs_paperwork"
PAPERS: Mapping[str, tuple[str, str]] = {
    "hs_code": (marked("customs declaration"), marked("Commodity code complete")),
    "value": (marked("commercial invoice"), marked("Value matches the invoice")),
    "origin": (marked("certificate of origin"), marked("Certificates enclosed")),
    "consignee_id": (marked("customs declaration"), marked("Papers complete before departure")),
    "ioss_number": (marked("customs declaration"), marked("Papers complete before departure")),
    "quantity": (marked("packing list"), marked("Packing list enclosed")),
    "missing_document": (marked("missing document"), marked("Papers complete before departure")),
}
UNSTATED = "(not stated)"
TOLD = ("cause", "reason", "document", "sop", "step", "owner")
COSTS = ("storage_micros", "penalty_micros", "refund_micros")
Frames = Mapping[str, pl.LazyFrame]


def customs_ledger(frames: Frames, as_of: AsOf) -> dict[str, pl.DataFrame]:
    """The tables `flow_holds` and `flow_cleared` of the last 53 weeks, from entries, holds and penalties.

    Import declarations by the week of presentation. A hold is told by the note of the customs desk; without one by
    the declaration itself: a mistake of the shipper is paperwork, else an inspection without one is random. The
    paper and the step then follow from the code of the mistake, and nobody is named as the owner. A declaration
    released counts as cleared, and passed first time or was held. Costs of a hold: storage and demurrage, other
    penalties, and refunds to the customer because of it; charges of declarations that were not held are not here.
    """
    told = _entries(frames, as_of).collect()
    return {HOLDS: _holds(told), CLEARED: _cleared(told)}


def _entries(frames: Frames, as_of: AsOf) -> pl.LazyFrame:
    first = as_of.day - timedelta(weeks=KEPT_WEEKS, days=as_of.day.weekday())
    presented = frames["customs_entries"].filter(
        pl.col("direction") == "import", pl.col("entry_day") >= first - timedelta(days=31),
        pl.col("customs_day").is_between(first, as_of.day), pl.col("presented_day").is_not_null(),
    )  # fmt: skip
    notes = (
        frames["customs_holds"]
        .sort("held_day", "hold_id")
        .group_by("entry_id")
        .agg(
            *(pl.col(name).last().alias(f"note_{name}") for name in TOLD),
            pl.col("held_epoch").min().alias("note_held"), pl.col("released_epoch").max().alias("note_released"),
            pl.col("refund_company_micros").sum().alias("refund_micros"), pl.lit(True).alias("noted"),
        )
    )  # fmt: skip
    joined = presented.join(notes, on="entry_id", how="left").join(
        _charged(frames["penalties"]), on="entry_id", how="left"
    )
    return joined.with_columns(_moments(as_of)).with_columns(_told()).with_columns(_costs())


def _charged(penalties: pl.LazyFrame) -> pl.LazyFrame:
    cost, stored = pl.col("amount_company_micros"), pl.col("kind").is_in(STORAGE)
    return penalties.drop_nulls("entry_id").group_by("entry_id").agg(
        cost.filter(stored).sum().alias("storage"), cost.filter(~stored).sum().alias("penalty")
    )  # fmt: skip


def _moments(as_of: AsOf) -> list[pl.Expr]:
    released = pl.coalesce("released_epoch", "note_released")
    held = pl.coalesce("note_held", "held_epoch")
    known = held.is_null() | (held <= as_of.epoch)
    return [
        pl.col("customs_day").dt.truncate("1w").alias("day"),
        ((pl.col("was_held") | pl.col("noted").fill_null(False)) & known).alias("is_held"),
        pl.when(released <= as_of.epoch).then(released).alias("released"),
        held.alias("hold_began"),
        pl.lit(as_of.epoch).alias("at"),
    ]


def _told() -> list[pl.Expr]:
    mistaken = pl.col("document_error") | pl.col("error_code").is_not_null()
    guessed = (
        pl.when(mistaken).then(pl.lit(PAPERWORK))
        .when(pl.col("control") == INSPECTION).then(pl.lit(INSPECTION)).otherwise(pl.lit(OTHER))
    )  # fmt: skip
    cause = pl.coalesce("note_cause", guessed)
    ours = cause == PAPERWORK
    paper, step = (
        pl.col("error_code").replace_strict(
            {k: v[n] for k, v in PAPERS.items()}, default=None, return_dtype=pl.String
        )
        for n in (0, 1)
    )
    held = pl.col("is_held")

    def of_papers(name: str, code: pl.Expr) -> pl.Expr:
        known = pl.coalesce(f"note_{name}", pl.when(ours).then(code.fill_null(UNSTATED)))
        return pl.when(held).then(known).alias(name)

    return [
        pl.when(held).then(cause).alias("cause"),
        pl.when(held).then(pl.coalesce("note_reason", "hold_reason")).alias("reason"),
        of_papers("document", paper), of_papers("step", step), of_papers("sop", pl.lit(SOP)),
        pl.when(held).then("note_owner").alias("owner"),
        pl.when(held).then((pl.coalesce("released", "at") - pl.col("hold_began")).clip(lower_bound=0))
        .fill_null(0).alias("hold_s"),
        pl.concat_str("origin", "market", separator="-", ignore_nulls=True).alias("lane"),
        pl.col("market").fill_null(NO_MARKET), pl.col("broker").fill_null(UNSTATED),
    ]  # fmt: skip


def _costs() -> list[pl.Expr]:
    known = zip(COSTS, ("storage", "penalty", "refund_micros"), strict=True)
    return [
        pl.when("is_held").then(pl.col(source)).otherwise(0).fill_null(0).alias(name)
        for name, source in known
    ]


def _holds(told: pl.DataFrame) -> pl.DataFrame:
    cost = pl.sum_horizontal(COSTS)
    rows = told.filter("is_held").with_columns(
        pl.col("hold_began").alias("held_epoch"),
        pl.col("released").alias("released_epoch"),
        cost.alias("cost"),
    )
    dearest = rows.sort("cost", "hold_s", "entry_id", descending=[True, True, False])
    kept = dearest.group_by("day", "market", maintain_order=True).head(MOST_HOLDS)
    return _shaped(kept, HOLDS).sort("day", "entry_id")


def _cleared(told: pl.DataFrame) -> pl.DataFrame:
    done, held = pl.col("released").is_not_null(), pl.col("is_held")
    unowned = held & (pl.col("cause") == PAPERWORK) & pl.col("owner").is_null()
    rows = told.with_columns(
        done.alias("cleared"), (done & ~held).alias("first_pass"), (done & held).alias("held"),
        unowned.fill_null(False).alias("unowned"), (held & ~done).alias("open"),
    ).with_columns(pl.col("cleared", "first_pass", "held", "unowned", "open").cast(pl.Int64))  # fmt: skip
    keys = [name for name in SCHEMAS[CLEARED] if name not in CLEARED_SUMS]
    sums = rows.group_by(keys).agg(pl.col(CLEARED_SUMS).sum())
    return _shaped(sums, CLEARED).sort(keys, nulls_last=True)


def _shaped(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.select(pl.col(column).cast(dtype) for column, dtype in SCHEMAS[name].items())
