"""One meeting: promises, what is off, decisions, who was there; closed by the lead, and from then on as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from kpi.catalog import KPIS
from kpi.words import listed, say
from meetings.agenda import Agenda, Item
from meetings.closing import close_meeting, uncommented
from meetings.pack import Frozen, frozen_of
from meetings.promises import TOLD, Promise, met
from meetings.told import VERDICTS, name_told, nothing_promised, segment_told, week_told, whose
from pages.meeting import commenting, presenting
from pages.meeting.deciding import FORM, draw_form
from pages.meeting.load import load_agenda, load_pack, load_promises, load_restated
from pages.meeting.packed import pack_exports
from pages.meeting.told import item_html
from pages.parts.actions import today_of
from pages.parts.exports import draw_exports
from pages.parts.fields import save_or_cancel
from pages.parts.format import moment
from pages.parts.language import language_link
from pages.parts.posting import begin, draft_of, post
from pages.parts.promises import draw_promises
from pages.parts.states import State, draw_state
from pages.parts.viewer import Viewer
from store.permits import Permit
from store.state import WrongEntry
from store.state.meeting_records import LONGEST_DECISION, LONGEST_NOTES, Decision, Meeting, Pack

NOTES, CLOSE = "meeting_notes", "meeting_close"


def draw(viewer: Viewer) -> None:
    """The meeting the link names."""
    number = st.query_params.get("meeting", "")
    try:
        meeting = viewer.store.state.meetings.find(viewer.principal, int(number) if number.isdecimal() else 0)
    except WrongEntry:
        draw_state(
            State.EMPTY, say("There is no such meeting"), say("It may be one of another part of the firm.")
        )
        return
    may = meeting.is_open and viewer.principal.may(Permit.HOLD_MEETINGS)
    frozen = load_pack(viewer, meeting)
    carried = load_promises(viewer, meeting)
    agenda = frozen[1] if frozen else load_agenda(viewer, meeting, carried)
    st.html(top_html(meeting, frozen[0] if frozen else None))
    if frozen:
        draw_exports(viewer, pack_exports(viewer, meeting), "pack")
    decided = viewer.store.state.meetings.decisions(viewer.principal, meeting.id)
    shown = presenting.draw(meeting, agenda, may=may)
    if shown.has(presenting.PROMISED):
        draw_promised(viewer, meeting, carried)
    if shown.has_items():
        st.header(say("2 · What is off, why, and was the SOP followed"), anchor=False)
        listed = tuple(each for each in agenda.items if shown.has(each.kpi))
        draw_items(viewer, meeting, replace(agenda, items=listed), decided, may)
    if shown.has(presenting.DECIDED):
        st.header(say("3 · Decided"), anchor=False)
        if others := commenting.others_html(agenda, commenting.said_of(viewer, meeting)):
            st.html(others)
        draw_decided(viewer, meeting, decided, may)
    if shown.has(presenting.END):
        draw_end(viewer, meeting, agenda, may)


def draw_promised(viewer: Viewer, meeting: Meeting, carried: Sequence[Promise]) -> None:
    """What was promised before: as it is now, or as it was when the meeting was closed."""
    st.header(say("1 · What was promised"), anchor=False)
    if not meeting.is_open:
        draw_frozen_promises(frozen_of(viewer.store.state, viewer.principal, meeting.id))
    elif carried:
        draw_promises(viewer, carried)
    else:
        st.text(nothing_promised(meeting))


def top_html(meeting: Meeting, pack: Pack | None) -> str:
    """Of which department and week, and since when it stands as it is."""
    told = [whose(meeting), segment_told(meeting.segment), week_told(meeting)]
    if meeting.closed_at:
        told.append(say("closed by {who}, {moment}", who=meeting.closed_by, moment=moment(meeting.closed_at)))
    if pack:
        sure = say("unchanged since") if pack.is_genuine else say("changed since, do not rely on it")
        told.append(say("figures frozen ({hash}), {sure}", hash=pack.digest[:12], sure=sure))
    back = f'<a href="meeting{escape(language_link("?"))}" target="_self">{escape(say("All meetings"))}</a>'
    return f'<div class="fl-told">{back} · {escape(" · ".join(told))}</div>'


def draw_frozen_promises(frozen: Frozen) -> None:
    """What had become of each when the meeting was closed."""
    lines = "".join(f"<li>{escape(f'{say(TOLD[each.kept])}: {each.text}')}</li>" for each in frozen.promised)
    st.html(
        f'<div class="fl-sop-prose"><ul>{lines}</ul></div>' if lines else f"<p>{escape(say('Nothing.'))}</p>"
    )


def draw_items(
    viewer: Viewer, meeting: Meeting, agenda: Agenda, decided: Sequence[Decision], may: bool
) -> None:
    """One panel a KPI, with what was decided about it and the way to decide."""
    if not agenda.items:
        draw_state(
            State.EMPTY, say("Nothing is off"),
            say("No KPI has been off target for two periods running, is worse than usual or has an overdue action."),
        )  # fmt: skip
    draft, comment, by_kpi = draft_of(FORM), draft_of(commenting.FORM), _by_kpi(decided)
    said = commenting.said_of(viewer, meeting)
    now = {} if meeting.is_open else load_restated(viewer, meeting, agenda)
    for each in agenda.items:
        with st.container(border=True, gap="small", key=f"item_{each.kpi}"):
            st.html(item_html(viewer, each, agenda, now.get(each.kpi)))
            if not (comment is not None and comment.seen == each.kpi):
                st.html(commenting.comment_html(viewer, each, said.get(each.kpi)))
            for one in by_kpi.get(each.kpi, ()):
                st.html(decision_html(one, named=False))
            if may and draft is not None and draft.seen == each.kpi:
                draw_form(viewer, meeting, each, draft)
            elif may and comment is not None and comment.seen == each.kpi:
                commenting.draw_form(viewer, meeting, each, said.get(each.kpi), comment)
            elif may and draft is None and comment is None:
                _ways(each, decided=each.kpi in by_kpi, said=each.kpi in said)


def _by_kpi(decided: Sequence[Decision]) -> Mapping[str, list[Decision]]:
    found: dict[str, list[Decision]] = {}
    for each in decided:
        found.setdefault(each.kpi, []).append(each)
    return found


def _ways(item: Item, *, decided: bool, said: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("Decide"), key=f"decide_{item.kpi}", on_click=begin, args=(FORM, "decide", item.kpi),
            type="secondary" if decided else "primary",
        )  # fmt: skip
        st.button(say("Add an action"), key=f"act_{item.kpi}", on_click=begin, args=(FORM, "act", item.kpi))
        st.button(
            say("Change the comment") if said else say("Comment"), key=f"comment_{item.kpi}", on_click=begin,
            args=(commenting.FORM, "comment", item.kpi),
        )  # fmt: skip


def decision_html(each: Decision, *, named: bool = True) -> str:
    """The KPI (where it is `named`), the verdict, the words, and who recorded them; escaped."""
    kpi = KPIS.get(each.kpi)
    name = f"{say(kpi.name)}: " if kpi and named else ""
    told = f"<b>{escape(name + say(VERDICTS[each.verdict]))}</b> {escape(each.text)}"
    return f'<div class="fl-action"><span>{told}</span> <span class="fl-quiet">{escape(each.made_by)}</span></div>'


def draw_decided(viewer: Viewer, meeting: Meeting, decided: Sequence[Decision], may: bool) -> None:
    """Every decision and every action that came out of the meeting."""
    mine = [each for each in viewer.store.state.actions.rows(viewer.principal) if each.meeting == meeting.id]
    for each in decided:
        st.html(decision_html(each))
    if not decided and not mine:
        st.text(say("Nothing was decided yet.") if meeting.closed_at is None else say("Nothing was decided."))
    draw_promises(viewer, met(mine, today_of(viewer)), frozen=not may)


def draw_end(viewer: Viewer, meeting: Meeting, agenda: Agenda, may: bool) -> None:
    """Who was there and the notes; the end of the meeting."""
    st.header(say("4 · Who was there"), anchor=False)
    notes, close = draft_of(NOTES), draft_of(CLOSE)
    if may and notes is not None:
        _notes_form(viewer, meeting)
        return
    st.text(", ".join(meeting.present) or say("Nobody was named."))
    if meeting.notes:
        st.text(meeting.notes)
    if not may:
        return
    if close is not None:
        _close_form(viewer, meeting, agenda)
        return
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("Close the meeting"),
            type="primary",
            key=CLOSE,
            on_click=begin,
            args=(CLOSE, "close", meeting),
        )
        st.button(say("Who was there, and notes"), key=NOTES, on_click=begin, args=(NOTES, "notes", meeting))


def _notes_form(viewer: Viewer, meeting: Meeting) -> None:
    draft = draft_of(NOTES)
    seen = draft.seen if draft is not None and isinstance(draft.seen, Meeting) else meeting
    with st.form(f"form_{NOTES}", width=760):
        names = st.text_input(
            say("Who was there, with commas between"), ", ".join(seen.present), max_chars=1_000
        )
        notes = st.text_area(say("Notes"), seen.notes, max_chars=LONGEST_NOTES)
        sent = save_or_cancel(NOTES, say("Save"))
    if sent:
        state, who = viewer.store.state, viewer.principal
        post(
            NOTES,
            lambda key: state.meetings.save(
                who, replace(seen, present=tuple(names.split(",")), notes=notes), key
            ),
        )


def _close_form(viewer: Viewer, meeting: Meeting, agenda: Agenda) -> None:
    """Said twice, because nothing of it changes afterwards."""
    with st.form(f"form_{CLOSE}", width=760):
        st.text(
            say("The figures above are frozen as they are, and nothing of this meeting changes any more.")
        )
        why = ""
        if missing := uncommented(agenda, commenting.said_of(viewer, meeting)):
            st.text(say("Without a comment: {names}.", names=listed(map(name_told, missing))))
            why = st.text_input(say("Why it ends without them"), max_chars=LONGEST_DECISION, key="close_why")
        sent = save_or_cancel(CLOSE, say("Close it"))
    if sent:
        state, who, today = viewer.store.state, viewer.principal, today_of(viewer)
        post(CLOSE, lambda key: close_meeting(state, who, meeting, agenda, today, key, uncommented_why=why))
