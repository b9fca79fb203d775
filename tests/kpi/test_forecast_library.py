"""The door to the optional forecasting library, with a stand-in behind it: the real one is tried in tests/extra."""

import sys
from collections.abc import Iterator
from datetime import date
from types import ModuleType

import numpy as np
import pytest

from kpi.forecast import library
from kpi.forecast.choice import Gate
from kpi.forecast.library import library_methods
from kpi.forecast.made import make
from kpi.forecast.track import Kind, Track
from kpi.period import Every


class Line:
    """A stand-in model that knows the rising history."""

    def __init__(self, season_length: int) -> None:
        self.season = season_length

    def forecast(self, y: np.ndarray, h: int) -> dict[str, np.ndarray]:
        return {"mean": y[-1] + np.arange(1, h + 1)}


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module in the place of statsforecast.models."""
    models = ModuleType("statsforecast.models")
    models.AutoETS = models.DynamicOptimizedTheta = Line  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "statsforecast", ModuleType("statsforecast"))
    monkeypatch.setitem(sys.modules, "statsforecast.models", models)
    monkeypatch.setattr(library, "is_installed", lambda: True)
    library._model.cache_clear()
    yield
    library._model.cache_clear()


def track(values: np.ndarray) -> Track:
    return Track(Kind.KPI, "net_sales", "marketing", None, Every.WEEK, date(2024, 1, 1), values)


def test_without_the_extra_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The built-in methods work alone.
    """
    monkeypatch.setattr(library, "is_installed", lambda: False)

    assert list(library_methods(7)) == []


def test_a_long_season_is_left_out(stand_in: None) -> None:
    """
    A week of days needs two weeks of history; a year of weeks is not given to the library.
    """
    assert [method.least for method in library_methods(7)] == [14, 14]
    assert [method.least for method in library_methods(52)] == [8, 8]


def test_a_model_of_the_library_has_to_pass_the_gate(stand_in: None) -> None:
    """
    It knows the straight line, so it is used; where most weeks are empty it is not even asked.
    """
    rising = make(track(np.arange(40.0)), extra=library_methods(52))
    sparse = make(track(np.resize([0.0, 0, 0, 8], 40)), extra=library_methods(52))

    assert (rising.choice.gate, rising.choice.method.key) == (Gate.MODEL, "auto_ets")
    assert list(rising.values[:2]) == [40.0, 41.0]
    assert not {test.method.key for test in sparse.choice.tests} & {"auto_ets", "auto_theta"}
