"""What is asked of a KPI: which days, cut how, limited to what, evaluated when."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi.engine import AsOf
from kpi.period import Every, Span


@dataclass(frozen=True, eq=False)
class Question:
    """Which days, how they are cut, by which dimensions, limited to which slice, and evaluated when.

    `as_of` None takes the components as they stand; another moment is worked out from the facts. `anew` works all of
    it out from the facts by the definitions in force, frozen numbers too.
    """

    span: Span
    every: Every = Every.TOTAL
    by: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    as_of: AsOf | None = None
    percentiles: bool = True
    anew: bool = False
