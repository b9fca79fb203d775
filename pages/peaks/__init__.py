"""Peaks of the business: when they are, and whether knowledge, goods, carriers and people are ready for them."""

import streamlit as st

from kpi.words import say
from meetings.readiness import gate_of
from pages.parts.choices import pick
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.states import State, draw_state
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from pages.peaks import entering, needs
from pages.peaks.look import draw_gate
from pages.peaks.told import days_told
from pages.sops.load import today_of
from store.state.peak_records import Peak


@guarded
def render(viewer: Viewer) -> None:
    """The peak of `?peak=NUMBER`, the next one by default, for the market of `?market=CODE`."""
    company = load_company_of(viewer)
    draw_head(
        say("Peak readiness"), context_line(load_coverage(viewer), None, company), company,
        load_freshness(viewer), now(),
    )  # fmt: skip
    today = today_of(viewer)
    peaks = viewer.store.state.peaks.rows(viewer.principal, today)
    if not peaks:
        draw_state(
            State.EMPTY, say("No peak is planned"),
            say("Black Friday and Chinese New Year are entered by themselves once figures are computed."),
        )  # fmt: skip
        entering.draw(viewer, None)
        return
    peak, market = draw_choices(viewer, peaks)
    draw_gate(viewer, gate_of(viewer.store, viewer.principal, peak, today, market or None))
    needs.draw(viewer, peak, market)
    entering.draw(viewer, peak)


def draw_choices(viewer: Viewer, peaks: list[Peak]) -> tuple[Peak, str]:
    """The peak and the market looked at; an empty one is all of them."""
    named = {str(each.id): f"{each.name} · {days_told(each)}" for each in peaks}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = pick(say("Peak"), named, "peak", 340)
        peak = next(each for each in peaks if str(each.id) == chosen)
        mine = viewer.principal.scope.markets
        seen = [each for each in sorted(load_company_of(viewer).markets) if mine is None or each in mine]
        known = [each for each in seen if peak.is_in(each)]
        market = pick(say("For"), {"": say("All markets"), **{each: each for each in known}}, "market", 160)
    return peak, market
