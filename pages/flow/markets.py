"""Is the service the same everywhere? One KPI of every market in a funnel whose limits narrow with volume."""

import streamlit as st

from kpi.access import sees
from kpi.catalog import KPIS
from kpi.chart import Chart
from kpi.flow.chart import funnel_chart
from kpi.flow.consistent import comparable
from kpi.flow.funnel import LEAST, Funnel
from kpi.flow.reading import Slice
from kpi.model import Kpi
from kpi.standing import Coverage
from kpi.words import listed, say, say_many
from pages.flow.load import built, load_funnel
from pages.flow.telling import percent, points
from pages.parts.filters import choose
from pages.parts.format import count, share
from pages.parts.steady import draw_vega
from pages.parts.theme import mode, palette
from pages.parts.viewer import Viewer, open_page


def draw_markets(viewer: Viewer, asked: Slice, covered: Coverage) -> None:
    """Choose a KPI; its markets, and which of them are apart beyond chance."""
    mine = [kpi for kpi in comparable(KPIS.values())
            if kpi.key in covered.until and sees(viewer.principal, kpi)]  # fmt: skip
    if not mine:
        st.text(say("No share that is kept by market has data yet."))
        return
    names = {kpi.name: kpi for kpi in mine}
    kpi = names[choose(say("KPI"), list(names), "same", 260)]
    found = load_funnel(viewer, kpi, asked)
    if found is None:
        st.text(
            say(
                "{kpi} has rows of fewer than two markets in these weeks: nothing to compare.",
                kpi=say(kpi.name),
            )
        )
        return
    chart = built(viewer, asked, f"funnel-{kpi.key}", lambda: build_funnel(kpi, found, mode()))
    with st.container(border=True, gap=None, key="panel_same"):
        if st.button(say(kpi.name), key="open_same", type="tertiary"):
            open_page(viewer, "kpi", kpi=kpi.key)
        st.text(title(found))
        st.caption(caption(found))
        draw_vega(chart, "funnel")


def build_funnel(kpi: Kpi, found: Funnel, theme: str) -> Chart:
    """The chart with its text alternative."""
    places = listed(f"{place.name} {percent(place.share)}" for place in found.places)
    alt = f"{say(kpi.name)}: {title(found)} {caption(found)} {places}."
    return funnel_chart(found, palette(theme), percent, share, count, alt)


def title(found: Funnel) -> str:
    """Which markets are apart, and from what."""
    if not found.apart:
        return say("No market is apart: the differences are what chance brings at these volumes.")
    told = listed(f"{place.name} {percent(place.share)}" for place in found.apart)
    return say_many(
        "{told} is apart from the {centre} of the others, beyond chance.",
        "{told} are apart from the {centre} of the others, beyond chance.", len(found.apart), told=told,
        centre=percent(found.centre),
    )  # fmt: skip


def caption(found: Funnel) -> str:
    """The spread, what of it is not chance, and how the limits were drawn."""
    few = [place.name for place in found.places if not place.enough]
    told = [
        say("{spread} between the lowest and the highest market; {beyond} between markets is left when chance is taken "
            "out.", spread=points(found.spread).lstrip("+"), beyond=points(found.beyond_chance).lstrip("+±")),
        say("Dotted: limits that {n} equal markets all keep 98 times in 100; further right a market has more rows.",
            n=len(found.places)),
    ]  # fmt: skip
    if found.wander > 0:
        told.append(say("They are wider by what a market moves from week to week without a cause."))
    if few:
        told.append(say("Fewer than {least} rows: {names}.", least=LEAST, names=listed(few)))
    return " ".join(told)
