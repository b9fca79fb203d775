"""The eight stages in one row: what orders take there against the budget, how many are in it, what it burns."""

from html import escape
from pathlib import Path

import polars as pl

from kpi.flow.budgets import BUDGETS, SET
from kpi.flow.reading import Assurance, Flow, StageTime
from kpi.flow.stages import PROMISED, Stage
from kpi.words import listed, say, say_many
from pages.flow.telling import DAY_S, HOUR_S, days, lasting, percent
from pages.parts.format import ABSENT, count, decimal
from pages.parts.tables import Cell, Column, Grid

MARK = 62  # where the budget stands in every bullet, in per cent of its width
STYLE = (Path(__file__).parent / "flow.css").read_text(encoding="utf-8")


def style() -> str:
    """The style sheet of this page's own markup."""
    return f"<style>{STYLE}</style>"


def build_lead(found: Flow) -> str:
    """The promise kept, of all that fell due; the flattering figure only beside it."""
    on_time = found.on_time
    if on_time.rate is None:
        told = say("No promise fell due in these weeks, so nothing can be said about keeping them.")
        return f'<div class="ff-lead"><span class="ff-quiet">{escape(told)}</span></div>'
    rest = [
        say("of {n} orders that fell due came on their day or before", n=count(on_time.due)),
        say_many(
            "{n} is still under way and counts as late",
            "{n} are still under way and count as late",
            on_time.open_late,
            n=count(on_time.open_late),
        )
        if on_time.open_late
        else "",
        say("{n} were lost or sent back", n=count(on_time.never)) if on_time.never else "",
        say("of those delivered alone it would be {share}", share=percent(on_time.delivered_only)),
    ]
    told = " · ".join(each for each in rest if each)
    return (
        f'<div class="ff-lead"><strong>{escape(percent(on_time.rate))}</strong>'
        f'<span class="ff-quiet">{escape(told)}</span></div>'
    )


def build_strip(found: Flow) -> str:
    """The stages as a list of eight cards."""
    cards = "".join(_card(each) for each in found.stages)
    return f'<ol class="ff-strip">{cards}</ol>'


def _card(each: StageTime) -> str:
    stage = each.stage
    name = f'<div class="ff-name"><i aria-hidden="true">{stage.number}</i>{escape(say(stage.title))}</div>'
    if not each.passed:
        told = say("No order passes it here.")
        return f'<li class="ff-stage idle">{name}<div class="ff-quiet">{escape(told)}</div></li>'
    return f'<li class="ff-stage">{name}{_value(each)}{_bullet(each)}{_times(each)}{_now(each)}</li>'


def _value(each: StageTime) -> str:
    told = {
        Assurance.OK: say("half take less"),
        Assurance.FEW: say("? only {n}", n=count(each.n)),
        Assurance.NONE: say("none settled yet"),
    }[each.assurance]
    return f'<div class="ff-value">{escape(lasting(each.median_s))}</div><div class="ff-half">{escape(told)}</div>'


def _bullet(each: StageTime) -> str:
    """The median as a bar, on to the 90th percentile as a thin line, the budget as a mark: the picture of the text."""
    if not each.budget_s or each.median_s is None or each.p90_s is None:
        return ""
    middle, far = (min(100.0, value / each.budget_s * MARK) for value in (each.median_s, each.p90_s))
    burnt = ' class="burnt"' if each.median_s > each.budget_s else ""
    return (
        f'<div class="ff-bullet" aria-hidden="true"><u style="left:{middle:.1f}%;width:{far - middle:.1f}%"></u>'
        f'<i{burnt} style="width:{middle:.1f}%"></i><b></b></div>'
    )


def _times(each: StageTime) -> str:
    told = [say("9 in 10 within {time}", time=lasting(each.p90_s))] if each.p90_s is not None else []
    if each.budget_s:
        over = each.median_s is not None and each.median_s > each.budget_s
        budget = say("budget {time}", time=lasting(each.budget_s))
        told.append(f"▲ {say('over its budget of {time}', time=lasting(each.budget_s))}" if over else budget)
    if each.n and each.stage is not Stage.AFTER_SALES:
        burnt, saved = lasting(each.burnt_s / each.n), lasting(each.saved_s / each.n)
        told.append(say("burns {burnt}, saves {saved} an order", burnt=burnt, saved=saved))
    return "".join(f'<div class="{_tone(text)}">{escape(text)}</div>' for text in told)


def _tone(text: str) -> str:
    return "fl-watch ff-wrap" if text.startswith("▲") else "ff-quiet"


def _now(each: StageTime) -> str:
    there = say_many("{n} here now", "{n} here now", each.now, n=count(each.now))
    told = [f"<strong>{escape(there)}</strong>"]
    if each.overdue:
        told.append(
            f'<span class="fl-off">■ {escape(say("{n} past their day", n=count(each.overdue)))}</span>'
        )
    if each.expected >= 0.5:
        later = say("about {n} will be late", n=count(each.expected))
        told.append(f'<span class="fl-watch">▲ {escape(later)}</span>')
    return f'<div class="ff-now">{"<br>".join(told)}</div>'


def headline(found: Flow) -> str:
    """What the strip says in a sentence: where most late days come from, and which stages are over budget."""
    late = max(found.stages, key=lambda each: each.late_days)
    over = [say(each.stage.title) for each in found.stages
            if each.budget_s and each.median_s is not None and each.median_s > each.budget_s]  # fmt: skip
    told = []
    if late.late_days > 0:
        told.append(
            say(
                "{stage} made most of the lateness: {days} of {all}.", stage=say(late.stage.title),
                days=days(late.late_days), all=days(found.on_time.late_days),
            )
        )  # fmt: skip
    if over:
        told.append(say("Half of all orders take longer than the budget in: {stages}.", stages=listed(over)))
    elif any(each.budget_s for each in found.stages):
        told.append(say("In every stage at least half of the orders keep the budget."))
    return " ".join(told)


def build_sum(lane: pl.DataFrame) -> str:
    """The budget of one lane as a sum that ends with its promise."""
    row = lane.row(0, named=True)
    parts = [(stage, row[name]) for stage, name in zip(PROMISED, BUDGETS, strict=True) if row[name]]
    told = " + ".join(f"{say(stage.title)} {decimal(each / HOUR_S, 0)}" for stage, each in parts)
    promise = say("{n} days promised", n=decimal(row["promise_s"] / DAY_S, 1).removesuffix(".0"))
    hours = decimal(row["promise_s"] / HOUR_S, 0)
    return (
        f'<div class="ff-sum">{escape(told)} = <strong>{escape(say("{n} h", n=hours))}</strong>, '
        f"{escape(promise)} · {escape(basis(row['basis'], row['orders']))}</div>"
    )


def basis(how: str, orders: int) -> str:
    """Where a budget comes from, in words."""
    if how == SET:
        return say("set in fairlead.toml")
    if how == "proposed":
        return say(
            "proposed from {n} settled orders; fairlead flow budgets prints it to set your own",
            n=count(orders),
        )
    return say("usual shares, as too few orders are settled; fairlead flow budgets prints it to set your own")


def build_budgets(lanes: pl.DataFrame) -> Grid:
    """Every lane with its stages in hours and the promise they add up to."""
    columns = (
        Column(say("Lane"), "w"), *(Column(say(stage.title), "r") for stage in PROMISED), Column(say("Promise"), "r"),
        Column(say("Basis")),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            row["lane"], *(decimal(row[name] / HOUR_S, 0) if row[name] else ABSENT for name in BUDGETS),
            say("{n} h", n=decimal(row["promise_s"] / HOUR_S, 0)),
            {SET: say("set"), "proposed": say("proposed")}.get(row["basis"], say("usual shares")),
        ]
        for row in lanes.iter_rows(named=True)
    ]  # fmt: skip
    return Grid(columns, rows, say("Budgets of the lanes in hours"))
