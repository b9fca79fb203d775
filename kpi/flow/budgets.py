"""The lead-time budget of each lane: as the firm set it, else proposed from the lane's own past and then kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

import polars as pl

from kpi.flow.stages import ABROAD, HOME, PROMISED
from kpi.flow.times import NUMBERS
from store.contract import polars_schema
from store.facts import ShipmentStages
from store.lake import Lake
from store.lane_budget import DAY_S, HOUR_S, LaneBudget

LANES = "flow_lanes"
PAST_DAYS, LEAST = 91, 30
SET, PROPOSED, USUAL = "set", "proposed", "usual"
BUDGETS = tuple(f"budget_{n}" for n in NUMBERS)
SCHEMA = pl.Schema(
    {
        "day": pl.Date(),  # when it was set or proposed; one row a lane
        "market": pl.String(),
        "lane": pl.String(),
        "route": pl.String(),
        "promise_s": pl.Int64(),
        **dict.fromkeys(BUDGETS, pl.Int64()),
        "basis": pl.String(),  # set, proposed (from the lane's past) or usual (too little past)
        "orders": pl.Int64(),
    }
)


@dataclass(frozen=True)
class Past:
    """What the settled orders of a lane took: how many there are, the promise most had, seconds by stage on average."""

    lane: str
    market: str | None
    route: str
    orders: int
    promise_days: int
    seconds: tuple[float, ...]


def proposed(past: Past) -> LaneBudget:
    """The lane's usual promise, shared among its stages as their time was, in whole hours that add up to it.

    With fewer than 30 settled orders the usual shares of the stages are taken.
    """
    usual = tuple(float(stage.weight) if str(stage.number) in past.route else 0.0 for stage in PROMISED)
    shares = past.seconds if past.orders >= LEAST and sum(past.seconds) > 0 else usual
    hours = past.promise_days * DAY_S // HOUR_S
    reached = [round(hours * part / sum(shares)) for part in accumulate(shares)]
    parts = [upto - before for upto, before in zip(reached, (0, *reached), strict=False)]
    return LaneBudget(
        past.lane, past.promise_days, {s.key: part for s, part in zip(PROMISED, parts, strict=True)}
    )


def lane_rows(
    pasts: Mapping[str, Past], fixed: Mapping[str, LaneBudget], before: pl.DataFrame, day: date
) -> pl.DataFrame:
    """One row a lane, with the columns of SCHEMA: what is set, else what was proposed before, else a new proposal.

    A proposal from the usual shares gives way to one from the lane's past once there is enough of it.
    """
    kept = {row["lane"]: row for row in before.iter_rows(named=True)}
    rows = []
    for lane in sorted({*pasts, *fixed}):
        past, old = pasts.get(lane), kept.get(lane)
        if lane in fixed:
            same = old and old["basis"] == SET
            rows.append(_row(fixed[lane], past, SET, old["day"] if same and old else day))
        elif old and old["basis"] == PROPOSED:
            rows.append(old)
        elif past:
            rows.append(_row(proposed(past), past, PROPOSED if past.orders >= LEAST else USUAL, day))
    return pl.DataFrame(rows, schema=SCHEMA)


def _row(budget: LaneBudget, past: Past | None, basis: str, day: date) -> dict[str, object]:
    crosses = any(budget.hours.get(stage.key, 0) for stage in PROMISED if str(stage.number) not in HOME)
    return {
        "day": day, "market": past.market if past else budget.lane.rpartition("-")[2], "lane": budget.lane,
        "route": past.route if past else ABROAD if crosses else HOME, "promise_s": budget.promise_s,
        **dict(zip(BUDGETS, budget.seconds.values(), strict=True)), "basis": basis,
        "orders": past.orders if past else 0,
    }  # fmt: skip


def pasts(lake: Lake, as_of: date) -> dict[str, Past]:
    """The past 13 weeks of every lane, by lane; orders whose time is not divided fully count for the promise only."""
    known = lake.scan(ShipmentStages.name, polars_schema(ShipmentStages)).filter(
        ~pl.col("deleted"), pl.col("due_day").is_between(as_of - timedelta(days=PAST_DAYS), as_of),
        pl.col("ended_epoch").is_not_null(),
    )  # fmt: skip
    ordered = pl.from_epoch("started_epoch").dt.date()
    whole = pl.col("unattributed_s") == 0
    found = known.group_by("lane").agg(
        pl.col("market").drop_nulls().first(),
        pl.col("route").filter(whole).mode().sort().last(),
        whole.sum().cast(pl.Int64).alias("orders"),
        (pl.col("promised_day") - ordered).dt.total_days().drop_nulls().mode().sort().last().alias("promise"),
        *(pl.col(f"stage_{n}_s").filter(whole).fill_null(0).mean() for n in NUMBERS),
    )
    return {
        row["lane"]: Past(
            row["lane"], row["market"], row["route"] or HOME, row["orders"], row["promise"],
            tuple(row[f"stage_{n}_s"] or 0.0 for n in NUMBERS),
        )
        for row in found.collect().iter_rows(named=True)
        if row["promise"] is not None and row["promise"] > 0
    }  # fmt: skip


def main_lanes(rows: pl.DataFrame) -> dict[str, str]:
    """The lane of each market that is served by one lane alone: orders that have no shipment yet will take it."""
    named = rows.filter(pl.col("lane") != pl.col("market")).group_by("market").agg(pl.col("lane"))
    return {market: lanes[0] for market, lanes in named.iter_rows() if market and len(lanes) == 1}
