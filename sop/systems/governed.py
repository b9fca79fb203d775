"""What there is to judge: the versions of each procedure that were in force, with the rules of their steps."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sop.library import library, procedure_of
from sop.procedure import Procedure
from sop.procedure.problems import require_sound
from sop.procedure.ruled import cases_of, expected_order, rule_of
from sop.procedure.text import ProcedureError
from sop.rules import Cases, Rule, RuleError
from store.scope import Principal
from store.state import Edition, EditionState, State

log = logging.getLogger("fairlead.sop")


@dataclass(frozen=True)
class Watched:
    """A step that systems show: its key, its rule, and the markets and products it is done for (empty is all)."""

    step: str
    rule: Rule
    markets: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


@dataclass(frozen=True)
class Governed:
    """
    One version of a procedure that cases were or are governed by: those that began on a day from `since` on and
    before `until` (None: still), in its markets (empty is all). `order`: the events of its main steps.
    """

    sop: str
    version: str
    since: date
    until: date | None
    cases: Cases
    steps: tuple[Watched, ...]
    order: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()


def governed(procedure: Procedure, since: date, until: date | None = None) -> Governed | None:
    """A version as cases see it; None where no step has a rule. Raises ProcedureError, RuleError."""
    cases = cases_of(procedure)
    rules = [(each, rule_of(each)) for each in procedure.steps]
    steps = tuple(
        Watched(each.key, rule, each.when.markets, each.when.products)
        for each, rule in rules
        if rule is not None
    )
    if cases is None or not steps:
        return None
    require_sound(procedure)
    return Governed(
        procedure.key, str(procedure.version), since, until, cases, steps, expected_order(procedure),
        procedure.scope.markets,
    )  # fmt: skip


def governed_of(state: State, principal: Principal, day: date) -> tuple[Governed, ...]:
    """
    Every version that was in force on any day up to `day`, in the language it was written in, by procedure and day.

    A version whose rules cannot be judged any more (a column is gone) is left out and told in the log.
    """
    found: list[Governed] = []
    for shelf in library(state.procedures.rows(principal), day):
        for edition, until in _spans(shelf.of(shelf.source), day):
            try:
                judged = governed(procedure_of(state, principal, edition.id), _since(edition), until)
            except (ProcedureError, RuleError) as fault:
                log.warning("%s %s is not judged: %s", edition.key, edition.name, fault)
                continue
            found += [judged] if judged is not None else []
    return tuple(found)


def _spans(editions: Iterable[Edition], day: date) -> list[tuple[Edition, date | None]]:
    """The editions that took effect, each with the day from which it did not count any more."""
    begun = sorted(
        (
            each
            for each in editions
            if each.state is EditionState.APPROVED
            and each.effective_on is not None
            and each.effective_on <= day
        ),
        key=_since,
    )
    following = [later.effective_on for _, later in pairwise(begun)]
    ends = [*following, None] if begun else []
    return [
        (each, min((end for end in (until, each.retired_on) if end is not None), default=None))
        for each, until in zip(begun, ends, strict=True)
    ]


def _since(edition: Edition) -> date:
    return edition.effective_on or date.max
