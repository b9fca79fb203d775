"""The records behind a number add up to it, for every KPI and every dimension."""

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest
from random_facts import AS_OF_DAY

from kpi.catalog import KPIS
from kpi.explain import Side, explain
from kpi.model import Distinct, Kpi
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import reason_columns
from store.lake import Lake
from store.scope import LOCAL_OWNER

SPAN = Span(date(2024, 9, 1), AS_OF_DAY)
EVERY_KPI = sorted(KPIS)


def asked(by: Sequence[str] = (), **where: str) -> Question:
    return Question(SPAN, Every.TOTAL, tuple(by), where, percentiles=False)


def counted(rows: pl.DataFrame, by: Sequence[str]) -> dict[tuple[object, ...], tuple[float, float, int]]:
    """Sums of both measures and the number of rows of each slice."""
    keys = [pl.lit("all").alias("all")] if not by else list(by)
    sums = rows.group_by(keys).agg(pl.col("numerator", "denominator").sum(), pl.len())
    return {row[:-3]: row[-3:] for row in sums.iter_rows()}


@pytest.mark.parametrize("key", EVERY_KPI)
def test_measures_sum_to_the_halves_and_rows_to_n(key: str, lake_of_seed: Lake) -> None:
    """
    In total and in each dimension: numerator, denominator, n, and every reason a row is left out for.
    """
    kpi = KPIS[key]
    records = {side: explain(lake_of_seed, LOCAL_OWNER, kpi, asked(), side) for side in Side}
    dimensions = [] if isinstance(kpi, Distinct) else [(name,) for name in kpi.dimensions]

    for by in [(), *dimensions]:
        scored = values(lake_of_seed, LOCAL_OWNER, kpi, asked(by))
        tops, bottoms = counted(records[Side.NUMERATOR], by), counted(records[Side.DENOMINATOR], by)
        for row in scored.iter_rows(named=True):
            place = tuple(row[name] for name in by) or ("all",)
            top, bottom = tops.get(place, (0, 0, 0)), bottoms.get(place, (0, 0, 0))
            assert top[0] == pytest.approx(row["numerator"], rel=1e-12, abs=1e-9)
            assert (bottom[1], bottom[2]) == (
                pytest.approx(row["denominator"], rel=1e-12, abs=1e-9),
                row["n"],
            )
            check_left_out(kpi, records[Side.EXCLUDED], row, by)


def check_left_out(kpi: Kpi, records: pl.DataFrame, row: dict[str, object], by: Sequence[str]) -> None:
    """The rows left out under each reason are as many as the value says."""
    names = {name: "reason_of_row" if name == "reason" else name for name in by}
    own = records.filter(pl.lit(True), *(pl.col(names[name]) == row[name] for name in by))
    told = dict(own.group_by("reason").len().iter_rows())
    waiting = row["immature"] if kpi.rows.waits else 0

    assert told.get("not_due_yet", 0) == waiting
    for reason in reason_columns(kpi):
        assert told.get(reason, 0) == row[f"excluded_{reason}"], reason
    assert own["reason"].null_count() == 0


@pytest.mark.parametrize("key", EVERY_KPI)
def test_a_slice_is_explained_by_its_own_rows(key: str, lake_of_seed: Lake) -> None:
    """
    Limited to one value of a dimension, the unknown one first, the records give the value of that slice.
    """
    kpi = KPIS[key]
    for dimension in kpi.dimensions:
        known = values(lake_of_seed, LOCAL_OWNER, kpi, asked((dimension,)))
        for row in known.head(2).iter_rows(named=True):
            question = asked(**{dimension: row[dimension]})
            tops = explain(lake_of_seed, LOCAL_OWNER, kpi, question, Side.NUMERATOR)
            bottoms = explain(lake_of_seed, LOCAL_OWNER, kpi, question, Side.DENOMINATOR)

            assert tops["numerator"].sum() == pytest.approx(row["numerator"], rel=1e-12, abs=1e-9)
            assert bottoms["denominator"].sum() == pytest.approx(row["denominator"], rel=1e-12, abs=1e-9)
            assert set(tops[dimension]) <= {row[dimension]}
