"""The KPI dictionary: `python -m kpi.dictionary` prints docs/kpis.md from the definitions."""

import sys
from collections.abc import Iterator

from kpi.catalog import KPIS, of
from kpi.distinct import DistinctShare
from kpi.goals import GOALS, Sop
from kpi.levels import AsOfDay, Model, Stock
from kpi.model import (
    Composite,
    Department,
    Distinct,
    Distribution,
    Kpi,
    Level,
    OverTime,
    Ratio,
    Rows,
    Total,
)  # fmt: skip
from kpi.rolled import Rolled
from kpi.shares import Product


def pages() -> str:
    """The whole dictionary as Markdown."""
    parts = [
        "# KPI dictionary",
        "Made from `kpi/catalog/` by `make docs`; a test fails when it is stale. All rates are sums divided last; a "
        "zero denominator is no data.",
    ]
    parts += ["## What it is all for", "\n".join(_goals()), "## What drives it", "\n".join(_procedures())]
    for department in Department:
        if not of(department):
            continue
        parts.append(f"## {department.label}")
        parts += ["\n".join(_entry(kpi)) for kpi in of(department)]
    return "\n\n".join(parts) + "\n"


def _goals() -> Iterator[str]:
    yield "| Goal | Department | KPIs |"
    yield "|---|---|---|"
    for goal, department in GOALS.items():
        keys = [f"`{kpi.key}`" for kpi in KPIS.values() if kpi.goal == goal]
        if keys:
            yield f"| {goal} | {department.label} | {', '.join(keys)} |"


def _procedures() -> Iterator[str]:
    yield "| SOP | Answers for it | Drives |"
    yield "|---|---|---|"
    for sop in Sop:
        keys = [f"`{kpi.key}`" for kpi in KPIS.values() if sop in kpi.sops]
        if keys:
            yield f"| {sop.label} (`{sop.value}`) | {sop.owner} | {', '.join(keys)} |"


def _entry(kpi: Kpi) -> Iterator[str]:
    yield f"### {kpi.name} (`{kpi.key}`)"
    yield f"{kpi.meaning}\n"
    yield f"- Formula: {kpi.formula}"
    yield f"- Kind: {kind_of(kpi)}; unit: {kpi.unit.value}; {kpi.better.value} is better"
    yield f"- Dated by: {', '.join(_dated(rows) for rows in kpi.sides)}"
    yield from (f"- Over time: {taken(rows.over_time)}" for rows in kpi.sides if rows.over_time)
    yield f"- Settled: {', '.join(dict.fromkeys(settled(rows) for rows in kpi.sides))}"
    yield f"- Cut by: {', '.join(kpi.dimensions)}"
    left_out = dict.fromkeys(reason for rows in kpi.sides for reason in rows.excluded)
    yield f"- Left out and counted: {', '.join(left_out) or 'rows whose measure is missing'}"
    target = f"{kpi.target.at:g}, watch until {kpi.target.warn:g}" if kpi.target else "none"
    yield f"- Default target: {target}; smallest sample: {kpi.minimum} rows; owner: {kpi.owner}"
    yield f"- Definition from: {kpi.source}"
    if kpi.variant_of:
        yield f"- Variant of: `{kpi.variant_of}`"
    yield f"- Goal: {kpi.goal or 'none'}; driven by: {', '.join(kpi.sops).replace('_', ' ') or 'no SOP'}"


def kind_of(kpi: Kpi) -> str:
    """The kind in words."""
    match kpi:
        case Total():
            return "total (one sum)"
        case Ratio():
            return "ratio of two sums" + (" of different facts" if kpi.over else "")
        case Distribution():
            return "distribution of durations"
        case Distinct():
            return (
                "share of the" if isinstance(kpi, DistinctShare) else "number of"
            ) + f" different {kpi.of}"
        case Composite() | Rolled() | Product():
            return _product(kpi)
        case Stock():
            return "level: adds up over things and places, never over days"
        case AsOfDay():
            return "state of things on the last day of a period"
        case Model():
            return f"written by the worker's job {kpi.job}, the last run of a period"
        case _:
            return "definition"


def _product(kpi: Composite | Rolled | Product) -> str:
    match kpi:
        case Composite():
            return f"product of {', '.join(kpi.factors)}"
        case Rolled():
            return f"product of the ratios of every {kpi.along}"
        case Product():
            return f"product of the shares {', '.join(kpi.shares)}"


def settled(rows: Rows) -> str:
    """When a row's outcome is final, in words."""
    if rows.due is None:
        return "at once"
    return f"when `{rows.due}` has come" + ("" if rows.waits else " (counted before, but provisional)")


def taken(over: OverTime) -> str:
    """How a level is taken over time, in words."""
    apart = (
        f"; a {over.apart} that is silent keeps its last level for {over.keeps_days} days"
        if over.apart
        else ""
    )
    if over.take is Level.CLOSING:
        return f"the last snapshot of the period{apart}"
    weighed = "months of equal length" if over.months_alike else "days"
    return f"average by trapezoid from the opening snapshot, weighed in {weighed}{apart}"


def _dated(rows: Rows) -> str:
    return f"`{rows.fact.name}.{rows.day}`"


if __name__ == "__main__":
    sys.stdout.write(pages())
