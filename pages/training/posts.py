"""Who works as what, and what a role owes a procedure where that is not what its scope says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from kpi.model import Department
from kpi.words import marked, say
from pages.parts.choices import pick
from pages.parts.fields import load_teams, save_or_cancel
from pages.parts.format import ABSENT, count, day
from pages.parts.load import load_company_of, load_coverage
from pages.parts.posting import begin, draft_of, post
from pages.parts.tables import Cell, Column, table
from pages.parts.viewer import Viewer
from pages.sops.load import load_shelves, today_of
from pages.training import load
from store.state import Edition
from store.state.posts import Post
from store.state.training_rules import DUE_DAYS, QUARTERLY, Needs, TrainingRule

FORM, RULE, LONGEST = "post", "training_rule", 60
POSTS = (
    Column(marked("Person")), Column(marked("Role")), Column(marked("Department"), "w"), Column(marked("Team")),
    Column(marked("Market"), "w"), Column(marked("Since"), "w"), Column(marked("Until"), "w"), Column(marked("Mentor")),
)  # fmt: skip
RULES = (
    Column(marked("Procedure")), Column(marked("Role")), Column(marked("Owes"), "w"), Column(marked("Due after"), "r"),
    Column(marked("Refreshed after"), "r"),
)  # fmt: skip
NEEDS = {
    Needs.TRAINING: marked("reading and training"), Needs.READING: marked("reading"), Needs.NOTHING: marked("nothing"),
}  # fmt: skip


def draw_posts(viewer: Viewer) -> None:
    """The posts, and the form to give or change one."""
    posts, names = load.load_posts(viewer), load.load_names(viewer)
    st.header(say("Who works as what"), anchor=False)
    if posts:
        st.html(
            table(POSTS, [post_row(each, names) for each in posts], say("Who works as what"), stacks=True)
        )
    else:
        st.text(say("Nobody has a post yet. What people must read and know follows from their role."))
    known = {"": say("Choose a post")} | {
        str(each.id): f"{names.get(each.person, each.person)}: {each.role}" for each in posts
    }
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = pick(say("Post"), known, "post", 300) if posts else ""
        if draft_of(FORM) is None:
            seen = next((each for each in posts if str(each.id) == chosen), None)
            if seen is not None:
                st.button(say("Change"), key="post_change", on_click=begin, args=(FORM, "change", seen))
            st.button(say("Give a post"), key="post_new", on_click=begin, args=(FORM, "new"))
    if draft_of(FORM) is not None:
        draw_form(viewer, names)


def post_row(each: Post, names: Mapping[str, str]) -> list[Cell]:
    """One post."""
    return [
        names.get(each.person, each.person), each.role, department_told(each.department), each.team or ABSENT,
        each.market or ABSENT, day(each.since), day(each.until) if each.until else ABSENT,
        names.get(each.mentor, each.mentor) or ABSENT,
    ]  # fmt: skip


def department_told(value: str) -> str:
    """The department as the menu has it."""
    return next((each.short for each in Department if each == value), value)


def draw_form(viewer: Viewer, names: Mapping[str, str]) -> None:
    """Person, role, place, days and mentor."""
    draft, today = draft_of(FORM), today_of(viewer)
    if draft is None:
        return
    seen = draft.seen if isinstance(draft.seen, Post) else Post("", "", "", today)
    with st.form(f"form_{FORM}", width=760):
        made = _place(viewer, seen, names, draft.key)
        with st.container(horizontal=True, gap="small"):
            since = st.date_input(say("Since"), seen.since, key=f"since_{draft.key}")
            until = st.date_input(say("Until (first day no more)"), seen.until, key=f"until_{draft.key}")
            away = st.date_input(say("On leave from"), seen.away_from, key=f"away_{draft.key}")
            back = st.date_input(say("Back on"), seen.away_until, key=f"back_{draft.key}")
        sent = save_or_cancel(FORM, say("Save"))
    if sent:
        first = since if isinstance(since, date) else today
        made = replace(made, since=first, until=_day(until), away_from=_day(away), away_until=_day(back))
        post(FORM, lambda key: viewer.store.state.posts.save(viewer.principal, made, key))


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _place(viewer: Viewer, seen: Post, names: Mapping[str, str], field: str) -> Post:
    scope = viewer.principal.scope
    departments = [each.value for each in Department if scope.sees_department(each.value)]
    markets = ["", *sorted({*load_coverage(viewer).markets, *load_company_of(viewer).markets})]
    person = _one(say("Person"), list(names), seen.person, f"person_{field}", names)
    role = st.selectbox(
        say("Role"), _with(roles_of(viewer), seen.role), index=None if not seen.role else
        _with(roles_of(viewer), seen.role).index(seen.role), accept_new_options=True, key=f"role_{field}",
    )  # fmt: skip
    labels = {each: department_told(each) for each in departments}
    department = _one(say("Department"), departments, seen.department, f"department_{field}", labels)
    with st.container(horizontal=True, gap="small"):
        team = _one(say("Team"), ["", *load_teams(viewer)], seen.team, f"team_{field}", {"": ABSENT})
        market = _one(say("Market"), markets, seen.market, f"market_{field}", {"": say("All")})
        mentor = _one(
            say("Mentor"), ["", *names], seen.mentor, f"mentor_{field}", {"": say("Nobody"), **names}
        )
    return replace(
        seen, person=person, role=(role or "").strip()[:LONGEST], department=department, team=team, market=market,
        mentor=mentor,
    )  # fmt: skip


def _one(label: str, options: Sequence[str], chosen: str, key: str, told: Mapping[str, str]) -> str:
    """One of some; what stands there already is kept."""
    shown = _with(options, chosen)
    index = shown.index(chosen) if chosen in shown else 0
    picked = st.selectbox(label, shown, index=index, format_func=lambda each: told.get(each, each), key=key)
    return picked or ""


def _with(options: Sequence[str], chosen: str) -> list[str]:
    return list(options) if chosen in options or not chosen else [chosen, *options]


def roles_of(viewer: Viewer) -> list[str]:
    """The roles that procedures in force are for."""
    shown = [each for shelf in load_shelves(viewer) if (each := shelf.effective()) is not None]
    return sorted({role for each in shown for role in each.roles or ()})


def draw_rules(viewer: Viewer) -> None:
    """The rules that differ from the scope of procedures, and the form for one."""
    rules = viewer.store.state.training_rules.rows(viewer.principal)
    st.header(say("What roles owe"), anchor=False)
    st.caption(say("Whoever has a role of a procedure's scope reads it and is trained on it within {n} days, again "
                   "after {m} months. Rules say where it is otherwise.", n=DUE_DAYS, m=QUARTERLY))  # fmt: skip
    if rules:
        st.html(table(RULES, [rule_row(each) for each in rules], say("What roles owe"), stacks=True))
    if draft_of(RULE) is not None:
        draw_rule_form(viewer, rules)
    else:
        st.button(say("Set a rule"), key="rule_new", on_click=begin, args=(RULE, "new"))


def rule_row(each: TrainingRule) -> list[Cell]:
    """One rule."""
    months = say("{n} months", n=count(each.refresher_months)) if each.refresher_months else say("never")
    return [
        each.sop, each.role or say("Everybody"), say(NEEDS[each.needs]), say("{n} days", n=count(each.due_days)),
        months,
    ]  # fmt: skip


def draw_rule_form(viewer: Viewer, rules: Sequence[TrainingRule]) -> None:
    """A rule for a role and a procedure; the one there is, is changed."""
    draft = draft_of(RULE)
    editions: list[Edition] = [
        each for shelf in load_shelves(viewer) if (each := shelf.effective()) is not None
    ]
    if draft is None or not editions:
        return
    with st.form(f"form_{RULE}", width=760):
        edition = st.selectbox(
            say("Procedure"),
            editions,
            format_func=lambda each: each.title or each.key,
            key=f"sop_{draft.key}",
        )
        role = _one(
            say("Role"), ["", *roles_of(viewer)], "", f"rule_role_{draft.key}", {"": say("Everybody")}
        )
        needs = st.radio(
            say("Owes"), list(Needs), format_func=lambda each: say(NEEDS[each]), horizontal=True,
            key=f"needs_{draft.key}",
        )  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            due = st.number_input(say("Days until trained"), 0, 365, DUE_DAYS, key=f"due_{draft.key}")
            months = st.number_input(
                say("Months until refreshed (0: never)"), 0, 36, QUARTERLY, key=f"months_{draft.key}"
            )
        sent = save_or_cancel(RULE, say("Save"))
    if sent:
        known = next((each for each in rules if (each.sop, each.role) == (edition.key, role)), None)
        rule = known or TrainingRule(edition.key, role, edition.department)
        made = replace(
            rule, needs=needs or Needs.TRAINING, due_days=int(due), refresher_months=int(months) or None
        )
        post(RULE, lambda key: viewer.store.state.training_rules.save(viewer.principal, made, key))
