"""One item of a check: what may be answered, kept the moment it is chosen, with when it was saved beside it."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from kpi.words import keeping, say
from pages.checks.settling import value_told
from pages.parts.format import moment
from pages.parts.refusals import say_refusal
from pages.parts.viewer import Viewer
from sop.audits.checking import NOT_APPLICABLE, answer
from sop.audits.template import FAILED, PASSED, Item, Judged, asked_for, limits_told
from store.database import StateError
from store.state import WrongEntry
from store.state.audit_rows import Audit, Check, Found

NOTHING = "nothing"
LONGEST = 400


def draw_item(viewer: Viewer, audit: Audit, check: Check, item: Item) -> None:
    """The item with its answer as it is stored."""
    found, place = check.found.get(item.step), f"{check.id}_{item.step}"
    keep = (viewer, audit, check, item)
    with st.container(border=True, gap="small", key=f"panel_item_{place}"):
        critical = f" · {say('critical')}" if item.critical else ""
        st.html(f"<strong>{escape(item.title or item.step)}</strong>{escape(critical)}")
        if item.judged is Judged.NUMBER:
            draw_number(keep, found, place)
        elif item.judged is Judged.PARTS:
            draw_parts(keep, found, place)
        else:
            draw_choice(keep, found, place)
        if is_left_out(found, place):
            st.session_state[f"why_{place}"] = found.because if found else ""
            st.text_input(
                say("Why it does not apply"), key=f"why_{place}", max_chars=LONGEST, on_change=keeping(keep_reason),
                args=keep,
            )  # fmt: skip
        draw_saved(keep, found, place)


def draw_choice(keep: tuple[Viewer, Audit, Check, Item], found: Found | None, place: str) -> None:
    """Passed or failed, or points; buttons side by side."""
    item = keep[3]
    options = [PASSED, FAILED] if item.judged is Judged.TICKED else [str(n) for n in range(item.maximum + 1)]
    st.session_state[f"say_{place}"] = chosen_of(found, place)
    st.segmented_control(
        item.title or item.step, [*options, NOT_APPLICABLE], key=f"say_{place}", format_func=option_told,
        label_visibility="collapsed", on_change=keeping(keep_choice), args=keep,
    )  # fmt: skip


def draw_number(keep: tuple[Viewer, Audit, Check, Item], found: Found | None, place: str) -> None:
    """What was measured, and the button that says that nothing can be."""
    item = keep[3]
    st.session_state[f"number_{place}"] = found.value if found else ""
    st.text_input(
        say("Measured ({limits})", limits=limits_told(item)), key=f"number_{place}", max_chars=20,
        on_change=keeping(keep_number), args=keep,
    )  # fmt: skip
    draw_left_out(keep, found, place)


def draw_parts(keep: tuple[Viewer, Audit, Check, Item], found: Found | None, place: str) -> None:
    """The parts that were seen, or that none was."""
    item = keep[3]
    seen = [each for each in found.value.split("; ") if each] if found and found.score is not None else []
    none = found is not None and found.score == 0
    st.session_state[f"parts_{place}"] = [NOTHING] if none else seen
    st.pills(
        say("What was seen"), [*item.parts, NOTHING], selection_mode="multi", key=f"parts_{place}",
        format_func=lambda each: say("nothing of it") if each == NOTHING else each, on_change=keeping(keep_parts),
        args=keep,
    )  # fmt: skip
    draw_left_out(keep, found, place)


def draw_left_out(keep: tuple[Viewer, Audit, Check, Item], found: Found | None, place: str) -> None:
    """The button that says that the step does not apply."""
    left_out = is_left_out(found, place)
    st.session_state[f"say_{place}"] = NOT_APPLICABLE if left_out else None
    st.segmented_control(
        say("Does not apply"), [NOT_APPLICABLE], key=f"say_{place}", format_func=option_told,
        label_visibility="collapsed", on_change=keeping(keep_choice), args=keep,
    )  # fmt: skip


def draw_saved(keep: tuple[Viewer, Audit, Check, Item], found: Found | None, place: str) -> None:
    """When it was saved, or why it was not; comment and evidence of an answer there is."""
    if problem := st.session_state.pop(f"problem_{place}", ""):
        st.warning(problem, icon=":material/error:")
    if found is None:
        if keep[3].judged is not Judged.TICKED:
            st.caption(asked_for(keep[3]))
        return
    when = moment(found.answered_at) if found.answered_at else ""
    st.caption(say("✓ saved {moment}: {said}", moment=when, said=shown(found)))
    with st.expander(
        say("Comment, evidence"), expanded=bool(found.comment or found.evidence), key=f"more_{place}"
    ):
        for name, label in (("comment", say("Comment")), ("evidence", say("Link to evidence"))):
            st.session_state[f"{name}_{place}"] = getattr(found, name)
            st.text_input(
                label,
                key=f"{name}_{place}",
                max_chars=LONGEST,
                on_change=keeping(keep_note),
                args=(*keep, name),
            )


def keep_choice(viewer: Viewer, audit: Audit, check: Check, item: Item) -> None:
    """What was chosen; that a step does not apply is kept with its reason, and not before."""
    place = f"{check.id}_{item.step}"
    said = st.session_state.get(f"say_{place}")
    if said == NOT_APPLICABLE:
        st.session_state[f"out_{place}"] = True
        return
    st.session_state.pop(f"out_{place}", None)
    if said is not None:
        keep_answer(viewer, audit, check, item, str(said))


def keep_reason(viewer: Viewer, audit: Audit, check: Check, item: Item) -> None:
    """Why a step does not apply."""
    why = str(st.session_state.get(f"why_{check.id}_{item.step}", ""))
    keep_answer(viewer, audit, check, item, NOT_APPLICABLE, because=why)


def keep_number(viewer: Viewer, audit: Audit, check: Check, item: Item) -> None:
    """What was measured."""
    said = str(st.session_state.get(f"number_{check.id}_{item.step}", ""))
    if said.strip():
        keep_answer(viewer, audit, check, item, said)


def keep_parts(viewer: Viewer, audit: Audit, check: Check, item: Item) -> None:
    """The parts that were seen; a part that is chosen after 'nothing' takes its place, and the other way round."""
    seen: Sequence[str] = st.session_state.get(f"parts_{check.id}_{item.step}") or []
    if not seen:
        return
    last_is_nothing = seen[-1] == NOTHING
    kept = [] if last_is_nothing else [each for each in seen if each != NOTHING]
    keep_answer(viewer, audit, check, item, "; ".join(kept))


def keep_note(viewer: Viewer, audit: Audit, check: Check, item: Item, name: str) -> None:
    """A comment or a link beside the answer there is."""
    found = check.found[item.step]
    said = NOT_APPLICABLE if found.score is None else found.value
    text = str(st.session_state.get(f"{name}_{check.id}_{item.step}", ""))
    comment, evidence = (text if each == name else None for each in ("comment", "evidence"))
    keep_answer(viewer, audit, check, item, said, because=found.because, comment=comment, evidence=evidence)


def keep_answer(
    viewer: Viewer, audit: Audit, check: Check, item: Item, said: str, *, because: str = "",
    comment: str | None = None, evidence: str | None = None,
) -> None:  # fmt: skip
    """Keep an answer at once, or say beside the item why not."""
    place = f"{check.id}_{item.step}"
    try:
        answer(
            viewer.store.state, viewer.acting(), audit, check, item.step, said, because=because, comment=comment,
            evidence=evidence,
        )  # fmt: skip
    except (StateError, WrongEntry) as refused:
        st.session_state[f"problem_{place}"] = say_refusal(refused)
    else:
        st.session_state.pop(f"out_{place}", None)


def is_left_out(found: Found | None, place: str) -> bool:
    """Whether the step does not apply, by what is stored or by what was just chosen and waits for its reason."""
    return bool(st.session_state.get(f"out_{place}")) or (found is not None and found.score is None)


def chosen_of(found: Found | None, place: str) -> str | None:
    """What stands chosen."""
    if is_left_out(found, place):
        return NOT_APPLICABLE
    return found.value if found else None


def option_told(option: str) -> str:
    """An option in the reader's language."""
    return {PASSED: say("Passed"), FAILED: say("Failed"), NOT_APPLICABLE: say("Does not apply")}.get(
        option, option
    )


def shown(found: Found) -> str:
    """What is stored, in words."""
    return say("does not apply: {why}", why=found.because) if found.score is None else value_told(found)
