"""Does following the procedures help? Verdicts behind KPIs, adherence beside outcome, and what new versions did."""

from collections.abc import Sequence

import streamlit as st

from kpi.catalog import KPIS
from kpi.figures import figure, goal
from kpi.score import Status
from kpi.words import marked, say, say_many
from pages.adherence import build, load
from pages.adherence.adoption import draw_adoption
from pages.adherence.effects import build_stories
from pages.adherence.ready import draw_waiting, load_prepared, worked_out
from pages.adherence.shown import Shown
from pages.adherence.verdicts import draw_verdicts
from pages.parts.format import ABSENT, count
from pages.parts.tables import Cell, Column, Grid, Link, Marked
from sop.library import Shelved
from sop.outcomes import Answer
from sop.outcomes.quadrants import Place
from sop.prepared import Prepared
from sop.quadrant import Move

FEW = 5
ADVICE = {
    Move.SUSTAIN: marked("Sustain"), Move.REFINE_SOP: marked("Refine the SOP"),
    Move.TRAIN_OR_ENFORCE: marked("Train, or see that it is followed"), Move.QUESTION_SOP: marked("Question the SOP"),
    Move.COLLECT_MORE_EVIDENCE: marked("Collect more evidence"),
}  # fmt: skip


def draw_works(shown: Shown) -> None:
    """Verdicts, quadrant and versions of what is shown, as the worker worked them out."""
    ready = load_prepared(shown.viewer, 0 if shown.ever else shown.filters.weeks, shown.asked.market)
    if ready is None:
        draw_waiting()
        return
    found = answers_of(shown, ready)
    if found:
        st.header(say("Not followed, or to be refined?"), anchor=False)
        told = found if shown.sop else [each for each in found if each.is_telling]
        draw_verdicts(told or found[:FEW], shown.title)
        if rest := len(found) - len(told or found[:FEW]):
            st.caption(
                say_many("{n} more lacks evidence; choose its procedure.",
                         "{n} more lack evidence; choose a procedure.", rest, n=count(rest))
            )  # fmt: skip
        st.caption(say("What goes together is no proof of what brings about what."))
    draw_places(shown, ready)
    draw_stories(shown, ready)
    if shown.sop:
        draw_adoption(shown, ready)
    st.caption(worked_out(ready))


def mine(shown: Shown) -> list[Shelved]:
    """The procedures in force of the department, or the one that is shown."""
    return [
        each
        for key, each in load.shelves(shown.viewer).items()
        if shown.sop in ("", key) and shown.department in ("", shown.department_of(key)) and each.effective()
    ]


def answers_of(shown: Shown, ready: Prepared) -> list[Answer]:
    """Every verdict that stands on any joined record."""
    sops = {each.key for each in mine(shown)}
    return [each for each in ready.verdicts if each.sop in sops and each.kpi in KPIS]


def draw_places(shown: Shown, ready: Prepared) -> None:
    """Each procedure in the quadrant of adherence and outcome; of one, whether both go together over its weeks."""
    found = [place for each in mine(shown) if (place := ready.places.get(each.key)) is not None]
    if not found:
        return
    st.header(say("Adherence beside the outcome"), anchor=False)
    st.html(build_places(found, shown).html)
    told = say(
        "Followed is high where all of the 95 % interval is above 90 %, low where all of it is below; the outcome is "
        "held against its target in the same way."
    )
    st.caption(told)
    if shown.sop:
        for place in found:
            if (seen := ready.together.get(place.sop)) is not None:
                st.caption(seen.sentence)


def build_places(found: Sequence[Place], shown: Shown) -> Grid:
    """A row a procedure: followed, outcome, what to do."""
    columns = [
        Column(say("SOP")), Column(say("Followed"), "r"), Column(say("95 % sure between"), "r"),
        Column(say("Outcome")), Column(say("Value"), "r"), Column(say("Target"), "r"), Column(say("What to do")),
    ]  # fmt: skip
    ordered = sorted(found, key=lambda each: (list(ADVICE).index(each.quadrant.move) or 9, each.sop))
    return Grid(columns, [_placed(each, shown) for each in ordered], say("Adherence beside the outcome"))


def _placed(each: Place, shown: Shown) -> list[Cell]:
    kpi, seen = KPIS[each.kpi], each.quadrant
    move = Status.OK if seen.move in (Move.SUSTAIN, Move.COLLECT_MORE_EVIDENCE) else Status.AT_RISK
    told = say(ADVICE[seen.move])
    rest = [say_many("{n} more case or check", "{n} more cases or checks", seen.checks_missing,
                     n=count(seen.checks_missing))] if seen.checks_missing else []  # fmt: skip
    rest += [say_many("{n} more record", "{n} more records", seen.outcomes_missing,
                      n=count(seen.outcomes_missing))] if seen.outcomes_missing else []  # fmt: skip
    part = build.percent(each.adherence.value if each.adherence else None)
    rest += [say("set a target for the outcome")] if each.target is None else []
    by = say("{share} of cases", share=part) if each.by_systems else say("{share} of checks", share=part)
    return [
        Link(shown.title(each.sop), shown.link(each.sop)), by,
        build.between(each.adherence), say(kpi.name), str(figure(kpi, each.value, shown.currency)),
        ABSENT if each.target is None else goal(kpi, each.target, shown.currency),
        Marked(": ".join([told, *([", ".join(rest)] if rest else [])]), move),
    ]  # fmt: skip


def draw_stories(shown: Shown, ready: Prepared) -> None:
    """What the versions of the last year did to the KPIs they are meant to move."""
    sops = {each.key for each in mine(shown)}
    found = [story for story in ready.stories if story.sop in sops]
    if not found:
        return
    st.header(say("Did new versions help?"), anchor=False)
    name = lambda sop: Link(shown.title(sop), shown.link(sop))  # noqa: E731
    st.html(build_stories(found, shown.currency, name).html)
