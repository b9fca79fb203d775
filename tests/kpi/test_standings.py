"""Standings of one market are read with all others at once: they are what a question about it alone would give."""

import pytest
from polars.testing import assert_frame_equal

from kpi.catalog import KPIS
from kpi.model import Distinct
from kpi.period import Every, Span, whole_periods
from kpi.question import Question
from kpi.results import values_of
from kpi.score import Judgement
from kpi.standing import coverage
from kpi.standings import Known, scored, standings
from store.lake import Lake
from store.scope import LOCAL_OWNER

CUT = [
    kpi
    for kpi in KPIS.values()
    if "market" in kpi.dimensions and not kpi.monthly and not isinstance(kpi, Distinct)
]


@pytest.mark.parametrize("market", ["DE", "JP"])
def test_a_market_read_with_all_others_is_the_market_read_alone(market: str, lake_of_seed: Lake) -> None:
    """
    Every KPI that is kept by market: values, sums, counts and statuses of every week.
    """
    covered = coverage(lake_of_seed, LOCAL_OWNER, CUT)
    assert covered.closed
    span = Span(whole_periods(Every.WEEK, covered.closed, 20).start, covered.closed)
    question = Question(span, Every.WEEK, where={"market": market}, percentiles=False)

    together = scored(lake_of_seed, LOCAL_OWNER, CUT, Known(covered), by_market=True)
    alone = values_of(lake_of_seed, LOCAL_OWNER, CUT, question, Judgement(closed=covered.closed))

    for kpi in CUT:
        mine = together.of(kpi, market)
        assert_frame_equal(
            mine.filter(mine["period"] >= span.start).sort("period").select(alone[kpi.key].columns),
            alone[kpi.key].sort("period"),
        )


def test_a_market_without_rows_stands_without_data(lake_of_seed: Lake) -> None:
    """
    A KPI that is not kept by market stands for all of them; the others have no data in Atlantis.
    """
    kpis = [KPIS["on_time_delivery_rate"], KPIS["oee"]]
    covered = coverage(lake_of_seed, LOCAL_OWNER, kpis)

    found = standings(lake_of_seed, LOCAL_OWNER, kpis, Known(covered), market="Atlantis")

    assert {period.value for period in found["on_time_delivery_rate"].periods} == {None}
    assert found["on_time_delivery_rate"].market == "Atlantis"
    assert found["oee"].market is None
    assert any(period.value is not None for period in found["oee"].periods)
