"""What a changed definition does to the past: each closed period before and after, and whose status would change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from kpi.definitions import version_of
from kpi.engine import AsOf
from kpi.frozen import VERSION, History, history
from kpi.ledger import Entry, entries
from kpi.model import Kpi
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from store.lake import Lake
from store.scope import Principal


def changed(kpis: Sequence[Kpi], known: Mapping[str, Entry]) -> list[Kpi]:
    """KPIs of which some stored numbers are not by the definition in force: not computed again yet, or frozen."""
    return [kpi for kpi in kpis if history(kpi, known) is not None]


def preview(
    lake: Lake, principal: Principal, kpi: Kpi, question: Question, judgement: Judgement | None = None
) -> pl.DataFrame:
    """One row a period and slice: `kpi`, `period`, the slice, `version_before`, `before`, `status_before`,
    `version_after`, `after`, `status_after` and `changes` (the status would be another one).

    Before is what is stored and shown; after is worked out from the facts by the definition in force, for the
    same moment. Values are in the KPI's unit. Raises as `kpi.results.values`.
    """
    known = entries(lake)
    past = history(kpi, known)
    keys = ["period", *question.by]
    asked = replace(question, percentiles=False)
    before = values(lake, principal, kpi, asked, judgement).select(
        *keys, before="value", status_before="status"
    )
    moment = question.as_of or _stored_moment(kpi, known)
    after = values(lake, principal, kpi, replace(asked, anew=True, as_of=moment), judgement)
    both = before.join(
        after.select(*keys, after="value", status_after="status"), on=keys, how="full", coalesce=True
    ).sort(keys)
    return both.select(
        pl.lit(kpi.key).alias("kpi"),
        *keys,
        _version_before(kpi, past, known).alias("version_before"),
        "before",
        pl.col("status_before").fill_null("no_data"),
        pl.lit(version_of(kpi)).alias("version_after"),
        "after",
        pl.col("status_after").fill_null("no_data"),
        (pl.col("status_before").fill_null("no_data") != pl.col("status_after").fill_null("no_data")).alias(
            "changes"
        ),
    )


def _stored_moment(kpi: Kpi, known: Mapping[str, Entry]) -> AsOf | None:
    """The evaluation the stored components stand for, also where today's definition would store them elsewhere."""
    recorded = known.get(f"definition:{kpi.key}")
    stored = [known[name] for name in recorded.facts if name in known] if recorded else []
    return next((AsOf(e.as_of_day, e.as_of_epoch) for e in stored if e.as_of_day and e.as_of_epoch), None)


def _version_before(kpi: Kpi, past: History | None, known: Mapping[str, Entry]) -> pl.Expr:
    """The version the stored number of a period is by; of a period the cut goes through, the later one."""
    if past is None:
        return pl.lit(version_of(kpi))
    recorded = known[f"definition:{kpi.key}"].facts[VERSION]
    frozen = known.get(f"frozen:{kpi.key}")
    if frozen is None:
        return pl.lit(recorded)
    return pl.when(pl.col("period") < frozen.as_of_day).then(frozen.facts[VERSION]).otherwise(recorded)
