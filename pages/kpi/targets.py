"""The history of a KPI's targets: a step over time, and who entered what, from when, and why."""

from datetime import date
from decimal import Decimal
from html import escape

import streamlit as st

from kpi.chart import Chart
from kpi.chart.steps import Step, step_rows, step_spec
from kpi.figures import ABSENT, day, goal
from kpi.model import Kpi, Unit
from kpi.words import clauses, say
from kpi.words.days import short_month
from pages.kpi.shown import Shown
from pages.parts.steady import draw_vega
from pages.parts.tables import Cell, Column, table
from pages.parts.theme import mode, palette
from store.state import TargetRow, target_on


def draw(shown: Shown) -> None:
    """The step of the slice that is shown, and every entry ever made."""
    kpi, state = shown.kpi, shown.viewer.store.state
    entries = state.targets.rows(shown.viewer.principal, kpi.key)
    st.html(f'<div class="fl-lead">{escape(lead(kpi, entries, shown))}</div>')
    steps = steps_of(kpi, entries, shown.market, shown.currency)
    if len(steps) > 1:
        chart = build(kpi, steps, shown, mode())
        with st.container(border=True, gap=None, key=f"panel_targets_{kpi.key}"):
            draw_vega(chart, f"targets_{kpi.key}")
    if entries:
        st.html(build_table(kpi, entries, shown.currency))
        st.caption(
            say("Entries are only added. A period is judged by the target of its own first day, for good.")
        )


def lead(kpi: Kpi, entries: list[TargetRow], shown: Shown) -> str:
    """Which target counts today, and where it is from."""
    found = target_on(entries, kpi.key, where_of(shown.market), shown.today)
    if found is not None:
        return say(
            "Today {level} counts, set from {day} on.",
            level=goal(kpi, float(found.target), shown.currency), day=day(found.valid_from),
        )  # fmt: skip
    if kpi.target is None:
        return say("No target was ever set; the KPI is shown without one.")
    return say(
        "No target was entered for this; {level} of the definition counts.",
        level=goal(kpi, kpi.target.at, shown.currency),
    )


def where_of(market: str | None) -> dict[str, str]:
    """The slice the page shows, as targets name it."""
    return {"market": market} if market else {}


def steps_of(kpi: Kpi, entries: list[TargetRow], market: str | None, currency: str) -> list[Step]:
    """The target that counted from each day on which it changed; where none is in force that of the definition."""
    days = sorted({each for row in entries for each in (row.valid_from, row.valid_to) if each is not None})
    if not days:
        return []
    steps: list[Step] = []
    for start in [_month_before(days[0]), *days]:
        found = target_on(entries, kpi.key, where_of(market), start)
        own = Decimal(str(kpi.target.at)) if kpi.target else None
        level = found.target if found else own
        step = _step(kpi, start, None if level is None else float(level), currency)
        if not steps or step.level != steps[-1].level:
            steps.append(step)
    return steps


def _month_before(first: date) -> date:
    return date(first.year - 1, 12, 1) if first.month == 1 else date(first.year, first.month - 1, 1)


def _step(kpi: Kpi, start: date, level: float | None, currency: str) -> Step:
    scale = 100 if kpi.unit is Unit.PERCENT else 1
    return Step(start, None if level is None else level * scale, goal(kpi, level, currency))


def build(kpi: Kpi, steps: list[Step], shown: Shown, theme: str) -> Chart:
    """The chart with its sentence."""
    scale = 100 if kpi.unit is Unit.PERCENT else 1
    rows = step_rows(steps, shown.today)
    spec = step_spec(
        rows, palette(theme), lambda value: goal(kpi, value / scale, shown.currency), short_month
    )
    told = clauses(say("{level} from {day}", level=each.told, day=day(each.start)) for each in steps)
    name = say(kpi.name)
    return Chart(
        rows, spec, say("Target of {kpi}: {told}.", kpi=name, told=told), title=say("Target of {kpi}", kpi=name)
    )  # fmt: skip


def build_table(kpi: Kpi, entries: list[TargetRow], currency: str) -> str:
    """Every entry, the latest first: from when to when, for what, how much, who, why."""
    columns = (
        Column(say("Counts from"), "w"), Column(say("until before"), "w"), Column(say("For")),
        Column(say("Target"), "r"),
        Column(say("Watched from"), "r"), Column(say("Owner")), Column(say("Approved by")), Column(say("Why")),
        Column(say("Entered"), "w"),
    )  # fmt: skip
    return table(
        columns,
        [_row(kpi, each, currency) for each in reversed(entries)],
        say("History of the targets of {kpi}", kpi=say(kpi.name)),
    )


def _row(kpi: Kpi, row: TargetRow, currency: str) -> list[Cell]:
    level = say("withdrawn") if row.withdrawn else goal(kpi, float(row.target), currency)
    return [
        day(row.valid_from), day(row.valid_to) if row.valid_to else ABSENT, row.segment or say("All"), level,
        ABSENT if row.warn is None else goal(kpi, float(row.warn), currency), row.owner or ABSENT,
        row.approver or ABSENT, row.reason or ABSENT, day(row.recorded_at.date()) if row.recorded_at else ABSENT,
    ]  # fmt: skip
