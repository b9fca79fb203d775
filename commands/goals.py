"""`fairlead kpi goals` and `fairlead kpi orphans`: what every KPI is for, and what hangs nowhere."""

import polars as pl

from commands.kpis import FormatOption
from commands.printing import Format, write
from kpi.catalog import KPIS
from kpi.goals import orphans as orphans_of
from kpi.goals import tree


def goals(how: FormatOption = Format.TABLE) -> None:
    """The goal tree: goal, department, KPI, its owner, the SOPs that drive it and who answers for them."""
    rows = [
        (each.goal or None, each.department.label, each.kpi, each.owner or None, each.sop or None,
         each.sop_owner or None)
        for each in tree(KPIS.values())
    ]  # fmt: skip
    names = ["goal", "department", "kpi", "owner", "sop", "sop_owner"]
    write(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"), how)


def orphans(how: FormatOption = Format.TABLE) -> None:
    """KPIs without goal, owner or SOP, SOPs that drive no KPI, and goals without a KPI; each with the way out."""
    rows = [(each.missing.value, each.key, each.way_out) for each in orphans_of(KPIS.values())]
    names = dict.fromkeys(["missing", "key", "way_out"], pl.String)
    write(pl.DataFrame(rows, schema=names, orient="row"), how)
