"""One's own results of a step, and those of the people one leads directly: evidence in a fixed order, no verdict."""

import streamlit as st

from kpi.words import say
from pages.adherence.shown import Shown
from pages.parts.choices import pick
from pages.parts.evidence import draw_evidence
from sop.outcomes.one_person import evidence_of, people_of


def draw_person(shown: Shown) -> None:
    """At a step of a procedure; nothing where the reader has no runs and leads nobody."""
    viewer, people = shown.viewer, people_of(shown.viewer.store.state, shown.viewer.principal)
    if not (shown.sop and shown.step):
        return
    chosen = people[0]
    asked = {each.address: each for each in people}
    if len(people) > 1:
        st.header(say("One person"), anchor=False)
        names = {each.address: each.name if each is not people[0] else say("Myself") for each in people}
        chosen = asked[pick(say("Person"), names, "person", 260)]
    found = evidence_of(
        viewer.store.state, viewer.principal, chosen.address, shown.sop, shown.step, shown.today
    )
    if found is None:
        if len(people) > 1:
            st.text(say("No finished run of this step in half a year."))
        return
    if len(people) == 1:
        st.header(say("My own results"), anchor=False)
    draw_evidence(viewer, found, chosen.address, shown.today)
