"""Being asked to read a version: confirm it, decline with a reason, or ask its owner; and the owner's replies."""

from collections.abc import Callable

import streamlit as st

from kpi.words import say
from pages.parts.fields import save_or_cancel
from pages.parts.format import day
from pages.parts.posting import begin, draft_of, post
from pages.parts.viewer import Viewer
from pages.training.load import load_mine
from pages.training.told import due_told, ladder_told
from store.permits import Permit
from store.state import Edition
from store.state.owing import Standing
from store.state.readings import Answer, Question

FORM, REPLY, LONGEST = "reading", "reply", 500


def draw_reading(viewer: Viewer, edition: Edition) -> None:
    """One clear thing to do for who is asked to read this version; nothing for others."""
    owed = [each for each in load_mine(viewer) if each.asked.edition.key == edition.key]
    asked = next((each for each in owed if each.asked.holds(edition.major)), None)
    if asked is None:
        return
    answer = asked.answer
    if asked.is_read and answer is not None:
        st.text(say("✓ You confirmed version {name} on {day}.", name=answer.name, day=day(answer.at.date())))
        return
    with st.container(border=True, gap="small", key="panel_reading"):
        st.subheader(say("Read and confirm version {name}", name=edition.name), anchor=False)
        st.text(asked_line(asked))
        st.caption(ladder_told(asked.ladder))
        if draft_of(FORM) is not None:
            draw_form(viewer, edition)
        else:
            draw_buttons()
    if asked.answer is not None and asked.answer.answer is Answer.QUESTION:
        draw_own_questions(viewer, edition)


def asked_line(asked: Standing) -> str:
    """By when, and what was answered before."""
    due = due_told(asked.read_due, asked.day)
    if asked.answer is None or asked.answer.major != asked.asked.edition.major:
        return due
    if asked.answer.answer is Answer.DECLINED:
        return say("{due}; you declined: {why}", due=due, why=asked.answer.said)
    return say("{due}; you asked its owner.", due=due)


def draw_buttons() -> None:
    """Three answers; reading is the first of them."""
    with st.container(horizontal=True, gap="small"):
        for answer, label in (
            (Answer.READ, say("I have read it")), (Answer.QUESTION, say("I have a question")),
            (Answer.DECLINED, say("I decline")),
        ):  # fmt: skip
            st.button(label, key=f"reading_{answer}", on_click=begin, args=(FORM, answer.value),
                      type="primary" if answer is Answer.READ else "secondary")  # fmt: skip


def draw_form(viewer: Viewer, edition: Edition) -> None:
    """The last word before it is kept for good."""
    draft = draft_of(FORM)
    if draft is None:
        return
    answer = Answer(draft.purpose)
    with st.form(f"form_{FORM}", border=False, width=760):
        said = ""
        match answer:
            case Answer.READ:
                st.text(say("Your name, the day and version {name} are kept for good.", name=edition.name))
            case Answer.QUESTION:
                said = st.text_area(
                    say("Your question; its owner sees who asks"), max_chars=LONGEST, key=f"said_{draft.key}"
                )
            case Answer.DECLINED:
                said = st.text_area(say("Why you decline"), max_chars=LONGEST, key=f"said_{draft.key}")
        sent = save_or_cancel(FORM, say("Confirm") if answer is Answer.READ else say("Send"))
    if sent:
        post(FORM, answering(viewer, edition, answer, said))


def answering(viewer: Viewer, edition: Edition, answer: Answer, said: str) -> Callable[[str], object]:
    """The command of the form."""
    give = viewer.store.state.readings.answer
    return lambda key: give(viewer.principal, edition.id, answer, said, key).id


def draw_own_questions(viewer: Viewer, edition: Edition) -> None:
    """The reader's questions with the replies."""
    for each in viewer.store.state.readings.questions(viewer.principal, edition.key):
        if each.reading.person == viewer.principal.name:
            st.text(told(each))


def draw_questions(viewer: Viewer, edition: Edition) -> None:
    """The open questions about a procedure, for who writes it."""
    if not viewer.principal.may(Permit.WRITE_PROCEDURES):
        return
    asked = viewer.store.state.readings.questions(viewer.principal, edition.key)
    waiting = [each for each in asked if not each.reply]
    if not waiting:
        return
    st.header(say("Questions of readers"), anchor=False)
    for each in waiting:
        with st.container(border=True, gap="small", key=f"panel_question_{each.reading.id}"):
            st.text(told(each))
            draft = draft_of(REPLY)
            if draft is not None and draft.seen == each:
                draw_reply(viewer, edition, each, draft.key)
            else:
                st.button(
                    say("Reply"), key=f"reply_{each.reading.id}", on_click=begin, args=(REPLY, "reply", each)
                )


def draw_reply(viewer: Viewer, edition: Edition, question: Question, field: str) -> None:
    """One reply."""
    with st.form(f"form_{REPLY}", border=False, width=760):
        said = st.text_area(say("Reply"), max_chars=LONGEST, key=f"reply_{field}")
        sent = save_or_cancel(REPLY, say("Send"))
    if sent:
        reply = viewer.store.state.readings.reply
        number, department = question.reading.id, edition.department
        post(REPLY, lambda key: reply(viewer.principal, number, department, said, key))


def told(question: Question) -> str:
    """Who asked what when, and the reply."""
    asked = question.reading
    line = say("{who}, {day}, version {name}: {text}", who=asked.person, day=day(asked.at.date()), name=asked.name,
               text=asked.said)  # fmt: skip
    return f"{line}\n→ {question.replied_by}: {question.reply}" if question.reply else line
