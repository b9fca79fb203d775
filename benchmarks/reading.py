"""What the overview page asks of the components, again and again."""

import time
from collections.abc import Callable
from statistics import median

from benchmarks.measured import MEASURED
from benchmarks.moment import DAY_BEFORE
from kpi.model import Kpi
from kpi.period import Every, whole_periods
from kpi.question import Question
from kpi.results import values_of
from kpi.standing import coverage
from kpi.standings import Known, standings
from store.lake import Lake
from store.scope import LOCAL_OWNER

WEEKS = 13


def main_kpis(lake: Lake) -> None:
    """Thirteen weeks of the main KPIs of all departments, by week."""
    question = Question(whole_periods(Every.WEEK, DAY_BEFORE, WEEKS), Every.WEEK, percentiles=False)
    values_of(lake, LOCAL_OWNER, mains(), question)


def mains() -> list[Kpi]:
    """The KPIs that are no variant of another."""
    return [kpi for kpi in MEASURED if not kpi.variant_of]


def page(lake: Lake) -> None:
    """Everything the page draws its cards from: a year of weeks, and three years of months where monthly."""
    covered = coverage(lake, LOCAL_OWNER, mains())
    standings(lake, LOCAL_OWNER, mains(), Known(covered), weeks=WEEKS)


def first_and_median(read: Callable[[], None], times: int) -> dict[str, float]:
    """Milliseconds of the first read, and of the middle one of the next `times`; its CPU milliseconds too."""
    first, _ = _once(read)
    walls, cpus = zip(*(_once(read) for _ in range(times)), strict=True)
    return {"first_ms": first, "ms": median(walls), "cpu_ms": median(cpus)}


def _once(read: Callable[[], None]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    read()
    return (time.perf_counter() - wall) * 1_000, (time.process_time() - cpu) * 1_000
