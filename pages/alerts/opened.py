"""The open episodes by incident, those that wait for somebody first: what, since when, why, who."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from alerts.wording import why_told
from kpi.score import Status
from kpi.words import marked, say, say_many
from pages.alerts.told import (
    incident_told,
    link_of,
    load_open,
    owner_told,
    standing_told,
    subject_told,
)
from pages.parts.actions import today_of
from pages.parts.choices import switch
from pages.parts.format import day
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, Link, Marked, table
from pages.parts.viewer import Viewer
from store.state.episode_records import Episode, Stage

SHOWN = {
    "all": marked("All"), "waiting": marked("Not acknowledged"), "mine": marked("Mine"), "asleep": marked("Asleep"),
}  # fmt: skip
COLUMNS = (
    Column(marked("What")), Column(marked("Since"), "w"), Column(marked("Why")), Column(marked("Who")),
    Column(marked("Where it stands")),
)  # fmt: skip
MOST = 40  # incidents on one page; the rest is counted


def draw(viewer: Viewer) -> None:
    """One table an incident."""
    found = load_open(viewer)
    if not found:
        draw_state(
            State.EMPTY, say("Nobody is needed"),
            say("No KPI is worse than chance explains, every source reported, and no review is overdue."),
        )  # fmt: skip
        return
    picked = switch(say("Which ones"), {name: say(text) for name, text in SHOWN.items()}, "show")
    groups = [each for each in by_incident(found) if any(_is(viewer, one, picked) for one in each)]
    if not groups:
        draw_state(State.EMPTY, say("None of these"), say("Choose All to see the others."))
        return
    episodes = sum(map(len, groups))
    incidents = say_many("{n} incident", "{n} incidents", len(groups))
    told = say_many(
        "{n} episode in {incidents}.", "{n} episodes in {incidents}.", episodes, incidents=incidents
    )
    st.html(f'<div class="fl-told">{escape(told)}</div>')
    for each in groups[:MOST]:
        if len(each) > 1:
            draw_incident(viewer, each)
    alone = [each[0] for each in groups[:MOST] if len(each) == 1]
    if alone:
        title = say("On their own")
        st.header(title, anchor=False)
        st.html(table(COLUMNS, [_line(viewer, each) for each in alone], title, stacks=True))
    if len(groups) > MOST:
        st.html(f'<div class="fl-told">{escape(say("{n} more", n=len(groups) - MOST))}</div>')


def by_incident(found: Sequence[Episode]) -> list[list[Episode]]:
    """Those that wait for somebody first, then the longest; within one whoever speaks for it first."""
    groups: Mapping[str, list[Episode]] = defaultdict(list)
    for each in found:
        groups[each.incident].append(each)
    ordered = [
        sorted(each, key=lambda one: (one.explained, bool(one.segment), one.since))
        for each in groups.values()
    ]
    return sorted(ordered, key=lambda each: (all(one.stage is not Stage.OPEN for one in each), each[0].since))


def draw_incident(viewer: Viewer, members: Sequence[Episode]) -> None:
    """Its name and the episodes that speak for it; those they explain are folded."""
    title = incident_told(viewer, members[0].incident, members[0])
    st.header(title, anchor=False)
    speaking = [_line(viewer, each) for each in members if not each.explained]
    explained = [_line(viewer, each) for each in members if each.explained]
    shown = table(COLUMNS, speaking or explained, title, stacks=True)
    if speaking and explained:
        more = say_many("{n} more, which this explains", "{n} more, which this explains", len(explained))
        folded = table(COLUMNS, explained, more, stacks=True)
        shown += f'<details class="fl-told"><summary>{escape(more)}</summary>{folded}</details>'
    st.html(shown)


def _line(viewer: Viewer, episode: Episode) -> list[Cell]:
    standing = standing_told(episode)
    waits = episode.stage is Stage.OPEN and not episode.sleeps(today_of(viewer))
    where: Cell = Marked(standing, Status.AT_RISK) if waits and episode.duty != "owner" else standing
    return [
        Link(subject_told(viewer, episode), link_of(episode)), day(episode.since), why_told(episode),
        owner_told(viewer, episode), where,
    ]  # fmt: skip


def _is(viewer: Viewer, episode: Episode, picked: str) -> bool:
    match picked:
        case "waiting":
            return episode.stage is Stage.OPEN and episode.snoozed_until is None
        case "mine":
            return viewer.principal.name in (episode.owner, episode.acknowledged_by)
        case "asleep":
            return episode.snoozed_until is not None
        case _:
            return True
