"""Names of the tables computed numbers are stored in."""

from kpi.engine import Grain, Part
from kpi.model import Distribution


def component_table(grain: Grain) -> str:
    """The table a grain's components are stored in: `day`, the dimensions, one column a component."""
    return f"components_{grain.name}"


def bin_table(grain: Grain, part: Part) -> str:
    """The table the bins of a duration are stored in: `day`, the dimensions, `bin`, `count`."""
    return f"bins_{part.kpi.key}_{grain.day}"


def tables_of(grain: Grain) -> list[str]:
    """Every table a grain's numbers are stored in."""
    bins = [bin_table(grain, part) for part in grain.parts if isinstance(part.kpi, Distribution)]
    return [component_table(grain), *bins]
