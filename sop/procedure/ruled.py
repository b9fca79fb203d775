"""The rules of a procedure's steps as values, and what their cases are."""

from sop.procedure.model import Procedure
from sop.procedure.steps import Step
from sop.rules import Cases, Event, Rule, RuleError, read_cases, read_rule
from sop.rules.known import faults_of_cases


def cases_of(procedure: Procedure) -> Cases | None:
    """What a case is; None where nothing is said. Raises RuleError for words that cannot be read."""
    return read_cases(procedure.cases) if procedure.cases else None


def rule_of(step: Step) -> Rule | None:
    """How systems show that the step was followed; None where they do not. Raises RuleError."""
    return read_rule(step.rule) if step.rule else None


def sound_cases(procedure: Procedure) -> Cases | None:
    """What a case is, where that is said and can be judged."""
    try:
        cases = cases_of(procedure)
    except RuleError:
        return None
    return None if cases is None or any(faults_of_cases(cases)) else cases


def expected_order(procedure: Procedure) -> tuple[str, ...]:
    """
    The events of its main steps in their order: those that the rules of steps are about, each once.

    Raises RuleError.
    """
    rules = [rule_of(each) for each in procedure.steps]
    told = [each.first.name for each in rules if each is not None and isinstance(each.first, Event)]
    return tuple(dict.fromkeys(told))
