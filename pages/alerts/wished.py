"""The form in which somebody says how and when they wish to be told."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time, timedelta

import streamlit as st

from kpi.words import marked, own_name, say
from pages.parts.actions import today_of
from pages.parts.fields import save_or_cancel
from pages.parts.posting import begin, draft_of, post
from pages.parts.viewer import Viewer
from store.state.wishes import LANGUAGES, LONGEST_PAUSE_DAYS, How, Wish

FORM, CHANGE = "wish", "change"
OFTEN: Mapping[How, str] = {
    How.EACH: marked("At once"), How.DAILY: marked("Once a day"), How.NEVER: marked("Not by message"),
}  # fmt: skip
STEP = timedelta(minutes=30)
Command = Callable[[str], object]


def draw_wish(viewer: Viewer, mine: Wish) -> None:
    """The button, or the form once it was pressed."""
    draft = draft_of(FORM)
    if draft is None:
        label = say("Change how you are told")
        st.button(label, key="change_wish", on_click=begin, args=(FORM, CHANGE, mine))
        return
    seen = draft.seen if isinstance(draft.seen, Wish) else mine
    with st.form(f"form_{FORM}", width=760):
        command = _command(viewer, seen, draft.key)
        sent = save_or_cancel(FORM, say("Save"))
    if sent:
        post(FORM, command, lambda theirs: say(OFTEN[theirs.how]) if isinstance(theirs, Wish) else "")


def _command(viewer: Viewer, seen: Wish, key: str) -> Command:
    """The fields with what counts now, and what saving them does."""
    often = {each: say(OFTEN[each]) for each in How}
    how = st.radio(
        say("How often"), list(How), index=list(How).index(seen.how), horizontal=True,
        format_func=lambda each: often[each], key=f"how_{key}",
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        digest = _time(say("Daily message at"), seen.digest_at, f"digest_{key}")
        start = _time(say("Quiet from"), seen.quiet_from, f"from_{key}")
        end = _time(say("Quiet until"), seen.quiet_until, f"until_{key}")
    zone = st.text_input(
        say("Zone (empty: the zone of the firm)"), seen.zone, placeholder="Europe/Berlin", key=f"zone_{key}"
    )
    language = st.selectbox(
        say("Language"), LANGUAGES, index=LANGUAGES.index(seen.language), key=f"language_{key}",
        format_func=own_name,
    )  # fmt: skip
    today = today_of(viewer)
    pause = st.date_input(
        say("No messages before (empty: no pause)"), seen.paused_until, key=f"pause_{key}",
        min_value=min(today, seen.paused_until or today), max_value=today + timedelta(days=LONGEST_PAUSE_DAYS),
    )  # fmt: skip
    new = replace(
        seen, how=how or seen.how, digest_at=digest, quiet_from=start, quiet_until=end, zone=zone.strip(),
        language=language, paused_until=pause if isinstance(pause, date) else None,
    )  # fmt: skip
    return lambda sent: viewer.store.state.wishes.save(viewer.principal, new, today, sent)


def _time(label: str, usual: time, key: str) -> time:
    return st.time_input(label, usual, step=STEP, key=key) or usual
