"""A forecast as rows: its periods ahead, and the backtests behind it."""

from collections.abc import Iterator, Mapping

from kpi.forecast.backtest import Backtest
from kpi.forecast.choice import report
from kpi.forecast.made import Made
from kpi.forecast.methods import Method
from kpi.forecast.recent import recent
from kpi.forecast.track import Kind

Row = Mapping[str, object]


def forecast_rows(made: Made) -> Iterator[Row]:
    """One row a period ahead, with the columns of FORECAST_COLUMNS but those all rows of a run share."""
    choice, chosen = made.choice, made.choice.chosen
    wape = report(choice, chosen, made.track.values, made.track.pace.season).errors.wape if chosen else None
    low, high = (made.values * 0 if each is None else each for each in (made.low, made.high))
    checked = recent(made.track.values, choice.method) if made.track.kind is Kind.KPI else None
    for place, start in enumerate(made.track.starts(len(made.values))):
        yield {
            **_series(made, choice.method),
            "gate": choice.gate.value,
            "benchmark": choice.benchmark.key,
            "period": start,
            "step": place + 1,
            "value": float(made.values[place]),
            "low": None if made.low is None else float(low[place]),
            "high": None if made.high is None else float(high[place]),
            "wape": wape,
            "recent_off": None if checked is None else checked.off,
            "recent_repeated": None if checked is None else checked.repeated,
        }


def backtest_rows(made: Made) -> Iterator[Row]:
    """One row a method over its whole horizon; for the method chosen also one a period ahead."""
    for test in made.choice.tests:
        yield _tested(made, test, None)
        if test is made.choice.chosen:
            for step in range(1, test.plan.horizon + 1):
                yield _tested(made, test, step)


def _tested(made: Made, test: Backtest, step: int | None) -> Row:
    choice, demand = made.choice, made.choice.demand
    told = report(choice, test, made.track.values, made.track.pace.season, step)
    errors, sparse = told.errors, demand.kind.is_sparse
    return {
        **_series(made, test.method),
        "is_chosen": test is choice.chosen,
        "is_benchmark": test is choice.beaten,
        "step": step or 0,
        "horizon": test.plan.horizon,
        "origins": len(test.plan.origins),
        "absolute": errors.absolute,
        "signed": errors.signed,
        "actual": errors.actual,
        "count": errors.count,
        "wape": errors.wape,
        "bias": errors.bias,
        "accuracy": errors.accuracy,
        "mase": told.mase,
        "value_added_pp": told.value_added,
        "choice_absolute": float(test.off(test.plan.earlier, as_total=sparse).sum()),
        "sigma": test.sigma(step or test.plan.horizon),
        "demand_class": demand.kind.value,
        "adi": demand.adi,
        "cv2": demand.cv2,
    }


def _series(made: Made, method: Method) -> Row:
    track = made.track
    return {
        "kind": track.kind.value,
        "key": track.key,
        "department": track.department,
        "market": track.market,
        "every": track.every.value,
        "known_until": track.known_until,
        "method": method.key,
        "method_name": method.name,
    }
