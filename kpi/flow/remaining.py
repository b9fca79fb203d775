"""How long an order in a stage still takes: from the time that settled orders needed once they had entered it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kpi.flow.tables import OF_REST, REST_STEP

GROWTH = 1.01
LEAST = 20
LIKELY = 0.9
Floats = NDArray[np.float64]
OWN_CARRIER, OWN_LANE, POOLED, NONE = "carrier", "lane", "all lanes", "none"
Where = tuple[str | None, str | None, str]


@dataclass(frozen=True, eq=False)
class Rest:
    """Time from entering a stage to the delivery, of settled orders: seconds of each bin, and how many orders."""

    seconds: Floats
    counts: Floats

    @property
    def orders(self) -> float:
        """How many settled orders it rests on."""
        return float(self.counts.sum())

    def ahead(self, age: Floats, left: Floats) -> tuple[Floats, Floats]:
        """The 90th percentile of the time still to come after `age` seconds in the stage, and the chance that more than
        `left` is needed.

        Of the settled orders only those count that took longer than the age; where fewer than 20 did, an order this
        old is beyond what is known: it is given what the slowest tenth took from the beginning, again.
        """
        order = np.argsort(self.seconds)
        seconds, upto = self.seconds[order], np.cumsum(self.counts[order])
        past = np.searchsorted(seconds, age, side="right")
        gone = np.where(past > 0, upto[past - 1], 0.0)
        survivors = self.orders - gone
        wanted = gone + LIKELY * survivors
        at = np.minimum(np.searchsorted(upto, wanted - 1e-9, side="left"), len(seconds) - 1)
        usual = seconds[min(int(np.searchsorted(upto, LIKELY * self.orders - 1e-9)), len(seconds) - 1)]
        known = survivors >= LEAST
        rest = np.where(known, np.maximum(seconds[at] - age, 0.0), usual)
        needed = np.searchsorted(seconds, age + np.maximum(left, 0.0), side="right")
        within = np.where(needed > 0, upto[needed - 1], 0.0)
        chance = np.where(known, (self.orders - within) / np.maximum(survivors, 1.0), rest > left)
        return rest, np.where(left <= 0, 1.0, np.clip(chance, 0.0, 1.0))


def rests(bins: pl.DataFrame) -> Mapping[Where, Rest]:
    """By lane, carrier and stage; by lane and stage; and by stage alone: only those with 20 settled orders or more."""
    told = bins.filter(pl.col("of") == OF_REST)
    place = (pl.col("bin") + 0.5) * REST_STEP - 0.5
    middle = pl.when(pl.col("bin") == 0).then(0.0).otherwise(pl.lit(GROWTH).pow(place)).alias("s")
    found: dict[Where, Rest] = {}
    nowhere = {name: pl.lit(None, pl.String).alias(name) for name in ("lane", "carrier")}
    for keys in (("lane", "carrier"), ("lane",), ()):
        named = [pl.col(name) if name in keys else nowhere[name] for name in nowhere]
        sums = told.group_by(*named, "stage", "bin").agg(pl.col("count").sum()).with_columns(middle)
        for (lane, carrier, stage), part in sums.partition_by(
            "lane", "carrier", "stage", as_dict=True
        ).items():
            rest = Rest(part["s"].to_numpy().astype(np.float64), part["count"].to_numpy().astype(np.float64))
            if rest.orders >= LEAST:
                found[lane, carrier, str(stage)] = rest
    return found


def nearest(found: Mapping[Where, Rest], lane: str, carrier: str, stage: str) -> tuple[Rest | None, str]:
    """What is known closest to an order, and what that is: its carrier on its lane, its lane, or all lanes."""
    for where, basis in (((lane, carrier), OWN_CARRIER), ((lane, None), OWN_LANE), ((None, None), POOLED)):
        if rest := found.get((*where, stage)):
            return rest, basis
    return None, NONE
