"""Where the time of procedures goes: steps of runs by time lost, skipped and corrected answers; of nobody in person."""

from collections.abc import Mapping, Sequence

import streamlit as st

from kpi.score import Status
from kpi.words import say, say_many
from pages.adherence import load
from pages.adherence.build import percent
from pages.adherence.ready import load_prepared, worked_out
from pages.adherence.shown import Shown
from pages.parts.format import ABSENT, count, decimal
from pages.parts.tables import Cell, Column, Grid, Link, Marked
from sop.diagnosis.friction import FEWEST, Friction
from sop.share import Share

TOP, MINUTE, HOUR, LONG = 12, 60, 3_600, 600
Flags = Mapping[tuple[str, str], int]


def draw_friction(shown: Shown, flags: Flags) -> None:
    """Of one procedure each step in its order, of all those that cost most time."""
    ready = load_prepared(shown.viewer, 0 if shown.ever else shown.filters.weeks, shown.asked.market)
    found = friction_of(shown, ready.friction) if ready else []
    st.header(say("Where the time goes"), anchor=False)
    if ready is None or not found:
        st.text(
            say("Not worked out yet")
            if ready is None
            else say("No run told how long its steps took in these days.")
        )
        return
    st.html(build_friction(shown, found, flags).html)
    told = say(
        "From opening a step to its first answer, in finished runs and checks that noted it. Lost is what each took "
        "beyond the time limit, else beyond the median; a step that lay open for eight hours tells no time."
    )
    st.caption(f"{told} {worked_out(ready)}")


def friction_of(shown: Shown, found: Sequence[Friction]) -> list[Friction]:
    """The steps of one procedure in their order, else those at the top that enough runs tell of."""
    mine = [
        each
        for each in found
        if load.is_shown(shown.viewer, each.sop) and shown.sop in ("", each.sop) and shown.step in ("", each.step)
        and shown.department in ("", shown.department_of(each.sop))
    ]  # fmt: skip
    if not shown.sop:
        return [each for each in mine if each.timed >= FEWEST and each.seconds_lost][:TOP]
    order = list(load.step_titles(shown.viewer, shown.sop))
    return sorted(
        mine, key=lambda each: (order.index(each.step) if each.step in order else len(order), each.step)
    )


def build_friction(shown: Shown, found: Sequence[Friction], flags: Flags) -> Grid:
    """A row a step; shares and times of fewer than 30 runs are not told."""
    whole = not shown.sop
    columns = [
        Column(say("Step")), *([Column(say("SOP"))] if whole else []), Column(say("Time lost"), "r"),
        Column(say("Median"), "r"), Column(say("Time limit"), "r"), Column(say("Skipped"), "r"),
        Column(say("Corrected"), "r"), Column(say("Not applicable"), "r"), Column(say("Flags you see"), "r"),
        Column(say("Runs"), "r"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            Link(shown.title(each.sop, each.step), shown.link(each.sop, each.step)),
            *([shown.title(each.sop)] if whole else []), lost(each),
            lasting(each.median) if each.timed >= FEWEST else ABSENT, lasting(each.limit),
            *(_part(each, part) for part in (each.skipped, each.corrected, each.not_applicable)),
            count(flags.get((each.sop, each.step), 0)), count(each.runs),
        ]
        for each in found
    ]  # fmt: skip
    return Grid(columns, rows, say("Where the time goes"))


def lost(each: Friction) -> Cell:
    """All that runs took beyond the usual, or how many runs are missing until it is told."""
    if missing := max(0, FEWEST - each.timed):
        told = say_many(
            "Not enough evidence, {n} more", "Not enough evidence, {n} more", missing, n=count(missing)
        )
        return Marked(told, Status.SMALL_SAMPLE)
    return lasting(each.seconds_lost)


def lasting(seconds: float | None) -> str:
    """`48 s`, `12 min` or `3.5 h`."""
    if seconds is None:
        return ABSENT
    if seconds < MINUTE:
        return say("{n} s", n=count(round(seconds)))
    if seconds < HOUR:
        return say("{n} min", n=decimal(seconds / MINUTE, 1 if seconds < LONG else 0))
    return say("{n} h", n=decimal(seconds / HOUR, 1))


def _part(each: Friction, part: Share) -> str:
    return ABSENT if each.missing or part.value is None else percent(part.value)
