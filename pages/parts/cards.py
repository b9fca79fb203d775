"""KPI cards: what each says, and the one component that draws the whole wall."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import streamlit as st

from kpi.comparison import say_from
from kpi.model import Better
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Period, Standing
from kpi.words import say
from pages.parts.format import age_days, arrow, change, day, figure, goal
from pages.parts.theme import MARKS

SPARK = 13
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Card:
    """What one card says; `trend` and `targets` are the points of its sparkline, None where there is no value."""

    key: str
    name: str
    value: str
    unit: str
    status: str
    glyph: str
    word: str
    target: str
    change: str
    period: str
    higher: bool
    said: str
    href: str
    trend: tuple[float | None, ...] = ()
    targets: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Group:
    """The cards of one department."""

    title: str
    href: str
    cards: tuple[Card, ...]


def build_card(standing: Standing, currency: str, today: date, link: str = "", weeks: int = SPARK) -> Card:
    """The card of a KPI: its last settled period, target, change to the one before, and what led there."""
    kpi, period = standing.kpi, standing.current or Period(today, today)
    prior = standing.prior or Period(today, today)
    glyph, css = MARKS[period.status]
    number, unit = figure(kpi, period.value, currency)
    told = change(kpi, period.value, prior.value, currency)
    shown = standing.shown(weeks)
    return Card(
        key=kpi.key, name=kpi.name, value=number, unit=unit, status=css, glyph=glyph,
        word=_word(standing, period, today),
        target=goal(kpi, period.target, currency) if period.target is not None else "",
        change=f"{arrow(period.value, prior.value, kpi)} {told}".strip(),
        period=period_words(standing, period, today),
        higher=kpi.better is Better.HIGHER,
        said=said(standing, period, told),
        href=f"kpi?kpi={kpi.key}{link}",
        trend=tuple(_point(each.value) for each in shown),
        targets=tuple(_point(each.target) for each in shown),
    )  # fmt: skip


def period_words(standing: Standing, period: Period, today: date) -> str:
    """`week of 9 Nov`, `November 2026`; where there is no data, when there last was."""
    if standing.until is None:
        return "no source has sent data yet"
    if standing.current is None:
        return "no period is over yet"
    if period.status is Status.NO_DATA and standing.until < period.start:
        return f"last data {day(standing.until, today)}"
    return f"{period.start:%B %Y}" if standing.every is Every.MONTH else f"week of {day(period.start, today)}"


def said(standing: Standing, period: Period, told: str) -> str:
    """The sentence for those who cannot see the picture."""
    kpi = standing.kpi
    better = "Higher is better." if kpi.better is Better.HIGHER else "Lower is better."
    moved = f" {say('Changed by {change}', change=told)} {say_from(standing)}." if told else ""
    since = f" Off target since {day(standing.since)}." if standing.since else ""
    return f"{better}{moved}{since} Open details."


def _word(standing: Standing, period: Period, today: date) -> str:
    if period.status is Status.INCOMPLETE and standing.reported is not None:
        return f"Unknown, {age_days(standing.reported, today)}"
    return period.status.word


def _point(value: float | None) -> float | None:
    """Five digits are more than a sparkline can show."""
    return None if value is None else float(f"{value:.5g}")


_wall = st.components.v2.component(
    "kpi_wall",
    html='<div class="wall"></div>',
    css=(HERE / "wall.css").read_text(encoding="utf-8"),
    js=(HERE / "wall.js").read_text(encoding="utf-8"),
)


def draw_wall(groups: Sequence[Group], note: str, key: str = "wall") -> str | None:
    """Draw all cards as one element; the key of the card that was just opened."""
    data = {"groups": [asdict(group) for group in groups], "note": note}
    opened = _wall(data=data, key=key, on_open_change=lambda: None).open
    return str(opened) if opened else None
