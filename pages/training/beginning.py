"""On the way to working alone: one newcomer's procedures and curve, and by role how long it takes; nobody is ranked."""

from collections.abc import Sequence

import streamlit as st

from kpi.words import marked, say, say_many
from pages.adherence.load import title_of
from pages.parts.format import ABSENT, count, day, share
from pages.parts.language import language_link
from pages.parts.load import load_company_of
from pages.parts.steady import draw_vega
from pages.parts.tables import Cell, Column, Link, table
from pages.parts.theme import mode, palette
from pages.parts.viewer import Viewer
from pages.sops.load import today_of
from pages.training.curve import beginning_chart
from sop.diagnosis.onboarding import FIRST_RUNS, SOUND, Progress
from sop.outcomes.newcomers import Beginning, Pace, beginnings, paces

ONE = (
    Column(marked("Procedure")), Column(marked("Signed off"), "w"), Column(marked("Runs alone"), "r"),
    Column(marked("Followed"), "r"), Column(marked("Alone after"), "w"),
)  # fmt: skip
ROLES = (
    Column(marked("Role")), Column(marked("Procedure")), Column(marked("Newcomers"), "r"),
    Column(marked("Independent"), "r"), Column(marked("Half of them after"), "w"),
)  # fmt: skip


def load_beginnings(viewer: Viewer) -> tuple[Beginning, ...]:
    """Those of the reader and of the people they lead; asked once a run."""
    state, who = viewer.store.state, viewer.principal
    return viewer.once(
        "beginnings", lambda: beginnings(state, who, today_of(viewer), load_company_of(viewer))
    )


def draw_one(viewer: Viewer, person: str) -> None:
    """Each post one person began within a year; nothing where there is none, or for who may not see it."""
    own = [each for each in load_beginnings(viewer) if each.post.person == person]
    if not own:
        return
    st.header(say("On the way to working alone"), anchor=False)
    for each in own:
        draw_beginning(viewer, each)
    st.caption(
        say(
            "Independent: signed off by a mentor, then {runs} finished runs alone of which at least {share} were "
            "followed in every step.",
            runs=count(FIRST_RUNS), share=share(SOUND),
        )
    )  # fmt: skip


def draw_beginning(viewer: Viewer, each: Beginning) -> None:
    """One sentence, the curve, and where each procedure stands."""
    post, progress = each.post, each.found.progress
    where = " · ".join(filter(None, (post.role, post.team, post.market)))
    title = say_many(
        "{where}: {done} of {n} procedure independent {days} days after the start",
        "{where}: {done} of {n} procedures independent {days} days after the start",
        len(progress), where=where, done=count(len(each.done)), n=count(len(progress)),
        days=count((each.day - post.since).days),
    )  # fmt: skip
    if each.done:
        with st.container(border=True, gap=None, key=f"panel_beginning_{post.id}"):
            st.text(title)
            st.caption(say("Procedures done independently, by days since the start."))
            draw_vega(beginning_chart(each, palette(mode()), title), f"beginning_{post.id}")
    else:
        st.text(title)
    rows = [row_of(viewer, each, one) for one in progress]
    st.html(table(ONE, rows, say("On the way to working alone"), stacks=True))


def row_of(viewer: Viewer, each: Beginning, progress: Progress) -> list[Cell]:
    """One procedure: signed off, how many runs alone, how sound they were, and when that was enough."""
    link = Link(title_of(viewer, progress.sop), f"sop?sop={progress.sop}{language_link()}")
    signed = day(progress.signed_off) if progress.signed_off else say("not yet")
    after = each.after(progress)
    if after is not None:
        independent = say_many("{n} day", "{n} days", after, n=count(after))
    elif progress.signed_off is None:
        independent = ABSENT
    else:
        independent = few_runs(progress)
    return [
        link,
        signed,
        count(progress.runs_alone) if progress.signed_off else ABSENT,
        sure(progress),
        independent,
    ]


def few_runs(progress: Progress) -> str:
    """Why not yet: too few runs to tell, or the latest ones were not sound enough."""
    missing = FIRST_RUNS - progress.runs_alone
    if missing > 0:
        return say_many("Not enough evidence: {n} run too few", "Not enough evidence: {n} runs too few", missing,
                        n=count(missing))  # fmt: skip
    return say("not yet")


def sure(progress: Progress) -> str:
    """The share of the runs with its bounds."""
    found = progress.followed
    if found.value is None or found.low is None or found.high is None:
        return ABSENT
    return say(
        "{share} ({low} to {high})", share=share(found.value), low=share(found.low), high=share(found.high)
    )


def draw_paces(viewer: Viewer) -> None:
    """By role and procedure, of the people the reader leads together."""
    led = [each for each in load_beginnings(viewer) if each.post.person != viewer.principal.name]
    if not led:
        return
    st.header(say("Days to independent work"), anchor=False)
    st.html(table(ROLES, pace_rows(viewer, paces(led)), say("Days to independent work"), stacks=True))
    st.caption(
        say(
            "Newcomers of the last year, of your own people; those still on the way count as far as they got."
        )
    )


def pace_rows(viewer: Viewer, found: Sequence[Pace]) -> list[list[Cell]]:
    """One row a role and procedure; of a few people only how many are missing."""
    return [[each.role, title_of(viewer, each.sop), *pace_of(each)] for each in found]


def pace_of(each: Pace) -> list[Cell]:
    if each.missing:
        few = say_many("Not enough evidence: {n} person too few", "Not enough evidence: {n} people too few",
                       each.missing, n=count(each.missing))  # fmt: skip
        return [count(each.people), ABSENT, few]
    half = (
        say("less than half yet")
        if each.days is None
        else say_many("{n} day", "{n} days", each.days, n=count(each.days))
    )
    return [count(each.people), count(each.independent), half]
