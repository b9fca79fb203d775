"""Where two auditors disagree: both answers side by side, and which one counts, with a reason; both are kept."""

import streamlit as st

from kpi.words import say
from pages.checks.load import Open
from pages.parts.fields import save_or_cancel
from pages.parts.posting import Draft, begin, draft_of, post
from pages.parts.viewer import Viewer
from sop.audits.template import Item
from store.state.audit_rows import Found

FORM, LONGEST, MOST = "audit_settle", 400, 20


def draw_settling(viewer: Viewer, found: Open) -> None:
    """The disagreements nobody settled, one panel each; nothing where there are none."""
    apart = viewer.store.state.checks.undecided(viewer.principal, found.audit.id)
    if not apart:
        return
    st.header(say("Two auditors disagree"), anchor=False)
    for place, step in apart[:MOST]:
        with st.container(border=True, gap="small", key=f"panel_settle_{place}_{step}"):
            draw_one(viewer, found, place, step)


def draw_one(viewer: Viewer, found: Open, place: int, step: str) -> None:
    """Both answers, and the form that says which one counts."""
    item = found.template.item(step)
    first, second = (each.found[step] for each in found.checks_of(place))
    st.text(say("Record {n}: {step}", n=place, step=item.title or step))
    st.text(say("First auditor: {said}", said=said_told(item, first)))
    st.text(say("Second auditor: {said}", said=said_told(item, second)))
    draft = draft_of(FORM)
    if draft is not None and draft.seen == (place, step):
        draw_form(viewer, found, draft, item, {"first": first, "second": second})
    else:
        st.button(
            say("Settle it"),
            key=f"settle_{place}_{step}",
            on_click=begin,
            args=(FORM, "settle", (place, step)),
        )


def draw_form(viewer: Viewer, found: Open, draft: Draft, item: Item, answers: dict[str, Found]) -> None:
    """Which one counts, and why."""
    place = draft.seen[0] if isinstance(draft.seen, tuple) else 0
    with st.form(f"form_{FORM}", border=False):
        chosen = st.radio(
            say("What counts"), list(answers), key=f"counts_{draft.key}",
            format_func=lambda each: said_told(item, answers[each]),
        )  # fmt: skip
        why = st.text_input(say("Why"), max_chars=LONGEST, key=f"why_{draft.key}")
        sent = save_or_cancel(FORM, say("Settle it"))
    if sent:
        checks, who = viewer.store.state.checks, viewer.principal
        score = answers[chosen].score
        post(FORM, lambda key: checks.settle(who, found.audit.id, place, item.step, score, why, key))


def said_told(item: Item, found: Found) -> str:
    """An answer in words: what was seen, its points, why it does not apply, and what was noted beside it."""
    if found.score is None:
        told = say("does not apply: {why}", why=found.because)
    else:
        told = say("{value}, {n} of {all} points", value=value_told(found), n=found.score, all=item.maximum)
    return f"{told} · {found.comment}" if found.comment else told


def value_told(found: Found) -> str:
    """What was measured or seen; passed and failed in the reader's language."""
    return {"pass": say("passed"), "fail": say("failed"), "": say("nothing")}.get(found.value, found.value)
