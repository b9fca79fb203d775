"""What the next refresher asks about: the steps that fail most, for the people who do them."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from kpi.interval import newcombe, wilson
from sop.diagnosis.verdict import Bounded
from sop.share import Share

QUESTIONS, FEWEST = 5, 30


@dataclass(frozen=True)
class Asked:
    """One step of the quiz: how often it was missed or flagged, with the lower bound, and who does it, by name."""

    sop: str
    step: str
    troubled: Share
    low: float
    people: tuple[str, ...]


def quiz(
    steps: pl.LazyFrame, start: date, end: date, questions: int = QUESTIONS, fewest: int = FEWEST
) -> list[Asked]:
    """The steps most missed or flagged from `start` to `end`, the highest rate first, at most five.

    `steps`: one row a step of a run with `sop`, `step`, `person`, `on`, `followed` (null where it did not apply) and
    `flagged`. Steps done fewer than 30 times are left out, and those that nothing happened at. People are in the order
    of their names, without figures: this asks, it does not rank.
    """
    trouble = ~pl.col("followed") | pl.col("flagged").fill_null(False)
    done = steps.filter(pl.col("on").is_between(start, end), pl.col("followed").is_not_null())
    low, _ = wilson(pl.col("troubled"), pl.col("done"))
    found = (
        done.group_by("sop", "step")
        .agg(
            troubled=trouble.sum().cast(pl.Int64), done=pl.len().cast(pl.Int64),
            people=pl.col("person").drop_nulls().unique().sort(),
        )
        .filter(pl.col("done") >= fewest, pl.col("troubled") > 0)
        .with_columns(low=low, rate=pl.col("troubled") / pl.col("done"))
        .sort("rate", "done", "sop", "step", descending=[True, True, False, False])
        .head(questions)
        .collect()
    )  # fmt: skip
    return [
        Asked(row["sop"], row["step"], Share(row["troubled"], row["done"]), row["low"], tuple(row["people"]))
        for row in found.iter_rows(named=True)
    ]


def remeasured(before: Share, after: Share) -> Bounded:
    """The rate after the refresher minus the one before, with its Newcombe bounds; None where one has no rows."""
    if not before.denominator or not after.denominator:
        return Bounded(None, None, None)
    hits, of = zip(
        *((pl.lit(each.numerator), pl.lit(each.denominator)) for each in (after, before)), strict=True
    )
    low, high = newcombe((hits[0], hits[1]), (of[0], of[1]))
    value = after.numerator / after.denominator - before.numerator / before.denominator
    return Bounded(value, *pl.select(low.alias("low"), high.alias("high")).row(0))
