"""The people page: who may come in, as what, to see which part of the firm; what each answers for."""

from collections.abc import Mapping, Sequence

import streamlit as st

from kpi.catalog import KPIS
from kpi.model import Department
from kpi.words import clauses, marked, say
from pages.parts.choices import pick, search
from pages.parts.format import count
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.posting import begin, draft_of
from pages.parts.tables import Cell, Column, table
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from pages.people.belongings import draw_belongings
from pages.people.forms import FORM, draw_form, draw_link
from pages.people.one_person import draw_one_person
from pages.people.owners import draw_owners
from store.permits import Permit
from store.state import User, Versioned
from store.state.edits import require
from store.state.leads import Lead

PEOPLE = (
    Column(marked("Name")), Column(marked("E-mail")), Column(marked("Role"), "w"), Column(marked("Sees")),
    Column(marked("Direct lead")), Column(marked("Account"), "w"),
)  # fmt: skip


@guarded
def render(viewer: Viewer) -> None:
    """The page; raises NotAllowed for a role that may not let people in."""
    require(viewer.principal, Permit.MANAGE_PEOPLE)
    company = load_company_of(viewer)
    line = context_line(load_coverage(viewer), None, company)
    draw_head(say("People"), line, company, load_freshness(viewer), now())
    people = viewer.store.state.users.rows(viewer.principal)
    draw_link()
    if people:
        found = matching(people, search(say("Find a person"), "find"))
        st.text(say("{n} of {all} people", n=count(len(found)), all=count(len(people))))
        st.html(build_people(found, viewer.store.state.leads.names(viewer.principal)))
    else:
        st.text(say("Nobody was added yet. Whoever sits at this machine may do everything."))
    chosen = _chosen(people)
    if draft_of(FORM) is not None:
        draw_form(viewer, chosen)
    else:
        _draw_buttons(viewer, chosen)
    if chosen is not None:
        draw_belongings(viewer, chosen.value, [each.value for each in people])
    draw_owners(viewer, [each.value for each in people], list(KPIS.values()))
    draw_one_person(viewer)


def matching(people: Sequence[Versioned[User]], wanted: str) -> list[User]:
    """Those whose name or address holds the text, in whatever case."""
    text = wanted.lower()
    users = [each.value for each in people]
    return [each for each in users if text in each.name.lower() or text in each.email]


def build_people(people: Sequence[User], leads: Mapping[str, Lead]) -> str:
    """One row a person; everything escaped."""
    rows: list[list[Cell]] = [
        [each.name, each.email, say(each.role.value), seen_by(each), led_by(leads.get(each.email)), account(each)]
        for each in people
    ]  # fmt: skip
    return table(PEOPLE, rows, say("People"))


def led_by(lead: Lead | None) -> str:
    """The name of the lead; with a shape before it where they left, and somebody else is needed."""
    if lead is None:
        return ""
    return lead.name if lead.active else f"⚠ {say('{name} has left: choose another', name=lead.name)}"


def account(user: User) -> str:
    """Open or closed, with a shape before the word."""
    return f"✓ {say('open')}" if user.active else f"⊘ {say('closed')}"


def seen_by(user: User) -> str:
    """`Shipping · DE, FR`, or that it is everything."""
    departments = None if user.departments is None else {_department(each) for each in user.departments}
    parts = [
        ", ".join(sorted(names)) for names in (departments, user.markets, user.teams) if names is not None
    ]
    return clauses(part or say("nothing") for part in parts) if parts else say("everything")


def _department(value: str) -> str:
    return Department(value).short if value in set(Department) else value


def _chosen(people: Sequence[Versioned[User]]) -> Versioned[User] | None:
    """The person of the link; None where nobody is chosen."""
    if not people:
        return None
    known = {each.value.email: each for each in people}
    names = {
        "": say("Choose a person"),
        **{email: f"{each.value.name} ({email})" for email, each in known.items()},
    }
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        return known.get(pick(say("Person"), names, "person", 360))


def _draw_buttons(viewer: Viewer, chosen: Versioned[User] | None) -> None:
    purposes = [("new", say("Add a person"))]
    if chosen is not None:
        purposes = [("change", say("Change")), *purposes]
        if chosen.value.active:
            if viewer.invites:
                purposes.append(("invite", say("A new link to set a password")))
            purposes += [("everywhere", say("Sign out everywhere")), ("close", say("Close the account"))]
        else:
            purposes.append(("open", say("Open the account again")))
    with st.container(horizontal=True, gap="small"):
        for purpose, label in purposes:
            seen = None if purpose == "new" else chosen
            st.button(label, key=f"people_{purpose}", on_click=begin, args=(FORM, purpose, seen))
