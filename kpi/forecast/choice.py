"""Which method forecasts a series: the candidates of its kind, and a gate: no model that a baseline equals is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kpi.forecast.backtest import Backtest, Plan, backtest
from kpi.forecast.demand import Demand, DemandClass, demand_of
from kpi.forecast.errors import Errors, mase, value_added
from kpi.forecast.methods import Method
from kpi.words import marked

BASELINES = ("seasonal_naive", "moving_average", "ses")
CANDIDATES: Mapping[DemandClass, tuple[str, ...]] = {
    DemandClass.SMOOTH: ("theta", "seasonal_theta"),
    DemandClass.ERRATIC: ("theta", "seasonal_theta"),
    DemandClass.INTERMITTENT: ("sba",),
    DemandClass.LUMPY: ("tsb", "adida", "imapa"),
    DemandClass.NONE: (),
}
HELD_BACK = slice(-1, None)
Series = NDArray[np.float64]


class Gate(StrEnum):
    """What came of the comparison with the best baseline."""

    MODEL = marked("model beats the best baseline")
    BASELINE = marked("no model beats the best baseline")
    UNTESTED = marked("too short for a backtest")


@dataclass(frozen=True, eq=False)
class Choice:
    """The method chosen, the baseline it had to beat, and every backtest made; none when the series is too short."""

    method: Method
    benchmark: Method
    gate: Gate
    demand: Demand
    tests: tuple[Backtest, ...] = ()

    @property
    def chosen(self) -> Backtest | None:
        """The backtest of the method chosen."""
        return self._test_of(self.method)

    @property
    def beaten(self) -> Backtest | None:
        """The backtest of the best baseline."""
        return self._test_of(self.benchmark)

    def _test_of(self, method: Method) -> Backtest | None:
        return next((each for each in self.tests if each.method is method), None)


def choose(
    history: Series, known: Mapping[str, Method], plan: Plan | None, extra: Sequence[Method] = ()
) -> Choice:
    """Choose on the origins that were over at the last one: the best baseline first, then any model that beats it.

    The baselines are those of kpi-domain 5.1, the candidates those of 5.2 for the demand class of what was known
    at the last origin, plus `extra`. Sparse demand is judged by the total over the horizon, because its forecast is a
    rate. A method that the first origin is too short for is not tried. Without a plan the moving average is taken.
    """
    if plan is None:
        method = known["moving_average"]
        return Choice(method, method, Gate.UNTESTED, demand_of(history))
    demand = demand_of(history[: plan.origins[-1]])
    named = [known[key] for key in (*BASELINES, *CANDIDATES[demand.kind]) if key in known]
    able = [each for each in (*named, *extra) if each.least <= plan.origins[0]]
    tests = tuple(backtest(history, each, plan) for each in able)

    def off(test: Backtest) -> Series:
        return test.off(plan.earlier, as_total=demand.kind.is_sparse)

    benchmark = min(
        (test for test in tests if test.method.key in BASELINES), key=lambda test: off(test).sum()
    )
    beating = [test for test in tests if beats(off(test), off(benchmark))]
    chosen = min(beating, key=lambda test: off(test).sum(), default=benchmark)
    gate = Gate.MODEL if beating else Gate.BASELINE
    return Choice(chosen.method, benchmark.method, gate, demand, tests)


def beats(model: Series, benchmark: Series) -> bool:
    """Whether a model's absolute errors (one an origin, in units) are smaller in sum, and at two origins of three.

    The second condition is ours: a lucky origin must not carry a model past the gate.
    """
    better = np.count_nonzero(model < benchmark)
    return bool(model.sum() < benchmark.sum() and 3 * better >= 2 * len(model))


@dataclass(frozen=True)
class Report:
    """One method over some origins (all steps, or one): its errors, and the two figures that need a comparison."""

    errors: Errors
    mase: float | None
    value_added: float | None


def report(choice: Choice, test: Backtest, history: Series, season: int, step: int | None = None) -> Report:
    """A method on the origin held back, over its whole horizon or (`step`) that one period ahead.

    MASE scales by the seasonal naive where what was known has more than a season, else by the naive.
    """
    benchmark = choice.beaten or test
    steps = slice(None) if step is None else slice(step - 1, step)
    mine, theirs = test.errors(HELD_BACK, steps), benchmark.errors(HELD_BACK, steps)
    known = history[: test.plan.origins[-1]]
    scale = season if len(known) > season else 1
    return Report(mine, mase(mine, known, scale), value_added(theirs, mine))
