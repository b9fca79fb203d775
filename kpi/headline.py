"""Which KPIs a page shows first: those that speak for a department, and those that are off, whatever they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpi.catalog import KPIS
from kpi.model import Department, Distinct, Kpi
from kpi.score import Status
from kpi.standing import Standing

MOST = 6
ALARMING = frozenset({Status.OFF_TARGET, Status.AT_RISK})


@dataclass(frozen=True)
class Block:
    """KPIs of one department that are read together: main ones or variants; distinct counts stand apart."""

    department: Department
    main: bool
    counted: bool


@dataclass(frozen=True)
class Shown:
    """The standings a department shows as cards, and how many it has."""

    department: Department
    standings: tuple[Standing, ...]
    total: int


def is_main(kpi: Kpi) -> bool:
    """A variant without a target of its own is told on the page of the KPI it varies."""
    return not kpi.variant_of or kpi.target is not None


def main_kpis(kpis: Iterable[Kpi]) -> list[Kpi]:
    """The KPIs that get a card and a row of the scorecard."""
    return [kpi for kpi in kpis if is_main(kpi)]


def block_of(kpi: Kpi) -> Block:
    """The block a KPI is read in."""
    return Block(kpi.department, is_main(kpi), isinstance(kpi, Distinct))


def kpis_of(block: Block) -> list[Kpi]:
    """The catalogue's KPIs of a block."""
    return [kpi for kpi in KPIS.values() if block_of(kpi) == block]


def headline(kpis: Sequence[Kpi], most: int = MOST) -> list[Kpi]:
    """The KPIs that speak for a department, always at the same place: those with a target in the catalogue's order.

    Where fewer than `most` have one, the first of the others follow.
    """
    first = [kpi for kpi in kpis if kpi.target is not None]
    others = [kpi for kpi in kpis if kpi.target is None]
    return [*first, *others][:most]


def is_exception(standing: Standing) -> bool:
    """Off target, to be watched, or worse than usual."""
    current = standing.current
    return standing.signal is not None or (current is not None and current.status in ALARMING)


def is_quiet(standing: Standing) -> bool:
    """Nothing to look at: neither an exception nor unknown because its source is late."""
    current = standing.current
    return not is_exception(standing) and (current is None or current.status is not Status.INCOMPLETE)


def shown(found: Mapping[str, Standing], department: Department, *, exceptions: bool = False) -> Shown:
    """The headline of a department, then whatever else of it is an exception; only what is not quiet if asked."""
    mine = [each for each in found.values() if each.kpi.department is department]
    first = [found[kpi.key] for kpi in headline([each.kpi for each in mine])]
    rest = [each for each in mine if is_exception(each) and each not in first]
    told = [each for each in (*first, *rest) if not (exceptions and is_quiet(each))]
    return Shown(department, tuple(told), len(mine))
