"""One episode: what it is about, what happened, and what a person can do about it."""

from collections.abc import Callable
from datetime import date, timedelta
from html import escape

import streamlit as st

from alerts.wording import why_told
from kpi.catalog import KPIS
from kpi.words import marked, say
from meetings.promises import Wish, promise
from pages.alerts.told import ENDINGS, event_told, owner_told, standing_told, subject_told
from pages.parts.actions import IN_DAYS, today_of
from pages.parts.fields import save_or_cancel
from pages.parts.format import day
from pages.parts.language import language_link
from pages.parts.people import owner_field
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.promises import percent_field
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state import Cause
from store.state.actions import LONGEST_TEXT
from store.state.episode_records import BY_PEOPLE, LONGEST_WORD, Episode, EpisodeError, Stage

FORM = "episode"
Command = Callable[[str], object]
WAYS = {
    "acknowledge": marked("Acknowledge"), "act": marked("Start an action"), "carried": marked("It was carried out"),
    "comment": marked("Comment"), "give": marked("Give to"), "snooze": marked("Let it sleep"), "close": marked("Close"),
}  # fmt: skip


def draw(viewer: Viewer) -> None:
    """The episode the link names."""
    number = st.query_params.get("episode", "")
    try:
        episode = viewer.store.state.episodes.find(viewer.principal, int(number) if number.isdecimal() else 0)
    except EpisodeError:
        draw_state(
            State.EMPTY, say("There is no such episode"), say("It may be one of another part of the firm.")
        )
        return
    st.html(episode_html(viewer, episode))
    draft = draft_of(FORM)
    if draft is not None and draft.purpose in WAYS:
        draw_form(viewer, episode, draft)
    elif episode.is_open and viewer.principal.may(Permit.HANDLE_ALERTS):
        draw_ways(episode)
    draw_history(viewer, episode)


def episode_html(viewer: Viewer, episode: Episode) -> str:
    """Subject, why, since when, whose it is and where it stands; everything escaped."""
    subject, link = escape(subject_told(viewer, episode)), language_link()
    if episode.kpi in KPIS:
        market = episode.pairs.get("market")
        part = f"&market={market}" if market else ""
        href = escape(f"kpi?kpi={episode.kpi}{part}{link}")
        subject = f'<a href="{href}" target="_self">{subject}</a>'
    elif sop := episode.pairs.get("sop"):
        subject = f'<a href="sop?sop={escape(sop)}{link}" target="_self">{subject}</a>'
    told = [
        why_told(episode), say("since {day}", day=day(episode.since)), owner_told(viewer, episode),
        standing_told(episode),
    ]  # fmt: skip
    back = (
        f'<p><a href="alerts{escape(language_link("?"))}" target="_self">{escape(say("All alerts"))}</a></p>'
    )
    return f'<div class="fl-sop-prose">{back}<h2>{subject}</h2><p>{escape(" · ".join(told))}</p></div>'


def draw_ways(episode: Episode) -> None:
    """What its stage allows; the next thing first."""
    ways = [each for each in WAYS if _fits(each, episode)]
    with st.container(horizontal=True, gap="small"):
        for place, way in enumerate(ways):
            st.button(
                say(WAYS[way]), key=f"{way}_{episode.id}", on_click=begin, args=(FORM, way, episode),
                type="primary" if place == 0 else "secondary",
            )  # fmt: skip


def _fits(way: str, episode: Episode) -> bool:
    match way:
        case "acknowledge":
            return episode.stage is Stage.OPEN
        case "act":
            return episode.kpi in KPIS and episode.stage is not Stage.IN_ACTION
        case "carried":
            return episode.stage is Stage.IN_ACTION
        case "give":
            return episode.kpi in KPIS
        case _:
            return True


def draw_form(viewer: Viewer, shown: Episode, draft: Draft) -> None:
    """The few words the next step takes."""
    seen = draft.seen if isinstance(draft.seen, Episode) else shown
    with st.form(f"form_{FORM}", width=760):
        st.text(say(WAYS[draft.purpose]))
        command = _command(viewer, seen, draft)
        sent = save_or_cancel(FORM, say("Save"))
    if sent:
        post(FORM, command, lambda theirs: standing_told(theirs) if isinstance(theirs, Episode) else "")


def _command(viewer: Viewer, seen: Episode, draft: Draft) -> Command:
    episodes, who, today = viewer.store.state.episodes, viewer.principal, today_of(viewer)
    match draft.purpose:
        case "acknowledge":
            st.text(say("You look after it; nobody else is told any more."))
            return lambda key: episodes.acknowledge(who, seen, key)
        case "carried":
            st.text(say("The next two periods show whether it helped."))
            return lambda key: episodes.carried_out(who, seen, key)
        case "act":
            return _acting(viewer, seen, draft.key, today)
        case "give":
            person = owner_field(viewer, KPIS[seen.kpi], seen.owner, draft.key)
            return lambda key: episodes.give(who, seen, person, key)
        case "snooze":
            until = st.date_input(say("Until"), today + timedelta(days=7), key=f"until_{draft.key}")
            why = st.text_input(say("Why"), max_chars=LONGEST_WORD, key=f"why_{draft.key}")
            wake = until if isinstance(until, date) else today
            return lambda key: episodes.snooze(who, seen, wake, why, today, key)
        case "close":
            told = {each: say(ENDINGS[each]) for each in BY_PEOPLE}
            how = st.radio(
                say("It is"), BY_PEOPLE, format_func=lambda each: told[each], key=f"how_{draft.key}"
            )
            why = st.text_input(say("Why"), max_chars=LONGEST_WORD, key=f"why_{draft.key}")
            return lambda key: episodes.close(who, seen, how or BY_PEOPLE[0], why, key)
        case _:
            text = st.text_input(say("Comment"), max_chars=LONGEST_WORD, key=f"text_{draft.key}")
            return lambda key: episodes.comment(who, seen, text, key)


def _acting(viewer: Viewer, seen: Episode, field: str, today: date) -> Command:
    """The action is opened on the KPI and linked; sent twice it is one."""
    state, who, kpi = viewer.store.state, viewer.principal, KPIS[seen.kpi]
    text = st.text_input(say("What will be done"), max_chars=LONGEST_TEXT, key=f"text_{field}")
    owner = owner_field(viewer, kpi, seen.owner or kpi.owner, field)
    due = st.date_input(say("Until"), today + timedelta(days=IN_DAYS), key=f"due_{field}")
    until = due if isinstance(due, date) else today
    percent = percent_field(kpi, field)
    wish = Wish(text, owner, until, percent, segment=seen.segment, cause=Cause.ALERT, episode=seen.id)

    def act(key: str) -> object:
        made = promise(state, who, kpi, wish, today=today, key=f"{key}-action")
        return state.episodes.act(who, seen, made.id, key)

    return act


def draw_history(viewer: Viewer, episode: Episode) -> None:
    """What happened, the first thing first; days of the data and of the firm."""
    st.header(say("What happened"), anchor=False)
    lines = "".join(
        f'<li>{escape(event_told(each))} <span class="fl-quiet">{escape(day(each.day))}, {escape(each.who)}</span></li>'
        for each in viewer.store.state.episodes.history(viewer.principal, episode.id)
    )
    st.html(f'<div class="fl-sop-prose"><ol>{lines}</ol></div>')
