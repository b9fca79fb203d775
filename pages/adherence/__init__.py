"""Is the work done as agreed? Every procedure by systems and by checklists, down to a step in a market or team."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from kpi.access import NotAllowed
from kpi.model import Department
from kpi.standing import Coverage
from kpi.words import marked, say
from pages.adherence import build, load
from pages.adherence.load import has_adherence
from pages.adherence.loose import draw_loose
from pages.adherence.months import draw_demands, draw_months
from pages.adherence.one import draw_one
from pages.adherence.paper import exports_of
from pages.adherence.shown import Shown
from pages.adherence.works import draw_works
from pages.parts.built import built
from pages.parts.choices import pick, switch
from pages.parts.empty import draw_empty
from pages.parts.exports import draw_exports
from pages.parts.filters import draw_filters
from pages.parts.head import context_line, draw_head
from pages.parts.load import load_company_of, load_coverage, load_freshness, now
from pages.parts.states import State, draw_state
from pages.parts.tables import Grid, Link
from pages.parts.trouble import guarded
from pages.parts.viewer import Viewer
from sop.adherence import Followed

__all__ = ["has_adherence", "render"]

STYLE = "<style>.st-key-exports_adherence{margin:0!important}.fl-told a{color:var(--fl-accent)}</style>"


@guarded
def render(viewer: Viewer) -> None:
    """The page; raises NotAllowed outside the scope."""
    if not viewer.principal.scope.sees_department(Department.PROCEDURES.value):
        raise NotAllowed(
            say("Adherence is limited to people of procedures. Ask an administrator for access.")
        )
    covered, company, fresh = load_coverage(viewer), load_company_of(viewer), load_freshness(viewer)
    head = st.container(gap="small")
    if covered.as_of is None or covered.closed is None:
        with head:
            draw_head(say("Adherence"), context_line(covered, None, company), company, fresh, now())
        draw_empty(viewer)
        return
    shown = draw_choice(viewer, covered, covered.closed)
    with head:
        title = shown.title(shown.sop) if shown.sop else say("Adherence")
        draw_head(title, context_line(covered, shown.asked.market, company), company, fresh, now())
        st.html(STYLE)
        draw_exports(viewer, exports_of(shown), "adherence")
    part = switch(say("Part"), {name: say(told) for name, (told, _) in PARTS.items()}, "part")
    with st.container(key=f"part_{part}"):
        PARTS[part][1](shown)


def draw_followed(shown: Shown) -> None:
    """All procedures, or the one that is chosen."""
    if shown.sop:
        draw_one(shown)
    else:
        draw_all(shown)


def draw_choice(viewer: Viewer, covered: Coverage, closed: date) -> Shown:
    """Department, procedure, step, days, market and comparison, all in the link."""
    picked = {"department": "", "sop": "", "step": "", "days": ""}

    def own() -> None:
        known = {key: each.shown("") for key, each in load.shelves(viewer).items()}
        departments = {each.value: each.label for each in Department
                       if each in {one.department for one in known.values()}}  # fmt: skip
        picked["department"] = pick(
            say("Department"), {"": say("All departments")} | departments, "department", 190
        )
        asked = st.query_params.get("sop", "")
        mine = {key: one.title for key, one in known.items() if picked["department"] in ("", one.department)}
        beside = {asked: asked} if asked and asked not in known and load.is_shown(viewer, asked) else {}
        picked["sop"] = pick(say("SOP"), {"": say("All")} | mine | beside, "sop", 250)
        if picked["sop"]:
            told = step_names(viewer, picked["sop"], st.query_params.get("step", ""))
            picked["step"] = pick(say("Step"), {"": say("All")} | told, "step", 210)
        picked["days"] = pick(
            say("Days"), {"": say("The period"), "all": say("Since the first case")}, "days", 150
        )

    filters = draw_filters(covered, before=own)
    ever = picked["days"] == "all"
    return Shown(
        viewer, covered, filters, load.asked_of(viewer, closed, filters, ever), ever, covered.as_of or closed,
        load_company_of(viewer).currency, picked["department"], picked["sop"], picked["step"],
    )  # fmt: skip


def step_names(viewer: Viewer, sop: str, asked: str) -> dict[str, str]:
    """The steps of a procedure; one that only data know if the link names it."""
    known = load.step_titles(viewer, sop)
    return known | ({asked: asked} if asked and asked not in known else {})


def draw_all(shown: Shown) -> None:
    """Every procedure, where checklists and systems differ, the steps most broken, the months."""
    found = shown.followed()
    if not found:
        told = say("No case was judged and no check was entered in these days. Choose a longer period.")
        draw_state(State.EMPTY, say("Nothing to show"), told)
        return
    st.text(build.headline(found))
    draw_months(shown)
    st.header(say("Procedures"), anchor=False)
    st.html(built(shown.viewer, "adherence-all", shown.key, lambda: table_of(shown, found).html))
    if note := build.few(found):
        st.caption(note)
    draw_demands(shown)
    st.header(say("Steps most broken"), anchor=False)
    st.html(built(shown.viewer, "adherence-broken", shown.key, lambda: broken_of(shown).html))


def table_of(shown: Shown, found: tuple[Followed, ...]) -> Grid:
    """The procedures, those first of which least is done."""
    ordered = sorted(found, key=lambda each: each.worst.value or 0.0 if each.worst else 2.0)
    return build.both(
        say("SOP"), say("Procedures"), ordered,
        lambda each: Link(shown.title(each.sop), shown.link(each.sop)), shown.before(),
    )  # fmt: skip


def broken_of(shown: Shown) -> Grid:
    """The ten steps most broken of what is shown."""
    return build.broken(shown.followed(steps=True), shown.title, lambda each: shown.link(each.sop, each.step))


PARTS: dict[str, tuple[str, Callable[[Shown], None]]] = {
    "followed": (marked("Is it followed?"), draw_followed),
    "works": (marked("Does it help?"), draw_works),
    "loose": (marked("What is in the way?"), draw_loose),
}
