"""The models of statsforecast behind the gate, and our methods beside the library's own."""

import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from statsforecast.models import ADIDA, TSB, CrostonClassic, CrostonSBA, SimpleExponentialSmoothing
from statsforecast.models import SeasonalNaive as TheirSeasonalNaive

from kpi.forecast.choice import Gate
from kpi.forecast.intermittent import adida, croston, sba, tsb
from kpi.forecast.library import library_methods
from kpi.forecast.made import make
from kpi.forecast.methods import seasonal_naive, ses
from kpi.forecast.track import Kind, Track
from kpi.period import Every

WEEK = np.array([20.0, 22, 21, 25, 30, 12, 10])
SPARSE = np.array([0.0, 0, 5, 0, 0, 0, 4, 0, 6, 0, 0, 3, 0, 0, 0, 0])


def growing(days: int) -> Track:
    """A week's pattern that grows by 2 % a week, with a little noise of a seed."""
    noise = np.random.default_rng(7).normal(0, 0.5, days)
    values = np.resize(WEEK, days) * 1.02 ** (np.arange(days) / 7) + noise
    return Track(Kind.KPI, "net_sales", "marketing", None, Every.DAY, date(2024, 1, 1), values)


def test_our_methods_are_theirs() -> None:
    """
    Seasonal naive, smoothing, Croston, SBA, TSB and ADIDA give the same numbers.
    """
    rising = np.arange(20.0) % 6 + np.arange(20.0)

    pairs = [
        (seasonal_naive(rising, 3, 7), TheirSeasonalNaive(season_length=7).forecast(y=rising, h=3)),
        (ses(rising, 3, 0.3), SimpleExponentialSmoothing(alpha=0.3).forecast(y=rising, h=3)),
        (croston(SPARSE, 3), CrostonClassic().forecast(y=SPARSE, h=3)),
        (sba(SPARSE, 3), CrostonSBA().forecast(y=SPARSE, h=3)),
        (tsb(SPARSE, 3), TSB(alpha_d=0.2, alpha_p=0.2).forecast(y=SPARSE, h=3)),
        (adida(SPARSE, 3), ADIDA().forecast(y=SPARSE, h=3)),
    ]

    for ours, theirs in pairs:
        assert ours == pytest.approx(theirs["mean"], abs=1e-5)


def test_their_models_compete_and_pass_the_gate_where_they_are_better() -> None:
    """
    A season that grows by 2 % a week is known to AutoETS and theta, not to the same week again.
    """
    track = growing(140)

    without, with_them = make(track), make(track, extra=library_methods(7))

    assert {test.method.key for test in with_them.choice.tests} >= {"auto_ets", "auto_theta"}
    assert with_them.choice.gate is Gate.MODEL
    assert with_them.choice.method.key.startswith("auto_")
    assert without.choice.chosen is not None
    assert with_them.choice.chosen is not None
    assert with_them.choice.chosen.errors().absolute < without.choice.chosen.errors().absolute


def test_yearly_seasons_of_weeks_are_not_left_to_them() -> None:
    """
    AutoETS cannot fit 52 weeks: without a season it needs eight weeks of history, with one two of them.
    """
    assert [method.least for method in library_methods(52)] == [8, 8]
    assert [method.least for method in library_methods(7)] == [14, 14]


@pytest.mark.parametrize("history", [np.full(30, 5.0), np.zeros(30), np.arange(30.0), np.resize(WEEK, 14)])
def test_dull_histories_do_not_upset_them(history: np.ndarray) -> None:
    """
    Flat, empty, straight or purely seasonal: a number comes out, or nothing that could win.
    """
    for method in library_methods(7):
        assert method.forecast(history, 4).shape == (4,)


def test_nothing_loads_the_library_before_it_is_needed() -> None:
    """
    Importing the job, the commands and the pages' reader leaves statsforecast unloaded.
    """
    asked = "import sys, cli, kpi.forecast.job, kpi.forecast.library; print('statsforecast' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"
