"""What is still wrong with a procedure before it can be submitted: each with the place, the value and the way out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kpi.catalog import KPIS
from kpi.model import Department
from kpi.words import listed, say
from sop.procedure.model import Procedure
from sop.procedure.ruled import cases_of, rule_of, sound_cases
from sop.procedure.steps import Check, CheckKind, Step
from sop.procedure.text import ProcedureError
from sop.rules import RuleError
from sop.rules.known import faults_of_cases, faults_of_rule, has_products

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LONGEST_REVIEW = 12


@dataclass(frozen=True)
class Problem:
    """`step` is the number of the step from 1, 0 for the procedure itself; the text is in the reader's language."""

    step: int
    text: str

    def __str__(self) -> str:
        return say("Step {n}: {text}", n=self.step, text=self.text) if self.step else self.text


def require_sound(procedure: Procedure) -> None:
    """Raises ProcedureError with everything that is wrong."""
    if found := unsound(procedure):
        raise ProcedureError("\n".join(map(str, found)))


def unsound(procedure: Procedure) -> tuple[Problem, ...]:
    """Everything that keeps the procedure from being submitted; empty for a sound one."""
    whole = (Problem(0, text) for text in _of_the_whole(procedure))
    steps = (
        Problem(number, text)
        for number, step in enumerate(procedure.steps, 1)
        for text in _of_a_step(procedure, step)
    )
    return (*whole, *steps)


def _of_the_whole(procedure: Procedure) -> Iterator[str]:
    if not procedure.title:
        yield say("It has no title; name the work in a few words.")
    if not procedure.purpose:
        yield say("It does not say why; write what goes wrong without it.")
    if procedure.department not in set(Department):
        yield say(
            "The department '{value}' is not known; choose one of {known}.",
            value=procedure.department, known=listed(list(Department)),
        )  # fmt: skip
    if not procedure.owner:
        yield say("Nobody owns it; name the role that keeps it current.")
    if not 1 <= procedure.review_months <= LONGEST_REVIEW:
        yield say(
            "A review after {n} months is not among 1 to {most}; every 6 or 12 months is usual.",
            n=procedure.review_months, most=LONGEST_REVIEW,
        )  # fmt: skip
    yield from _of_languages(procedure)
    yield from _of_kpis(procedure)
    if not procedure.steps and procedure.link is None:
        yield say("It has no steps; write at least one, or link the document it is kept in.")
    yield from _of_cases(procedure)
    if procedure.steps and not any(each.weight for each in procedure.steps):
        yield say("No step has any weight, so that nothing could be scored; give at least one a weight of 1.")


def _of_cases(procedure: Procedure) -> Iterator[str]:
    try:
        cases = cases_of(procedure)
    except RuleError as fault:
        yield str(fault)
        return
    if cases is not None:
        yield from faults_of_cases(cases)
    elif any(each.rule for each in procedure.steps):
        yield say("Steps have rules, but it is not said what a case is; write cases such as those of orders.")


def _of_a_rule(procedure: Procedure, step: Step) -> Iterator[str]:
    """Nothing where the cases are at fault themselves: that is told once."""
    try:
        rule = rule_of(step)
    except RuleError as fault:
        yield str(fault)
        return
    cases = sound_cases(procedure)
    if cases is None or rule is None:
        return
    yield from faults_of_rule(rule, cases)
    if step.when.products and not has_products(cases):
        yield say(
            "Cases of {table} have no product, so that a rule cannot mind the products of the step; leave one of both "
            "out.",
            table=cases.table,
        )


def _of_languages(procedure: Procedure) -> Iterator[str]:
    if not LANGUAGE.fullmatch(procedure.language):
        yield say("'{value}' is not a language; write a code such as en or zh.", value=procedure.language)


def _of_kpis(procedure: Procedure) -> Iterator[str]:
    for link in procedure.kpis:
        if link.kpi not in KPIS:
            yield say("There is no KPI '{value}'; choose one of the catalogue.", value=link.kpi)
    outcomes = sum(each.outcome for each in procedure.kpis)
    if procedure.kpis and outcomes != 1:
        yield say(
            "{n} of its KPIs are its outcome; mark exactly one, by which the procedure is judged.", n=outcomes
        )


def _of_a_step(procedure: Procedure, step: Step) -> Iterator[str]:
    title = step.title or step.key
    if not step.title:
        yield say("It has no title; say in a few words what is done.")
    if not step.instruction:
        yield say("'{title}' has no instruction; say how it is done.", title=title)
    if not step.raci.accountable:
        yield say("Nobody is accountable for '{title}'; name exactly one role.", title=title)
    if step.raci.backup and step.raci.backup == step.raci.accountable:
        yield say("{who} cannot stand in for themselves; name another backup.", who=step.raci.backup)
    yield from _of_a_rule(procedure, step)
    if step.check.kind is CheckKind.VALUE:
        yield from _of_a_value(step.check)
    scopes = procedure.scope.markets, procedure.scope.products
    for inside, all_of in zip((step.when.markets, step.when.products), scopes, strict=True):
        if all_of and (beyond := [each for each in inside if each not in all_of]):
            yield say(
                "{names} is outside of what the procedure is for; widen its scope.", names=listed(beyond)
            )


def _of_a_value(check: Check) -> Iterator[str]:
    if check.low is None and check.high is None:
        yield say("The value has no range; give a lowest or a highest value.")
    if check.low is not None and check.high is not None and check.low > check.high:
        yield say(
            "The lowest value {low} is above the highest {high}; change them.",
            low=str(check.low), high=str(check.high),
        )  # fmt: skip
    if not check.unit:
        yield say("The value has no unit; write one such as °C, kg or pieces.")
