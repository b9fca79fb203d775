"""The head of the page: the value, both lights, since when, who answers for it and what is being done."""

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from kpi.comparison import say_from
from kpi.figures import ABSENT, change, figure, goal
from kpi.signals.chart import Direction
from kpi.standing import Standing
from kpi.why.comparing import began
from kpi.words import listed, say
from meetings.actions import is_overdue
from pages.kpi.shown import Shown, period_label
from pages.parts.actions import load_actions, today_of, who_until
from pages.parts.format import day
from pages.parts.people import owner_of
from pages.parts.tables import chip
from pages.parts.theme import MARKS, SIGNAL
from pages.sops.load import load_late


def draw_vitals(shown: Shown) -> None:
    """The block."""
    action = load_actions(shown.viewer, shown.market).get(shown.kpi.key)
    doing = f"{action.text} · {who_until(action, shown.today)}" if action else say("None open")
    if action and is_overdue(action, today_of(shown.viewer)):
        doing = f"▲ {say('Overdue')} · {doing}"
    owner, late = owner_of(shown.viewer, shown.kpi), load_late(shown.viewer).get(shown.kpi.key, ())
    st.html(build_vitals(shown.standing, shown.currency, shown.today, doing, owner, late))


def build_vitals(
    standing: Standing, currency: str, today: date, doing: str, owner: str = "", late: Sequence[str] = ()
) -> str:
    """
    Value and lights in one line, the rest as terms under it; everything escaped. `owner`: who answers for it; `late`:
    procedures that drive it and whose review is overdue.
    """
    kpi, period, prior = standing.kpi, standing.current, standing.prior
    if period is None:
        return f'<div class="fl-value">{escape(say("No period is over yet."))}</div>'
    start = began(standing)
    moved = change(kpi, period.value, prior.value if prior else None, currency)
    pairs = [
        (say("Period"), period_label(standing, period)),
        (say("Target"), ABSENT if period.target is None else goal(kpi, period.target, currency)),
        (say("Change"), f"{moved} {say_from(standing)}" if moved else ABSENT),
        (say("Since"), say("{day} ({n} days)", day=day(start, today), n=(today - start).days) if start else ABSENT),
        (say("Owner"), owner or say(kpi.owner)),
        (say("Action"), doing),
    ]  # fmt: skip
    if standing.market is None and "market" not in kpi.dimensions:
        pairs.append((say("Market"), say("Not split by market")))
    if late:
        pairs.append((say("SOP review"), f"▲ {say('overdue: {names}', names=listed(late))}"))
    terms = "".join(f"<div><dt>{escape(term)}</dt><dd>{escape(text)}</dd></div>" for term, text in pairs)
    value = f'<strong class="{MARKS[period.status][1]}">{escape(str(figure(kpi, period.value, currency)))}</strong>'
    lights = f"{chip(period.status)}{signal_light(standing, today)}"
    return f'<div class="fl-value">{value}{lights}</div><dl class="fl-vitals">{terms}</dl>'


def signal_light(standing: Standing, today: date) -> str:
    """The second light as shape and word: worse or better than usual, as usual, or not known."""
    glyph, word, css = _signal(standing, today)
    return f'<span class="fl-{css}"><span aria-hidden="true">{glyph}</span> {escape(word)}</span>'


def _signal(standing: Standing, today: date) -> tuple[str, str, str]:
    chart, period = standing.chart, standing.current
    point = chart.at(period.start) if chart and period else None
    if chart is None or point is None or point.lower is None:
        return "–", say("No usual range yet"), "plain"
    signal = point.interrupting
    if signal is None:
        return "·", say("Outside its usual range") if point.outside else say("As usual"), "plain"
    since = day(chart.began(point.start) or point.start, today)
    if signal.direction is Direction.CONCERN:
        return SIGNAL[0], say("Worse than usual since {day}", day=since), "off"
    return SIGNAL[0], say("Better than usual since {day}", day=since), "plain"
