"""The fields of a procedure that are no step: why, for whom, by whom, which KPIs it drives; and further sections."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from kpi.catalog import KPIS
from kpi.model import Department
from kpi.words import say
from pages.parts.load import load_coverage
from pages.parts.refusals import say_refusal
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from pages.sops.link_fields import draw_link
from pages.sops.work import Work, field
from sop.library import Shelved
from sop.procedure import Direction, KpiLink, Procedure, ProcedureError, Scope, Section, Version

LONGEST_LINE, LONGEST_TEXT, LONGEST_LAG = 160, 20_000, 365


def draw_about(viewer: Viewer, shelf: Shelved, work: Work) -> None:
    """Every field, read into the work; what cannot be right is told and the value before it stays."""
    text = work.mine
    title = st.text_input(say("Title"), max_chars=LONGEST_LINE, key=field(work, "title", text.title))
    purpose = st.text_area(
        say("Why: what goes wrong without it"),
        max_chars=LONGEST_TEXT,
        key=field(work, "purpose", text.purpose),
    )
    preparation = st.text_area(
        say("Before you start (tools, safety, papers)"), max_chars=LONGEST_TEXT,
        key=field(work, "preparation", text.preparation),
    )  # fmt: skip
    cases = st.text_input(
        say("Cases that rules of systems look at (optional)"), max_chars=300, key=field(work, "cases", text.cases),
    )  # fmt: skip
    try:
        work.mine = replace(
            work.mine, title=title, purpose=purpose, preparation=preparation, cases=cases,
            version=draw_version(shelf, work), **draw_people(viewer, work), kpis=draw_kpis(work),
            link=draw_link(work),
        )  # fmt: skip
    except ProcedureError as wrong:
        tell(say("This can't be right yet"), say_refusal(wrong), kind="info")


def draw_version(shelf: Shelved, work: Work) -> Version:
    """Whether people have to work differently; the first version is 1.0 either way."""
    others = replace(shelf, editions=tuple(each for each in shelf.editions if each.id != work.edition.id))
    if not others.editions or not others.of(work.edition.language):
        return work.mine.version
    language = work.edition.language
    minor, major = (others.next_version(language, major=each) for each in (False, True))
    options = {
        minor: say("Small change ({name})", name=str(minor)),
        major: say("Change of the work ({name})", name=str(major)),
    }
    if work.mine.version not in options:
        return work.mine.version
    picked = st.radio(
        say("Version"), list(options), format_func=lambda each: options[each], horizontal=True,
        key=field(work, "version", work.mine.version),
    )  # fmt: skip
    return picked or work.mine.version


def draw_people(viewer: Viewer, work: Work) -> dict[str, Any]:
    """Department, owner, whom it is for and who was asked."""
    text = work.mine
    mine = [each.value for each in Department if viewer.principal.scope.sees_department(each.value)]
    names = {each.value: each.label for each in Department}
    with st.container(horizontal=True, gap="small"):
        department = st.selectbox(
            say("Department"), mine, format_func=lambda each: names[each],
            key=field(work, "department", text.department if text.department in mine else mine[0]),
        )  # fmt: skip
        owner = st.text_input(
            say("Owner (a role)"), max_chars=LONGEST_LINE, key=field(work, "owner", text.owner)
        )
        months = st.number_input(
            say("Months until the next review"),
            1,
            12,
            key=field(work, "months", min(12, max(1, text.review_months))),
        )
    scope = text.scope
    with st.container(horizontal=True, gap="small"):
        markets = several(
            work, say("Markets (none: all)"), "markets", scope.markets, load_coverage(viewer).markets
        )
        products = several(work, say("Products (none: all)"), "products", scope.products)
    with st.container(horizontal=True, gap="small"):
        roles = several(work, say("Roles (none: all)"), "roles", scope.roles)
        asked = several(work, say("Written with"), "contributors", text.contributors)
    video = st.text_input(say("Video (an address)"), max_chars=500, key=field(work, "video", text.video))
    return {
        "department": department, "owner": owner, "review_months": int(months), "video": video,
        "scope": Scope(markets, products, roles), "contributors": asked,
    }  # fmt: skip


def several(
    work: Work, label: str, name: str, given: Sequence[str], known: Sequence[str] = ()
) -> tuple[str, ...]:
    """Several names, known ones or typed."""
    options = list(dict.fromkeys([*known, *given]))
    picked = st.multiselect(
        label,
        options,
        accept_new_options=True,
        key=field(work, name, list(given)),
        placeholder=say("Choose or type"),
    )
    return tuple(picked)


def draw_kpis(work: Work) -> tuple[KpiLink, ...]:
    """The KPIs it drives, where to, after how long, and which of them is the outcome."""
    before = {each.kpi: each for each in work.mine.kpis}
    keys = st.multiselect(
        say("KPIs it drives"), list(KPIS), format_func=lambda key: say(KPIS[key].name),
        key=field(work, "kpis", [each for each in before if each in KPIS]), placeholder=say("Choose"),
    )  # fmt: skip
    if not keys:
        return ()
    first = next((key for key in keys if key in before and before[key].outcome), keys[0])
    outcome = st.selectbox(
        say("The KPI by which it is judged"), keys, format_func=lambda key: say(KPIS[key].name),
        key=field(work, f"outcome_{'_'.join(keys)}"[:200], first),
    )  # fmt: skip
    return tuple(_kpi(work, key, before.get(key), key == outcome) for key in keys)


def _kpi(work: Work, key: str, before: KpiLink | None, outcome: bool) -> KpiLink:
    up, down = say("rises"), say("falls")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        moves = st.selectbox(
            say("{kpi}, when it is followed", kpi=say(KPIS[key].name)), list(Direction),
            format_func=lambda each: up if each is Direction.UP else down, width=360,
            key=field(work, f"moves_{key}", before.moves if before else Direction.UP),
        )  # fmt: skip
        lag = st.number_input(
            say("after days"),
            0,
            LONGEST_LAG,
            key=field(work, f"lag_{key}", before.lag_days if before else 0),
            width=140,
        )
    return KpiLink(key, moves or Direction.UP, int(lag), outcome)


def draw_sections(work: Work) -> None:
    """Headings and texts that come after the steps; an emptied one is taken out."""
    found: list[Section] = []
    for number, section in enumerate((*work.mine.sections, None)):
        name = f"section_{len(work.mine.sections)}_{number}"
        heading = st.text_input(
            say("Heading") if section else say("A further heading"), max_chars=LONGEST_LINE,
            key=field(work, f"{name}_heading", section.heading if section else ""),
        )  # fmt: skip
        text = st.text_area(
            say("Text"),
            max_chars=LONGEST_TEXT,
            key=field(work, f"{name}_text", section.text if section else ""),
        )
        if heading.strip():
            found.append(_section(heading, text, section))
    changed = _with(work.mine, [each for each in found if each])
    if changed is not None and changed != work.mine:
        again = len(changed.sections) != len(work.mine.sections)
        work.mine = changed
        if again:
            st.rerun()


def _section(heading: str, text: str, before: Section | None) -> Section:
    """The section, or what it was where it cannot be."""
    try:
        return Section(heading, text)
    except ProcedureError as wrong:
        tell(say("This can't be right yet"), say_refusal(wrong), kind="info")
        return before or Section(say("Further"), text)


def _with(procedure: Procedure, sections: Sequence[Section]) -> Procedure | None:
    try:
        return replace(procedure, sections=tuple(sections))
    except ProcedureError as wrong:
        tell(say("This can't be right yet"), say_refusal(wrong), kind="info")
        return None
