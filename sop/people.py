"""Before speaking to a person: is it the procedure, the training, chance, or something to talk about?

Evidence in a fixed order, never a verdict and never a ranking: the last step is a conversation that people have.
"""

from dataclasses import dataclass
from enum import StrEnum

from sop.binomial import at_least


class Finding(StrEnum):
    """What the evidence asks for next."""

    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    SOP_OR_SYSTEM_ISSUE = "sop_or_system_issue"
    TRAINING_NEED = "training_need"
    NO_ACTION = "no_action"
    COACHING_NEED = "coaching_need"
    COMPETENCE_CHECK_NEED = "competence_check_need"
    ACCOUNTABILITY_CONVERSATION = "accountability_conversation"


@dataclass(frozen=True)
class Evidence:
    """What is known of one person's checks of one step; shown to that person and the direct lead only.

    `peer_fail_rate`: share of failed checks of the peers, 0 to 1, without this person's.
    `people_failing_the_step`: share of all people who fail the same step, 0 to 1.
    `competent`: passed a check of competence; None when none was made.
    """

    checks: int
    fails: int
    peer_fail_rate: float
    people_failing_the_step: float
    trained_on_current: bool
    competent: bool | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.fails <= self.checks:
            raise ValueError(
                f"{self.fails} failed of {self.checks} checks; count the failed among all checks."
            )


@dataclass(frozen=True)
class Thresholds:
    """Where the questions are cut. `unlikely`: how rare a count must be among equal people to mean anything; the
    exact 0.3 % limit stops 0.08 of 30 equal people a month, a fixed 90 % cut-off 2.3 (product.md M4)."""

    min_checks: int = 5
    systemic_share: float = 0.3
    unlikely: float = 0.003


@dataclass(frozen=True)
class Judged:
    """The finding, and the evidence in one sentence to show with it."""

    finding: Finding
    because: str


def judge(evidence: Evidence, thresholds: Thresholds | None = None) -> Judged:
    """Training need or accountability: the questions of kpi-domain 6.3 in their order (after Mager and Pipe).

    A gap of training or of the procedure is found before any count is held against a person.
    """
    limits = thresholds or Thresholds()
    if evidence.checks < limits.min_checks:
        return _few(evidence, limits)
    if evidence.people_failing_the_step >= limits.systemic_share:
        share = f"{evidence.people_failing_the_step:.0%}"
        return Judged(Finding.SOP_OR_SYSTEM_ISSUE, f"{share} of all people fail this step: look at the step.")
    if not evidence.trained_on_current:
        return Judged(Finding.TRAINING_NEED, "Not trained on the version in force.")
    chance = at_least(evidence.fails, evidence.checks, evidence.peer_fail_rate)
    if chance > limits.unlikely:
        return Judged(Finding.NO_ACTION, f"{_count(evidence)}: within what chance gives equal people.")
    return _beyond_chance(evidence)


def _few(evidence: Evidence, limits: Thresholds) -> Judged:
    told = f"{evidence.checks} checks are not enough evidence; {limits.min_checks} are needed."
    return Judged(Finding.INSUFFICIENT_EVIDENCE, told)


def _beyond_chance(evidence: Evidence) -> Judged:
    match evidence.competent:
        case False:
            return Judged(Finding.COACHING_NEED, f"{_count(evidence)}; the competence check was not passed.")
        case None:
            return Judged(
                Finding.COMPETENCE_CHECK_NEED, f"{_count(evidence)}; make a competence check first."
            )
        case True:
            told = f"{_count(evidence)}, trained and competent: ask what gets in the way."
            return Judged(Finding.ACCOUNTABILITY_CONVERSATION, told)


def _count(evidence: Evidence) -> str:
    return f"{evidence.fails} of {evidence.checks} checks failed, peers fail {evidence.peer_fail_rate:.0%}"
