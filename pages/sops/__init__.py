"""The library of procedures: what counts today, what is being written, and what is due for a review."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from html import escape

import streamlit as st

from kpi.catalog import KPIS
from kpi.model import Department
from kpi.score import Status
from kpi.words import listed, marked, say, say_many
from pages.parts.choices import pick, search
from pages.parts.format import ABSENT, count, day
from pages.parts.head import context_line, draw_head
from pages.parts.language import language_link
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.states import State, draw_state
from pages.parts.tables import Cell, Column, Link, Marked, table
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from pages.sops.beginning import draw_beginning
from pages.sops.load import is_overdue, load_shelves, owner_told
from sop.library import Shelved, stage_told
from sop.reviews import Stage
from store.state.words_sought import Where

SHOWN_KPIS = 3
COLUMNS = (
    Column(marked("Procedure")), Column(marked("Department"), "w"), Column(marked("Version"), "w"),
    Column(marked("State"), "w"), Column(marked("Owner")), Column(marked("Next review"), "w"),
    Column(marked("Drives")), Column(marked("Languages"), "w"),
)  # fmt: skip


class Part(StrEnum):
    """Which procedures a reader looks at; the value stands in the link."""

    ALL = ""
    EFFECTIVE = "effective"
    WRITTEN = "written"
    REVIEW = "review"
    COMING = "coming"
    OVERDUE = "overdue"
    RETIRED = "retired"


PARTS = {
    Part.ALL: marked("Everything"), Part.EFFECTIVE: marked("Effective"), Part.WRITTEN: marked("Being written"),
    Part.REVIEW: marked("Waiting for approval"), Part.COMING: marked("Approved for a later day"),
    Part.OVERDUE: marked("Review overdue"), Part.RETIRED: marked("Retired"),
}  # fmt: skip


@guarded
def render(viewer: Viewer) -> None:
    """The page."""
    company = load_company_of(viewer)
    draw_head(
        say("SOP library"),
        context_line(load_coverage(viewer), None, company),
        company,
        load_freshness(viewer),
        now(),
    )
    shelves = load_shelves(viewer)
    if not shelves:
        draw_state(
            State.EMPTY, say("No procedure yet"),
            say("Write the first one here, or take in files with fairlead sop import."),
        )  # fmt: skip
    found = draw_filters(viewer, shelves) if shelves else []
    if shelves and not found:
        draw_state(
            State.EMPTY,
            say("None of them"),
            say("Choose another department or state, or look for other words."),
        )
    elif found:
        st.html(table(COLUMNS, [line(viewer, each) for each in found], say("SOP library")))
        told = say_many("{n} procedure", "{n} procedures", len(found), n=count(len(found)))
        st.html(f'<div class="fl-told">{escape(told)}</div>')
    draw_beginning(viewer)


def draw_filters(viewer: Viewer, shelves: Sequence[Shelved]) -> list[Shelved]:
    """Words, department and state, each in the link; what they leave, best finds first."""
    known = {each.shown("").department for each in shelves}
    departments = {"": say("All departments")} | {
        each.value: each.label for each in Department if each in known
    }
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="filters"):
        words = search(say("Search titles and texts"), "words")
        department = pick(say("Department"), departments, "department", 240)
        part = pick(say("State"), {each.value: say(told) for each, told in PARTS.items()}, "state", 240)
    held = viewer.store.state.procedures.holding(viewer.principal, words) if words else None
    found = [
        each
        for each in shelves
        if department in ("", each.shown("").department)
        and is_in(Part(part), each)
        and (held is None or best_place(each, held) is not None)
    ]
    return found if held is None else sorted(found, key=lambda each: best_place(each, held) or Where.TITLE)


def best_place(shelf: Shelved, held: Mapping[int, Where]) -> Where | None:
    """Where the words were found in any of its versions; None for nowhere."""
    return min((held[each.id] for each in shelf.editions if each.id in held), default=None)


def is_in(part: Part, shelf: Shelved) -> bool:
    """Whether a procedure belongs to a part of the library."""
    drafts = [draft for language in shelf.languages if (draft := shelf.draft(language))]
    match part:
        case Part.ALL:
            return True
        case Part.EFFECTIVE:
            return shelf.effective() is not None
        case Part.WRITTEN:
            return any(shelf.stage(each) is Stage.DRAFT for each in drafts)
        case Part.REVIEW:
            return any(shelf.stage(each) is Stage.IN_REVIEW for each in drafts)
        case Part.COMING:
            return any(shelf.coming(each) for each in shelf.languages)
        case Part.OVERDUE:
            return is_overdue(shelf)
        case Part.RETIRED:
            return shelf.stage(shelf.shown("")) is Stage.RETIRED


def line(viewer: Viewer, shelf: Shelved) -> list[Cell]:
    """One procedure as the table has it."""
    shown = shelf.shown(shelf.source)
    review: Cell = day(shelf.review_due) if shelf.review_due else ABSENT
    if is_overdue(shelf):
        review = Marked(str(review), Status.AT_RISK)
    department = next((each.short for each in Department if each == shown.department), shown.department)
    return [
        Link(shown.title or shelf.key, f"sop?sop={shelf.key}{language_link()}"), department, shown.name,
        states(shelf), owner_told(viewer, shown), review, drives(shelf), listed(shelf.languages),
    ]  # fmt: skip


def states(shelf: Shelved) -> str:
    """Where it stands, and what else is on its way."""
    shown = shelf.shown(shelf.source)
    others = [each for each in (shelf.coming(), shelf.draft()) if each is not None and each != shown]
    told = [f"{each.name} {stage_told(shelf, each)}" for each in others]
    return listed([stage_told(shelf, shown), *told])


def drives(shelf: Shelved) -> str:
    """The KPIs it is meant to move."""
    names = sorted(say(KPIS[key].name) for key in shelf.shown("").kpis if key in KPIS)
    more = len(names) - SHOWN_KPIS
    told = listed(names[:SHOWN_KPIS]) or ABSENT
    return f"{told} {say('and {n} more', n=more)}" if more > 0 else told
