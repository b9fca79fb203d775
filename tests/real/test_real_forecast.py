"""Weekly pieces of the five best sellers of a real shop: no chosen method loses to the best baseline.

Every week of the history is held back once: the method is chosen as the product would have chosen it before that week,
and its error on the weeks after is summed.
"""

from dataclasses import dataclass

import pytest
from real_sets import AS_OF, Load

from kpi.forecast.choice import BASELINES, HELD_BACK, choose
from kpi.forecast.product_tracks import demand, product_tracks
from kpi.forecast.track import Track
from kpi.period import Every

TOP_FIVE = {"21212", "23166", "84077", "85099B", "85123A"}
MOST = 1.05


@dataclass(frozen=True)
class Trial:
    """Summed absolute errors, in pieces: of the methods chosen, of the baselines chosen, and of each baseline."""

    chosen: float
    benchmark: float
    baselines: dict[str, float]
    origins: int

    @property
    def against_benchmark(self) -> float:
        """Against the best baseline of earlier origins (kpi-domain 5.1)."""
        return self.chosen / self.benchmark

    @property
    def against_hindsight(self) -> float:
        """Against the baseline that turned out best, which nobody could have known."""
        return self.chosen / min(self.baselines.values())


def trial(track: Track, horizon: int) -> Trial:
    """The choice made anew at every origin that leaves enough history for it."""
    chosen = benchmark = 0.0
    baselines: dict[str, float] = {}
    origins = 0
    for known in range(len(track.values) - horizon + 1):
        plan = track.pace.plan(known + horizon, horizon)
        if plan is None:
            continue
        choice = choose(track.values[: known + horizon], track.pace.methods(), plan)
        assert choice.chosen is not None
        assert choice.beaten is not None
        chosen += choice.chosen.errors(HELD_BACK).absolute
        benchmark += choice.beaten.errors(HELD_BACK).absolute
        for test in choice.tests:
            if test.method.key in BASELINES:
                error = test.errors(HELD_BACK).absolute
                baselines[test.method.key] = baselines.get(test.method.key, 0.0) + error
        origins += 1
    return Trial(chosen, benchmark, baselines, origins)


@pytest.fixture(scope="module")
def best_sellers(load: Load) -> list[Track]:
    """Whole weeks from the first one with a sale; the last week of June ends in the middle and is left out."""
    found = demand(load("online_retail").store.lake, Every.WEEK, AS_OF.day)
    return product_tracks(found, Every.WEEK, found.leaders(5))


def test_histories_are_those_worked_out_beside_the_data(load: Load, best_sellers: list[Track]) -> None:
    """
    The same five products and the same pieces in every week but the first and the last.
    """
    told = load("online_retail").figures("online_retail", "weekly_units_top5")
    theirs = {(row["StockCode"], row["week"]): row["units"] for row in told}
    ours = {
        (track.key, week.isoformat()): units
        for track in best_sellers
        for week, units in zip(track.between(track.known_until), track.values, strict=True)
    }

    assert {track.key for track in best_sellers} == TOP_FIVE
    assert {key: units for key, units in ours.items() if units} == {
        key: units for key, units in theirs.items() if "2010-12-06" <= key[1] <= "2011-06-20"
    }


@pytest.mark.parametrize("horizon", [1, 2, 4])
def test_the_chosen_method_keeps_up_with_the_best_baseline(best_sellers: list[Track], horizon: int) -> None:
    """
    One, two and four weeks ahead, four of the five or more have at most 1.05 times its error on what was held back.

    The fifth is on sale for 22 weeks, too few for four origins of four weeks.
    """
    trials = {track.key: each for track in best_sellers if (each := trial(track, horizon)).origins}

    within = [key for key, each in trials.items() if each.against_benchmark <= MOST]
    assert len(within) >= 4, trials


@pytest.mark.parametrize("horizon", [1, 2])
def test_it_keeps_up_even_with_hindsight(best_sellers: list[Track], horizon: int) -> None:
    """
    One and two weeks ahead also against the baseline that turned out to be the best over all weeks held back.
    """
    trials = {track.key: trial(track, horizon) for track in best_sellers}

    within = [key for key, each in trials.items() if each.against_hindsight <= MOST]
    assert len(within) >= 4, trials
