"""The prepared tables of the flow page: sums by week that add up, and the orders under way right now."""

import polars as pl

STAGES, BINS, ORDERS, TRANSIT, OPEN, HOLDS, CLEARED = (
    "flow_stages", "flow_bins", "flow_orders", "flow_transit", "flow_open", "flow_holds", "flow_cleared",
)  # fmt: skip
WEEKLY = (STAGES, BINS, ORDERS, TRANSIT)
CUT = ("market", "lane", "mode", "carrier")
_TEXTS = dict.fromkeys(CUT, pl.String())
_DAY = {"day": pl.Date()}  # Monday of the week the promise falls due


def _counts(*names: str) -> dict[str, pl.DataType]:
    return dict.fromkeys(names, pl.Int64())


STAGE_SUMS = ("n", "seconds", "over_s", "under_s", "late_s", "late_n")
ORDER_SUMS = (
    "due", "kept", "delivered", "never", "late_days", "disordered", "inferred", "elapsed_s", "unattributed_s",
    "transit_n", "transit_min", "transit_min2", "cost_n", "cost_cents", "cost_cents2", "weight_g", "weight_cents",
    "damaged", "declared", "held",
)  # fmt: skip
CLEARED_SUMS = (
    "cleared", "first_pass", "held", "hold_s", "storage_micros", "penalty_micros", "refund_micros", "unowned", "open",
)  # fmt: skip
SCHEMAS = {
    STAGES: pl.Schema({**_DAY, **_TEXTS, "stage": pl.String(), "party": pl.String(), **_counts(*STAGE_SUMS)}),
    BINS: pl.Schema(
        {**_DAY, "market": pl.String(), "lane": pl.String(), "carrier": pl.String(), "stage": pl.String(),
         "of": pl.String(), **_counts("bin", "count")}
    ),
    ORDERS: pl.Schema({**_DAY, **_TEXTS, "band": pl.String(), **_counts(*ORDER_SUMS)}),
    TRANSIT: pl.Schema({**_DAY, **_TEXTS, **_counts("bin", "count")}),
    OPEN: pl.Schema(
        {
            **_DAY, **_TEXTS, "row": pl.String(), "shipment_id": pl.String(), "order_id": pl.String(),
            "stage": pl.String(), "promised_day": pl.Date(), "burnt_by": pl.String(), "party": pl.String(),
            "basis": pl.String(),
            **_counts("n", "warned", "overdue", "late_s", "over_s", "under_s", "in_stage_s", "left_s", "remaining_s",
                      "chance_ppm", "burnt_s"),
        }
    ),
    HOLDS: pl.Schema(
        {
            **_DAY, "entry_id": pl.String(), "shipment_id": pl.String(), "market": pl.String(), "lane": pl.String(),
            "broker": pl.String(), "cause": pl.String(), "reason": pl.String(), "document": pl.String(),
            "sop": pl.String(), "step": pl.String(), "owner": pl.String(),
            **_counts("held_epoch", "released_epoch", "hold_s", "storage_micros", "penalty_micros", "refund_micros"),
        }
    ),
    CLEARED: pl.Schema(
        {
            **_DAY, "market": pl.String(), "lane": pl.String(), "broker": pl.String(), "cause": pl.String(),
            "document": pl.String(), "sop": pl.String(), "step": pl.String(), **_counts(*CLEARED_SUMS),
        }
    ),
}  # fmt: skip
OF_STAGE, OF_REST = "stage", "rest"  # a bin counts time in the stage, or from entering it to the delivery
ALL_CARRIERS = "(all)"  # the carrier matters for the time that is left only
REST_STEP = 5  # of the 1 % bins, so many make one of the time that is left
