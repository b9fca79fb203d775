"""The steps of a draft: a list to add to, move and take out of, and the fields of the one that is open."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import streamlit as st

from kpi.words import keeping, say
from pages.parts.load import load_coverage
from pages.parts.refusals import say_refusal
from pages.parts.trouble import tell
from pages.parts.viewer import Viewer
from pages.sops.about_fields import LONGEST_LINE, LONGEST_TEXT, several
from pages.sops.picture_fields import draw_pictures
from pages.sops.work import Work, field
from sop.procedure import Check, CheckKind, Condition, ProcedureError, Raci, Step
from sop.procedure.flowchart import shown_by


def draw_steps(viewer: Viewer, work: Work) -> None:
    """One line a step; the open one shows its fields below its line."""
    for number, step in enumerate(work.mine.steps, 1):
        with st.container(border=True, gap="small", key=f"panel_step_{step.key}"):
            draw_line(work, number, step)
            if work.open == step.key:
                draw_fields(viewer, work, step)
    st.button(
        say("Add a step"), icon=":material/add:", on_click=keeping(adding(work)), key=f"{work.key}_add",
        type="primary" if not work.mine.steps else "secondary",
    )  # fmt: skip


def draw_line(work: Work, number: int, step: Step) -> None:
    """Number, title, and what can be done with the step."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with st.container(width="stretch"):
            st.text(f"{number}. {step.title or say('Without a title')}")
        is_open, name = work.open == step.key, f"{work.key}_{step.key}"
        title = step.title or str(number)
        st.button(
            say("Close") if is_open else say("Change"), key=f"{name}_open", on_click=toggle, args=(work, step.key),
            help=say("Step {title}", title=plain(title)),
        )  # fmt: skip
        st.button(
            say("Up"), key=f"{name}_up", on_click=move, args=(work, step.key, -1), disabled=number == 1,
            help=say("Move “{title}” up", title=plain(title)),
        )  # fmt: skip
        st.button(
            say("Down"), key=f"{name}_down", on_click=move, args=(work, step.key, 1),
            disabled=number == len(work.mine.steps),
            help=say("Move “{title}” down", title=plain(title)),
        )  # fmt: skip
        st.button(
            say("Take out"), key=f"{name}_out", on_click=take_out, args=(work, step.key),
            help=say("Take “{title}” out", title=plain(title)),
        )  # fmt: skip


def plain(text: str) -> str:
    """A title for a tooltip, in which Streamlit would read Markdown."""
    return "".join(f"\\{each}" if each in "\\`*_{}[]()<>#+-.!|~:$" else each for each in text)


def draw_fields(viewer: Viewer, work: Work, step: Step) -> None:
    """Every field of the step, read into the work; what cannot be right is told and the step stays as it was."""
    own = f"{step.key}_"
    title = st.text_input(say("Title"), max_chars=LONGEST_LINE, key=field(work, f"{own}title", step.title))
    instruction = st.text_area(
        say("Instruction: how it is done"), max_chars=LONGEST_TEXT, key=field(work, f"{own}text", step.instruction),
        height=140,
    )  # fmt: skip
    example = st.text_area(
        say("A real example"),
        max_chars=LONGEST_TEXT,
        key=field(work, f"{own}example", step.example),
        height=80,
    )
    try:
        changed = replace(
            step, title=title, instruction=instruction, example=example, raci=draw_raci(work, step, own),
            check=draw_check(work, step, own), when=draw_when(viewer, work, step, own), **draw_rest(work, step, own),
        )  # fmt: skip
        work.change_step(changed)
    except ProcedureError as wrong:
        tell(say("This can't be right yet"), say_refusal(wrong), kind="info")
        return
    draw_pictures(viewer, work, changed)


def draw_raci(work: Work, step: Step, own: str) -> Raci:
    """Exactly one accountable, who stands in, and the others."""
    raci = step.raci
    with st.container(horizontal=True, gap="small"):
        accountable = st.text_input(
            say("Accountable (exactly one role)"), max_chars=LONGEST_LINE,
            key=field(work, f"{own}accountable", raci.accountable),
        )  # fmt: skip
        backup = st.text_input(
            say("Backup, who stands in"), max_chars=LONGEST_LINE, key=field(work, f"{own}backup", raci.backup)
        )
    known = sorted({each.raci.accountable for each in work.mine.steps} - {""} | set(work.mine.scope.roles))
    with st.container(horizontal=True, gap="small"):
        responsible = several(work, say("Responsible"), f"{own}responsible", raci.responsible, known)
        consulted = several(work, say("Consulted"), f"{own}consulted", raci.consulted, known)
        informed = several(work, say("Informed"), f"{own}informed", raci.informed, known)
    return Raci(accountable, backup, responsible, consulted, informed)


def draw_check(work: Work, step: Step, own: str) -> Check:
    """How it is shown that the step was done; a value has a range and a unit."""
    check = step.check
    names = {
        each: say("Value in a range") if each is CheckKind.VALUE else shown_by(Check(each))
        for each in CheckKind
    }
    with st.container(horizontal=True, gap="small"):
        picked = st.selectbox(
            say("Shown by"), list(CheckKind), format_func=lambda each: names[each],
            key=field(work, f"{own}check", check.kind),
        )  # fmt: skip
        kind = CheckKind(picked or check.kind)
        if kind is not CheckKind.VALUE:
            return Check(kind)
        low = st.number_input(
            say("at least"), key=field(work, f"{own}low", _float(check.low)), step=None, format="%g"
        )
        high = st.number_input(
            say("at most"), key=field(work, f"{own}high", _float(check.high)), step=None, format="%g"
        )
        unit = st.text_input(say("Unit"), max_chars=20, key=field(work, f"{own}unit", check.unit))
    return Check(CheckKind.VALUE, _exact(low), _exact(high), unit)


def draw_when(viewer: Viewer, work: Work, step: Step, own: str) -> Condition:
    """Where the step is done at all."""
    scope = work.mine.scope
    with st.container(horizontal=True, gap="small"):
        markets = several(
            work, say("Only in these markets"), f"{own}markets", step.when.markets,
            scope.markets or load_coverage(viewer).markets,
        )  # fmt: skip
        products = several(
            work, say("Only for these products"), f"{own}products", step.when.products, scope.products
        )
    return Condition(markets, products)


def draw_rest(work: Work, step: Step, own: str) -> dict[str, Any]:
    """Critical, time limit, weight, the rule of systems, a video."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        minutes = st.number_input(
            say("Time limit in minutes (0: none)"),
            0,
            527_040,
            key=field(work, f"{own}minutes", step.minutes or 0),
        )
        weight = st.number_input(say("Weight"), 0, 1000, key=field(work, f"{own}weight", step.weight))
        critical = st.checkbox(
            say("Critical: missing it fails the run"), key=field(work, f"{own}critical", step.critical)
        )
    with st.container(horizontal=True, gap="small"):
        rule = st.text_input(
            say("How systems show it (optional)"), max_chars=300, key=field(work, f"{own}rule", step.rule)
        )
        video = st.text_input(
            say("Video (an address)"), max_chars=500, key=field(work, f"{own}video", step.video)
        )
    return {
        "minutes": int(minutes) or None, "weight": int(weight), "critical": critical, "rule": rule, "video": video,
    }  # fmt: skip


def adding(work: Work) -> Callable[[], None]:
    """A callback that puts an empty step at the end and opens it."""

    def add() -> None:
        taken = {each.key for each in (*work.mine.steps, *work.base.steps)}
        key = next(name for number in range(1, 1_000) if (name := f"step_{number}") not in taken)
        work.mine = replace(work.mine, steps=(*work.mine.steps, Step(key)))
        work.open = key

    return add


def toggle(work: Work, key: str) -> None:
    """Open a step, or close it."""
    work.open = "" if work.open == key else key


def move(work: Work, key: str, by: int) -> None:
    """One place up or down."""
    steps = list(work.mine.steps)
    at = next(number for number, each in enumerate(steps) if each.key == key)
    steps.insert(max(0, at + by), steps.pop(at))
    work.mine = replace(work.mine, steps=tuple(steps))


def take_out(work: Work, key: str) -> None:
    """Without the step; it is gone once the draft is saved."""
    work.mine = replace(work.mine, steps=tuple(each for each in work.mine.steps if each.key != key))


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _exact(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(f"{number:.10g}")
