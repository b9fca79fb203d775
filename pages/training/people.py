"""For a lead and a mentor: what their people owe, and what they enter for them; for others counts without names."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from kpi.score import Status
from kpi.words import marked, say, say_many
from pages.parts.fields import save_or_cancel
from pages.parts.format import ABSENT, count
from pages.parts.language import language_link
from pages.parts.posting import begin, draft_of, post
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, Link, Marked, table
from pages.parts.viewer import Viewer
from pages.sops.load import load_shelves, today_of
from pages.training import load, told
from store.permits import Permit
from store.state import Edition
from store.state.owing import Standing
from store.state.owing_counts import FEWEST, Count
from store.state.trainings import BY_MENTOR, How

FORM, LONGEST = "training", 200
DUE = (
    Column(marked("Person")), Column(marked("Procedure")), Column(marked("Reading"), "w"),
    Column(marked("Training"), "w"),
)  # fmt: skip
COUNTS = (
    Column(marked("Procedure")), Column(marked("Team")), Column(marked("People"), "r"),
    Column(marked("Confirmed"), "r"),
    Column(marked("Declined"), "r"), Column(marked("Questions"), "r"), Column(marked("Reading overdue"), "r"),
    Column(marked("Trained"), "r"), Column(marked("Training overdue"), "r"),
)  # fmt: skip


def draw_people(viewer: Viewer) -> None:
    """Who of the reader's own people is due, by name."""
    people, names = load.load_people(viewer), load.load_names(viewer)
    st.header(say("My people"), anchor=False)
    due = [each for each in people if told.todo(each)]
    if not viewer.store.state.leads.people(viewer.principal):
        draw_state(
            State.EMPTY, say("You lead nobody directly"), say("Who leads whom is said on the people page.")
        )
        return
    if not due:
        draw_state(State.EMPTY, say("Nobody is due"), say("Your people have read and know all of it."))
        return
    late = sum(each.read_rung.is_late or each.train_rung.is_late for each in due)
    st.text(say("{n} things are due, {late} of them late", n=count(len(due)), late=count(late)))
    st.html(table(DUE, [due_row(each, names) for each in due], say("My people"), stacks=True))


def due_row(standing: Standing, names: Mapping[str, str]) -> list[Cell]:
    """One person and procedure."""
    who = names.get(standing.person, standing.person)
    return [who, told.sop_link(standing), told.reading_cell(standing), told.training_cell(standing)]


def draw_entering(viewer: Viewer) -> None:
    """The form for a session, a huddle or a mentor's day; for who trains people, leads or mentors somebody."""
    today, hows = today_of(viewer), list[How]()
    able = people_of(viewer, today)
    if viewer.principal.may(Permit.TRAIN_PEOPLE):
        hows += [How.SESSION, How.HUDDLE]
    if able["mentor"]:
        hows += list(BY_MENTOR)
    editions = [each for shelf in load_shelves(viewer) if (each := shelf.effective()) is not None]
    if not hows or not editions or not any(able.values()):
        return
    if draft_of(FORM) is not None:
        draw_form(viewer, hows, able, editions)
    else:
        st.button(say("Enter a training"), key="training_new", on_click=begin, args=(FORM, "new"))


def people_of(viewer: Viewer, today: date) -> dict[str, dict[str, str]]:
    """Whom something may be entered for, by address with names: as `mentor` or lead, or as who holds a session."""
    names, me = load.load_names(viewer), viewer.principal.name
    led = {each.email: each.name for each in viewer.store.state.leads.people(viewer.principal)}
    mine = led | {each.person: names.get(each.person, each.person) for each in load.mentees(viewer, today)}
    posted = {each.person for each in load.load_posts(viewer) if each.holds(today)} - {me}
    held = {each: names.get(each, each) for each in sorted(posted)}
    return {"mentor": mine, "session": held if viewer.principal.may(Permit.TRAIN_PEOPLE) else {}}


def draw_form(
    viewer: Viewer, hows: Sequence[How], able: Mapping[str, Mapping[str, str]], editions: Sequence[Edition]
) -> None:
    """Who was trained on what, how and when."""
    draft, today = draft_of(FORM), today_of(viewer)
    field = draft.key if draft else ""
    how = st.radio(
        say("How"), hows, format_func=lambda each: say(told.HOW[each]), horizontal=True, key=f"how_{field}"
    )
    people = able["mentor"] if how in BY_MENTOR else able["session"]
    with st.form(f"form_{FORM}", width=760):
        chosen = st.multiselect(
            say("Who was there"),
            list(people),
            format_func=lambda each: people[each],
            key=f"who_{field}_{how}",
        )
        edition = st.selectbox(
            say("Procedure"), editions, format_func=lambda each: f"{each.title or each.key} {each.name}",
            key=f"sop_{field}",
        )  # fmt: skip
        on = st.date_input(say("Day"), today, max_value=today, key=f"on_{field}")
        remark = st.text_input(say("Remark"), max_chars=LONGEST, key=f"remark_{field}")
        sent = save_or_cancel(FORM, say("Save"))
    if sent and isinstance(on, date):
        enter = viewer.store.state.trainings.enter
        post(
            FORM,
            lambda key: enter(viewer.principal, edition.id, chosen, how, on, remark, today=today, key=key),
        )


def draw_counts(viewer: Viewer) -> None:
    """By procedure and team, without names."""
    found = viewer.store.state.standings.counts(viewer.principal, today_of(viewer), load.ladder_of(viewer))
    st.header(say("Teams"), anchor=False)
    if not found:
        draw_state(State.EMPTY, say("Nobody has a post yet"), say("Say below who works as what."))
        return
    st.html(table(COUNTS, [count_row(each) for each in found], say("Teams"), stacks=True))
    st.caption(say("Teams of fewer than {n} people are counted together; who they are only their lead sees.",
                   n=count(FEWEST)))  # fmt: skip


def count_row(each: Count) -> list[Cell]:
    """One procedure in one team; of a few people only that there are some."""
    link = Link(f"{each.title or each.sop} {each.version}", f"sop?sop={each.sop}{language_link()}")
    team = each.team or say("All teams together")
    if not each.is_enough:
        missing = FEWEST - each.people
        told_few = say_many("Not enough evidence: {n} person too few", "Not enough evidence: {n} people too few",
                            missing, n=count(missing))  # fmt: skip
        return [link, team, told_few, *[ABSENT] * 6]
    return [
        link, team, count(each.people), part(each.read, each.people), count(each.declined), count(each.questions),
        late(each.read_late), part(each.trained, each.to_train), late(each.train_late),
    ]  # fmt: skip


def part(some: int, of: int) -> str:
    """`6 of 8`."""
    return say("{n} of {all}", n=count(some), all=count(of)) if of else ABSENT


def late(n: int) -> Cell:
    """A number of late ones, marked where there are any."""
    return Marked(count(n), Status.OFF_TARGET) if n else count(n)
