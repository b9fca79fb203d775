"""A change of a product, divided among its factors: OEE, or sales as sessions x conversion x order value."""

from collections.abc import Mapping
from dataclasses import replace
from math import isclose, prod

import polars as pl

from kpi.access import sees
from kpi.catalog import KPIS
from kpi.model import Composite, Driver, Kpi, Total
from kpi.period import Span
from kpi.question import Question
from kpi.results import sliceable, values, values_of
from kpi.rolled import Rolled
from kpi.why.model import Cut, Method
from kpi.why.products import MOST_FACTORS, lmdi, method_for
from kpi.why.ranking import concentration, ranked
from store.lake import Lake
from store.scope import Principal

FACTORS = "factors"
REST = "(rest)"


def drivers_of(kpi: Kpi) -> tuple[Driver, ...]:
    """The factors whose product a KPI is; none for most."""
    if isinstance(kpi, Composite):
        return tuple(Driver(KPIS[key].name, key) for key in kpi.factors)
    return kpi.drivers if isinstance(kpi, Total) else ()


def factor_cut(
    lake: Lake,
    principal: Principal,
    kpi: Kpi,
    spans: tuple[Span, Span],
    values: tuple[float, float],
    where: Mapping[str, str],
) -> Cut | None:
    """The change by factors, or None where the KPI has none, one has no value, or they cannot be sliced this way."""
    if isinstance(kpi, Rolled):
        return _steps(lake, principal, kpi, spans, where)
    drivers = drivers_of(kpi)
    sources = [KPIS[key] for key in dict.fromkeys(driver.kpi for driver in drivers)]
    unseen = any(not sees(principal, each) for each in sources)
    if not drivers or unseen or any(set(where) - sliceable(each) for each in sources):
        return None
    told = [_factors(lake, principal, drivers, sources, span, where) for span in spans]
    if told[0] is None or told[1] is None:
        return None
    before, after = (_with_rest(each, value) for each, value in zip(told, values, strict=True) if each)
    if before is None or after is None:
        return None
    return divided(_without_idle(before, after), _without_idle(after, before))


def divided(before: Mapping[str, float], after: Mapping[str, float]) -> Cut:
    """The change of a product from its factors in both periods, which must be the same and at most five."""
    method = method_for(before, after)
    effects = method(before, after)
    rows = [(name, before[name], after[name], effects[name]) for name in before]
    told = pl.DataFrame(rows, schema=["segment", "before", "after", "total"], orient="row")
    contributions = ranked(told)
    return Cut(
        FACTORS,
        Method.LMDI if method is lmdi else Method.SHAPLEY,
        contributions,
        concentration(contributions),
    )


def _steps(
    lake: Lake, principal: Principal, kpi: Rolled, spans: tuple[Span, Span], where: Mapping[str, str]
) -> Cut | None:
    """A yield over steps by its steps; None where they are not the same ones or too many for what they hold."""
    told = [
        values(lake, principal, kpi, Question(span, by=(kpi.along,), where=where, percentiles=False))
        for span in spans
    ]
    before, after = (dict(each.select(kpi.along, "value").drop_nulls().iter_rows()) for each in told)
    if not before or before.keys() != after.keys():
        return None
    few = len(before) <= MOST_FACTORS
    return divided(before, after) if few or min([*before.values(), *after.values()]) > 0 else None


def _factors(
    lake: Lake,
    principal: Principal,
    drivers: tuple[Driver, ...],
    sources: list[Kpi],
    span: Span,
    where: Mapping[str, str],
) -> dict[str, float] | None:
    scored = values_of(lake, principal, sources, replace(Question(span), where=where, percentiles=False))
    found = {driver.name: scored[driver.kpi][driver.part.value].item() for driver in drivers}
    known = all(scored[each.key]["value"].item() is not None for each in sources)
    return {name: float(value) for name, value in found.items()} if known else None


def _with_rest(factors: dict[str, float], value: float) -> dict[str, float] | None:
    """With what the factors leave open as one more, so that the product is the value; None where it cannot be."""
    product = prod(factors.values())
    if isclose(product, value, rel_tol=1e-12, abs_tol=1e-12):
        return {**factors, REST: 1.0}
    return {**factors, REST: value / product} if product else None


def _without_idle(factors: dict[str, float], others: dict[str, float]) -> dict[str, float]:
    """Without a rest that is one in both periods."""
    idle = factors[REST] == others[REST] == 1.0
    return {name: value for name, value in factors.items() if name != REST or not idle}
