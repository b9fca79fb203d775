"""Writing a procedure: what it is about, its steps one by one, a preview; saved, merged, submitted."""

from html import escape

import streamlit as st

from kpi.words import marked, say
from pages.parts.choices import switch
from pages.parts.head import draw_head
from pages.parts.language import language_link
from pages.parts.load import load_company_of, load_freshness, now
from pages.parts.refusals import say_refusal
from pages.parts.states import State, draw_state
from pages.parts.trouble import guarded, tell
from pages.parts.viewer import Viewer, open_page
from pages.sops import build
from pages.sops.about_fields import draw_about, draw_sections
from pages.sops.left_out import draw_left_out
from pages.sops.load import asked_shelf, load_pictures
from pages.sops.look import STYLE
from pages.sops.merging import draw_merging
from pages.sops.starting import draw_starting
from pages.sops.step_fields import draw_steps
from pages.sops.work import Work, forget_work, save_work, work_on
from sop.library import Shelved
from sop.procedure.problems import unsound
from sop.reviews import Stage
from store.database import StateError
from store.permits import Permit
from store.state import WrongEntry
from store.state.edits import require

PARTS = {
    "": marked("About it"), "steps": marked("The steps"), "more": marked("Further sections"),
    "preview": marked("Preview"),
}  # fmt: skip
LONGEST = 400


@guarded
def render(viewer: Viewer) -> None:
    """The page of `?sop=KEY`, for who may write."""
    require(viewer.principal, Permit.WRITE_PROCEDURES)
    shelf = asked_shelf(viewer)
    company = load_company_of(viewer)
    title = (shelf.shown("").title or shelf.key) if shelf else say("Procedure")
    draw_head(say("Write: {title}", title=title), company.name, company, load_freshness(viewer), now())
    back = f"sop?sop={shelf.key}{language_link()}" if shelf else f"sops{language_link('?')}"
    st.html(
        f'{STYLE}<a class="fl-go" href="{escape(back)}" target="_self">{escape(say("To the procedure"))}</a>'
    )
    if shelf is None:
        draw_state(
            State.EMPTY, say("No such procedure"), say("It is not in the part of the library you see.")
        )
        return
    draw_left_out(shelf.key)
    draft = shelf.draft(st.query_params.get("in", "") or shelf.source)
    if draft is None:
        draw_starting(viewer, shelf)
    elif shelf.stage(draft) is Stage.IN_REVIEW:
        draw_state(
            State.EMPTY, say("It waits for approval"),
            say("What was submitted cannot be changed. Take it back on its page to go on writing."),
        )  # fmt: skip
    else:
        draw_writing(viewer, shelf, work_on(viewer, draft))


def draw_writing(viewer: Viewer, shelf: Shelved, work: Work) -> None:
    """The fields of the chosen part, between what to do with the draft and what it still lacks."""
    if work.edition.remark:
        told = say("{who} refused it", who=work.edition.decided_by)
        draw_state(State.STALE, told, work.edition.remark)
    if work.theirs is not None:
        draw_merging(viewer, work)
        return
    part = switch(say("Part"), {name: say(told) for name, told in PARTS.items()}, "part")
    with st.container(key="sop_part"):
        draw_part(viewer, shelf, work, part)
    draw_gaps(work)
    draw_end(viewer, work)


def draw_part(viewer: Viewer, shelf: Shelved, work: Work, part: str) -> None:
    """One part of the procedure."""
    match part:
        case "steps":
            draw_steps(viewer, work)
        case "more":
            draw_sections(work)
        case "preview":
            draw_preview(viewer, work)
        case _:
            draw_about(viewer, shelf, work)


def draw_preview(viewer: Viewer, work: Work) -> None:
    """As readers will see it."""
    st.html(build.build_prose(work.mine.purpose, "fl-sop-prose fl-sop-lead"))
    if work.mine.preparation:
        st.html(build.build_prose(work.mine.preparation))
    if work.mine.steps:
        st.html(build.build_steps(work.mine, load_pictures(viewer, work.mine)))
        st.html(build.build_flowchart(work.mine))


def draw_gaps(work: Work) -> None:
    """What keeps it from being submitted."""
    gaps = unsound(work.mine)
    if not gaps:
        return
    items = "".join(f"<li>{escape(str(each))}</li>" for each in gaps)
    with st.expander(
        say("Missing before it can be submitted ({n})", n=len(gaps)), key="sop_gaps", expanded=True
    ):
        st.html(f'<ul class="fl-sop-prose">{items}</ul>')


def draw_end(viewer: Viewer, work: Work) -> None:
    """Save, submit with what is new, or give it up."""
    with st.container(border=True, gap="small", key="panel_sop_end"):
        state = say("Not saved yet") if work.is_changed else say("Everything is saved")
        st.caption(f"{state} · {say('Version {name}', name=str(work.mine.version))}")
        change = st.text_input(
            say("What is new, and why"), max_chars=LONGEST, key=f"{work.key}_change",
            help=say("Whoever approves reads it, and everybody finds it beside the version."),
        )  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            saved = st.button(say("Save"), type="primary", disabled=not work.is_changed, key="sop_save")
            sent = st.button(say("Submit for approval"), disabled=bool(unsound(work.mine)), key="sop_submit")
            gone = st.button(say("Discard the draft"), type="tertiary", key="sop_discard")
    if saved or sent or gone:
        carry_out(viewer, work, change, "submit" if sent else "discard" if gone else "save")


def carry_out(viewer: Viewer, work: Work, change: str, what: str) -> None:
    """What a button asks for; a refusal is told in a sentence, and nothing that was written is lost."""
    procedures, who = viewer.store.state.procedures, viewer.principal
    try:
        if what == "discard":
            procedures.discard(who, work.edition.id, work.edition.version)
            forget_work(work.edition)
            open_page(viewer, "sops")
            return
        if work.is_changed and not save_work(viewer, work):
            st.rerun()
        if what == "submit":
            procedures.submit(who, work.edition.id, work.edition.version, change)
            forget_work(work.edition)
            open_page(viewer, "sop", sop=work.edition.key, version=work.edition.name)
            return
    except (StateError, WrongEntry) as refused:
        tell(say("Not saved"), say_refusal(refused), kind="info")
        return
    st.rerun()
