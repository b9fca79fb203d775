"""The prepared answers of one scope and choice: one small read, whatever the facts have grown to."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from kpi.words import spoken
from sop.prepared.tables import (
    ALWAYS,
    EVER,
    EVERYWHERE,
    SCHEMA,
    TABLE,
    WEEKS,
    Part,
    Prepared,
    adapter,
    name_of,
)
from store.lake import NO_BOUNDS, Lake
from store.scope import Principal


def prepared(
    lake: Lake, principal: Principal, weeks: int = ALWAYS, market: str = EVERYWHERE
) -> Prepared | None:
    """
    What was worked out for exactly what the principal sees, in the reader's language; `weeks` of `WEEKS` or `EVER`
    (verdicts reach back a year), without them only what no choice of days changes. None where the worker has not come
    to it yet.
    """
    verdicts, by_market = (
        pl.col("part") == Part.VERDICTS,
        pl.col("part").is_in([Part.VERDICTS, Part.FRICTION]),
    )
    longest = weeks if weeks != EVER else max(WEEKS)
    days = pl.col("weeks").is_in([weeks, ALWAYS]) & ~verdicts | (pl.col("weeks") == longest) & verdicts
    here = ~by_market | (pl.col("market") == market)
    spoken_here = pl.col("language").is_in(["", spoken().language.value])
    rows = lake.read(
        TABLE, SCHEMA,
        lambda scan: scan.filter(pl.col("scope") == name_of(principal.scope), days, here, spoken_here)
        .select("part", "subject", "told", "as_of", "made_at"),
        NO_BOUNDS,
    )  # fmt: skip
    found = list(rows.sort("part", "subject").iter_rows())
    done = next((row for row in found if row[0] == Part.DONE), None)
    if done is None:
        return None
    return Prepared(
        done[3], done[4],
        tuple(each for _, told in _of(found, Part.VERDICTS) for each in told),
        dict(_of(found, Part.PLACES)), dict(_of(found, Part.TOGETHER)),
        tuple(each for _, told in _of(found, Part.STORIES) for each in told), dict(_of(found, Part.WORKED)),
        tuple(each for _, told in _of(found, Part.FRICTION) for each in told),
    )  # fmt: skip


def _of(rows: Sequence[tuple[Any, ...]], part: Part) -> Iterator[tuple[str, Any]]:
    """The subjects of a part with what is told of them."""
    return ((row[1], adapter(part).validate_json(row[2])) for row in rows if row[0] == part and row[2])
