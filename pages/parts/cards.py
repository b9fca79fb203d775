"""KPI cards: what each says, and the one component that draws the whole wall."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

import streamlit as st

from kpi.comparison import say_from
from kpi.model import Better
from kpi.period import Every
from kpi.score import Status
from kpi.standing import Period, Standing
from kpi.words import listed, say
from pages.parts.format import Figure, age_days, arrow, change, day, figure, goal, month
from pages.parts.packed import asset, packed
from pages.parts.theme import MARKS, SIGNAL

SPARK = 13


@dataclass(frozen=True)
class Card:
    """What one card says; `trend` and `targets` are the points of its sparkline, None where there is no value.

    `signal`: the word for it where the KPI is worse than usual. `beside`: what it stands for, where that is not what
    most cards show.
    """

    key: str
    name: str
    value: str
    unit: str
    status: str
    glyph: str
    word: str
    signal: str
    target: str
    change: str
    period: str
    beside: str
    higher: bool
    said: str
    href: str
    trend: tuple[float | None, ...] = ()
    targets: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Group:
    """The cards of one department, what is off beside them, and a link to all its KPIs where there are more."""

    title: str
    href: str
    cards: tuple[Card, ...]
    more: str = ""
    also: tuple[Card, ...] = ()


def build_card(
    standing: Standing,
    currency: str,
    today: date,
    link: str = "",
    weeks: int = SPARK,
    usual: date | None = None,
    market: str | None = None,
    late: Sequence[str] = (),
) -> Card:
    """The card of a KPI: its last settled period, target, change to the one before, and what led there.

    `usual`: the first day of the week most cards show; `market`: what the page is limited to;
    `late`: procedures that drive the KPI and whose review is overdue.
    """
    kpi, period = standing.kpi, standing.current or Period(today, today)
    prior = standing.prior or Period(today, today)
    glyph, css = MARKS[period.status]
    number, unit = figure(kpi, period.value, currency)
    told = change(kpi, period.value, prior.value, currency)
    shown = standing.shown(weeks)
    noted = (beside(standing, period, today, usual, market), say("SOP review overdue") if late else "")
    return Card(
        key=kpi.key, name=say(kpi.name), value=number, unit=unit, status=css, glyph=glyph,
        word=_word(standing, period, today), signal=say("Signal") if standing.signal else "",
        target=goal(kpi, period.target, currency) if period.target is not None else "",
        change=f"{arrow(period.value, prior.value, kpi)} {told}".strip(),
        period=period_words(standing, period, today), beside=listed(filter(None, noted)),
        higher=kpi.better is Better.HIGHER,
        said=said(standing, period, told, late),
        href=f"kpi?kpi={kpi.key}{link}",
        trend=tuple(_point(each.value) for each in shown),
        targets=tuple(_point(each.target) for each in shown),
    )  # fmt: skip


def beside(standing: Standing, period: Period, today: date, usual: date | None, market: str | None) -> str:
    """The period where it is not the usual week, and that the KPI is not kept by market where one was chosen."""
    told = []
    if period.start != usual or standing.every is Every.MONTH or period.status is Status.NO_DATA:
        told.append(period_words(standing, period, today))
    if market is not None and standing.market is None:
        told.append(say("all markets"))
    return listed(told)


def period_words(standing: Standing, period: Period, today: date) -> str:
    """`week of 9 Nov`, `November 2026`; where there is no data, when there last was."""
    if standing.until is None:
        return say("no source has sent data yet")
    if standing.current is None:
        return say("no period is over yet")
    if period.status is Status.NO_DATA and standing.until < period.start:
        return say("last data {day}", day=day(standing.until, today))
    if standing.every is Every.MONTH:
        return month(period.start)
    return say("week of {day}", day=day(period.start, today))


def said(standing: Standing, period: Period, told: str, late: Sequence[str] = ()) -> str:
    """The sentences for those who cannot see the picture."""
    better = standing.kpi.better is Better.HIGHER
    sentences = [say("Higher is better.") if better else say("Lower is better.")]
    if told:
        sentences.append(f"{say('Changed by {change}', change=told)} {say_from(standing)}.")
    if standing.since:
        sentences.append(say("Off target since {day}.", day=day(standing.since)))
    if standing.signal:
        sentences.append(say("Worse than usual."))
    if late:
        sentences.append(say("SOP review overdue: {names}.", names=listed(late)))
    return " ".join([*sentences, say("Open details.")])


def _word(standing: Standing, period: Period, today: date) -> str:
    if period.status is Status.INCOMPLETE and standing.reported is not None:
        return say("Unknown, {age}", age=age_days(standing.reported, today))
    return say(period.status.word)


def _point(value: float | None) -> float | None:
    """Five digits are more than a sparkline can show."""
    return None if value is None else float(f"{value:.5g}")


def usual_week(standings: Iterable[Standing]) -> date | None:
    """The first day of the week that most of them show."""
    weeks = [
        each.current.start for each in standings if each.current and each.every is Every.WEEK and each.until
    ]
    return max(set(weeks), key=lambda start: (weeks.count(start), start), default=None)


def _small(card: Card) -> dict[str, object]:
    """A card without its picture, whose parts come last; value and unit as one text."""
    told = {name: told for name, told in vars(card).items() if name not in ("trend", "targets")}
    return {**told, "value": str(Figure(card.value, card.unit)), "unit": ""}


def _sent(card: Card) -> dict[str, object]:
    """A target that stayed the same is sent once."""
    return {**vars(card), "targets": card.targets[:1] if len(set(card.targets)) == 1 else card.targets}


_wall = st.components.v2.component(
    "kpi_wall",
    html='<div class="wall"></div>',
    css=asset("wall.css"),
    js=asset("wall.js"),
)


def draw_wall(
    groups: Sequence[Group], note: str = "", title: str = "", top: str = "", key: str = "wall"
) -> str | None:
    """Draw all cards as one element, with a title and what is said beside it and below; the key of what was opened."""
    shown = tuple(  # a list would have Streamlit load pandas
        {
            **vars(group),
            "cards": packed([_sent(card) for card in group.cards]),
            "also": packed([_small(card) for card in group.also]),
        }
        for group in groups
    )
    told = tuple(each.name for each in fields(Card))
    words = {"target": say("Target"), "circle": SIGNAL[0], "also": say("Also:")}
    data = {"groups": shown, "names": told, "note": note, "title": title, "top": top, **words}
    opened = _wall(data=data, key=key, on_open_change=lambda: None).open
    return str(opened) if opened else None
