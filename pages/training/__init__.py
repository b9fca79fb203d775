"""Training: what is asked of me, who of my people is due, and how teams stand; read and trained are two things."""

import streamlit as st

from kpi.words import say
from pages.parts.choices import pick, switch
from pages.parts.head import draw_head
from pages.parts.load import load_company_of, load_freshness, now
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from pages.sops.load import today_of
from pages.training import load
from pages.training.audited import draw_audited
from pages.training.beginning import draw_one, draw_paces
from pages.training.mine import draw_history, draw_mine
from pages.training.people import draw_counts, draw_entering, draw_people
from pages.training.posts import draw_posts, draw_rules
from pages.training.quiz import draw_questions
from pages.training.remeasured import draw_remeasured
from pages.training.results import draw_results
from pages.training.withdrawing import draw_entered
from store.permits import Permit


@guarded
def render(viewer: Viewer) -> None:
    """The page; everybody sees the first part, the others who leads, mentors or trains people."""
    company = load_company_of(viewer)
    draw_head(say("Training"), company.name, company, load_freshness(viewer), now())
    parts = parts_of(viewer)
    chosen = switch(say("Part"), parts, "part") if len(parts) > 1 else "me"
    match chosen:
        case "people":
            draw_people(viewer)
            draw_entering(viewer)
            draw_entered(viewer)
            draw_paces(viewer)
            draw_one_person(viewer)
        case "teams":
            draw_counts(viewer)
            draw_remeasured(viewer)
        case "roles":
            draw_posts(viewer)
            draw_rules(viewer)
        case "questions":
            draw_questions(viewer)
        case _:
            draw_mine(viewer)
            draw_one(viewer, viewer.principal.name)
            draw_results(viewer, viewer.principal.name, "me", say("My own results"))
            draw_audited(viewer, viewer.principal.name, "me", say("Audits of my runs"))
            draw_history(viewer)


def draw_one_person(viewer: Viewer) -> None:
    """One of the reader's people at a time: never two beside each other."""
    led = {each.email: each.name for each in viewer.store.state.leads.people(viewer.principal)}
    if not led:
        return
    st.header(say("One person"), anchor=False)
    chosen = pick(say("Person"), {"": say("Nobody chosen")} | led, "person", 260)
    if chosen:
        draw_one(viewer, chosen)
        draw_results(viewer, chosen, "people", say("Results of {name}", name=led[chosen]))
        draw_audited(viewer, chosen, "people", say("Audits of runs of {name}", name=led[chosen]))


def parts_of(viewer: Viewer) -> dict[str, str]:
    """The parts this reader has, by name in the link."""
    trains = viewer.principal.may(Permit.TRAIN_PEOPLE)
    parts = {"me": say("For me")}
    if trains or load.mentees(viewer, today_of(viewer)):
        parts["people"] = say("My people")
    if trains:
        parts |= {"teams": say("Teams"), "roles": say("Roles")}
    if viewer.principal.may(Permit.WRITE_PROCEDURES):
        parts["questions"] = say("Quiz questions")
    return parts
