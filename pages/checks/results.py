"""What an audit says: how many passed and how sure that is, by step, whether a lot is accepted, and agreement."""

import streamlit as st

from kpi.figures import share
from kpi.interval import RatioInterval
from kpi.score import Status
from kpi.words import marked, say
from pages.checks.load import Open
from pages.checks.told import interval_told
from pages.parts.format import ABSENT, count
from pages.parts.states import State, draw_state
from pages.parts.tables import Bar, Cell, Column, facts, table
from sop.audits.outcome import Decision, Outcome, StepOutcome, Verdict
from sop.audits.plans import Precision, read_plan
from sop.audits.recent import FEWEST
from sop.share import Share
from store.state.audit_rows import Selection

STEPS = (
    Column(marked("Step")), Column(marked("Full marks")), Column(marked("Share")), Column(marked("Points"), "n"),
    Column(marked("Did not apply"), "n"),
)  # fmt: skip


def draw_results(found: Open, outcome: Outcome) -> None:
    """The figures so far; few are told as few."""
    st.header(say("Result") if found.audit.is_over else say("Result so far"), anchor=False)
    if not outcome.checked:
        draw_state(
            State.EMPTY, say("No figure yet"),
            say("Figures begin with the first finished check that you may see."),
        )  # fmt: skip
        return
    st.html(
        facts(
            [
                (say("Checks passed"), passed_told(found, outcome)),
                (say("Points"), points_told(outcome.adherence, outcome.adherence_interval)),
                (say("Failed at a critical step"), count(outcome.critical)),
                (say("Lot"), decision_told(outcome.decision) if outcome.decision else ""),
                (say("Precision"), missing_told(found, outcome)),
                (say("Two auditors"), outcome.agreement.told if found.audit.second_percent else ""),
            ]
        )
    )
    st.html(table(STEPS, [step_row(each) for each in outcome.steps], say("By step"), stacks=True))


def passed_told(found: Open, outcome: Outcome) -> str:
    """The share with n and interval; of few checks, that they are few; of chosen records, that they stand alone."""
    applied = [each for each in outcome.checked if each.score.points.denominator]
    passed = sum(each.score.result.value == "pass" for each in applied)
    n, all_ = count(passed), count(len(applied))
    if found.audit.selection is not Selection.RANDOM:
        return say("{n} of {all}; not drawn by chance, so they speak for themselves only", n=n, all=all_)
    if outcome.passed is None or len(applied) < FEWEST:
        return say(
            "{n} of {all}: not enough evidence, {missing} more are needed to say a share",
            n=n, all=all_, missing=count(FEWEST - len(applied)),
        )  # fmt: skip
    return interval_told(outcome.passed)


def points_told(points: Share, sure: RatioInterval | None) -> str:
    """Points of points, and the interval over checks where it is known."""
    told = say(
        "{n} of {all}, {share}", n=count(points.numerator), all=count(points.denominator),
        share=share(points.value or 0.0),
    )  # fmt: skip
    if sure is None:
        return told
    low, high = (share(min(1.0, max(0.0, each))) for each in (sure.lower, sure.upper))
    return say("{told} ({low} to {high}, 19 times of 20)", told=told, low=low, high=high)


def missing_told(found: Open, outcome: Outcome) -> str:
    """Whether it is as sure as was wanted."""
    plan = read_plan(found.audit.plan)
    if not isinstance(plan, Precision):
        return ""
    if outcome.missing == 0 and outcome.passed is not None:
        return say(
            "reached: {reached} points to either side, {wanted} were wanted",
            reached=f"{100 * outcome.passed.half_width:.1f}", wanted=plan.points,
        )  # fmt: skip
    return say(
        "{n} more checks until {wanted} points to either side", n=count(outcome.missing), wanted=plan.points
    )


def decision_told(decision: Decision) -> str:
    """Accepted, refused or open, with its numbers."""
    told = {"bad": count(decision.bad), "checked": count(decision.checked)}
    match decision.verdict:
        case Verdict.ACCEPTED:
            return say(
                "accepted: {bad} of {checked} failed, up to {accept} are tolerated",
                accept=decision.accept,
                **told,
            )
        case Verdict.REFUSED:
            return say(
                "refused: {bad} of {checked} failed, from {refuse} on it is refused",
                refuse=decision.refuse,
                **told,
            )
        case Verdict.UNDECIDED:
            return say(
                "open: {bad} of {checked} failed, {missing} more checks are needed", missing=count(decision.missing),
                **told,
            )  # fmt: skip


def step_row(step: StepOutcome) -> list[Cell]:
    """One step: how often it had full marks, with how sure that is."""
    told, bar = ABSENT, ABSENT
    cells: list[Cell] = [step.item.title or step.item.step]
    if step.full is None:
        return [*cells, told, bar, ABSENT, count(step.not_applicable)]
    full = step.full
    low, high = (full.low, full.high) if full.share.denominator >= FEWEST else (None, None)
    n, all_ = count(full.share.numerator), count(full.share.denominator)
    told = interval_told(full) if low is not None else say("{n} of {all}", n=n, all=all_)
    points = f"{count(step.points.numerator)} / {count(step.points.denominator)}"
    status = Status.SMALL_SAMPLE if low is None else Status.ON_TARGET
    return [
        *cells,
        told,
        Bar(full.share.value or 0.0, None, status, low, high),
        points,
        count(step.not_applicable),
    ]
