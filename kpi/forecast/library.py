"""The automatic models of statsforecast, where the extra `forecast` is installed: the one door to that library."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpi.forecast.methods import Method
from kpi.words import marked

Series = NDArray[np.float64]
LONGEST_SEASON, LEAST = 24, 8


def is_installed() -> bool:
    """Whether the extra is here; asking does not import it."""
    return find_spec("statsforecast") is not None


def library_methods(season: int) -> Sequence[Method]:
    """AutoETS and the dynamic optimised theta for data of such a season; none without the extra.

    Seasons longer than 24 periods are left to the built-in methods: AutoETS cannot fit them. The library is imported
    here on first use (several seconds), and never by a page.
    """
    if not is_installed():
        return ()
    short = season if season <= LONGEST_SEASON else 1
    least = max(LEAST, 2 * short)
    return [
        Method("auto_ets", marked("AutoETS"), partial(_work, "ets", short), least),
        Method("auto_theta", marked("Dynamic optimised theta"), partial(_work, "theta", short), least),
    ]


def _work(model: str, season: int, history: Series, horizon: int) -> Series:
    # Its search divides by zero on the way; a result that is no number wins nothing.
    with np.errstate(all="ignore"):
        said = _model(model)(season_length=season).forecast(y=history, h=horizon)
    return np.asarray(said["mean"], dtype=np.float64)


@cache
def _model(name: str) -> Callable[..., Any]:
    from statsforecast.models import AutoETS, DynamicOptimizedTheta

    chosen: Callable[..., Any] = AutoETS if name == "ets" else DynamicOptimizedTheta
    return chosen
