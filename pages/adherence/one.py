"""One procedure, or one step of it: months with its versions, steps, order of whole cases, markets and teams."""

from html import escape

import streamlit as st

from kpi.words import say
from pages.adherence import build, load
from pages.adherence.months import draw_demands, draw_months
from pages.adherence.person import draw_person
from pages.adherence.shown import Shown
from pages.parts.built import built
from pages.parts.states import State, draw_state
from pages.parts.tables import Grid, Link, facts
from sop.adherence import Followed, Told

SPLITS = ((Told.STEPS, "market"), (Told.ANSWERS, "team"), (Told.CASES, "team"))


def draw_one(shown: Shown) -> None:
    """The procedure of the link, at its step where one is named."""
    st.html(ways(shown))
    found = shown.followed(steps=True)
    mine = tuple(each for each in found if shown.step in ("", each.step))
    if not mine:
        told = say("No case of it was judged and no check was entered in these days. Choose a longer period.")
        draw_state(State.EMPTY, say("Nothing to show"), told)
        return
    st.text(build.headline(mine))
    draw_months(shown)
    st.header(say("Steps"), anchor=False)
    st.html(built(shown.viewer, "adherence-steps", shown.key, lambda: steps_of(shown, mine).html))
    if note := build.few(mine):
        st.caption(note)
    if not shown.step:
        draw_order(shown)
    draw_demands(shown)
    draw_splits(shown)
    draw_person(shown)


def ways(shown: Shown) -> str:
    """Back to all procedures, or from a step to all steps; and to the text itself."""
    up = ("adherence?" + shown.filters.link.lstrip("&")).rstrip("?")
    links = [(up, say("All procedures"))]
    if shown.step:
        links.append((shown.link(shown.sop), shown.title(shown.sop)))
    if shown.sop in load.shelves(shown.viewer):
        links.append((f"sop?sop={shown.sop}", say("Read the procedure")))
    told = " · ".join(f'<a href="{escape(to)}" target="_self">{escape(words)}</a>' for to, words in links)
    return f'<div class="fl-told">{told}</div>'


def steps_of(shown: Shown, found: tuple[Followed, ...]) -> Grid:
    """The steps in the order of the procedure; those only data know come last."""
    order = list(load.step_titles(shown.viewer, shown.sop))
    ordered = sorted(
        found, key=lambda each: (order.index(each.step) if each.step in order else len(order), each.step)
    )
    return build.both(
        say("Step"), say("Steps"), ordered,
        lambda each: Link(shown.title(each.sop, each.step), shown.link(each.sop, each.step)),
        shown.before(steps=True),
    )  # fmt: skip


def draw_order(shown: Shown) -> None:
    """Whole cases: every step, exactly the expected order, all main steps."""
    told = build.order(load.load_ordered(shown.viewer, shown.asked.span).get(shown.sop, {}))
    if told:
        st.header(say("Whole cases, by systems"), anchor=False)
        st.html(facts(told))


def draw_splits(shown: Shown) -> None:
    """Systems by market; checklists by team, and whole cases by team."""
    grids = [
        grid
        for told, by in SPLITS
        if not (shown.step and told is Told.CASES) and (grid := split_of(shown, told, by)) is not None
    ]
    if not grids:
        return
    st.header(say("Where"), anchor=False)
    for grid in grids:
        st.caption(grid.label)
        st.html(grid.html)


def split_of(shown: Shown, told: Told, by: str) -> Grid | None:
    """One account by one dimension; None where it is not kept by that or there is only one part."""
    found = load.load_split(shown.viewer, told, shown.asked.span, by, shown.sop, shown.step)
    if len(found) < 2:
        return None
    labels = {
        (Told.STEPS, "market"): say("Steps followed by market, by systems"),
        (Told.ANSWERS, "team"): say("Points earned by team, by checklists"),
        (Told.CASES, "team"): say("Cases with every step followed by team, by systems"),
    }  # fmt: skip
    return build.parts(found, say("Market") if by == "market" else say("Team"), labels[told, by])
