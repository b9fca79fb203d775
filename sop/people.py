"""Before speaking to a person: is it the procedure, the training, chance, or something to talk about?

Evidence in a fixed order, never a verdict and never a ranking: the last step is a conversation that people have.
"""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from kpi.figures import share
from kpi.interval import wilson
from kpi.words import marked, say, say_many
from sop.binomial import at_least, at_least_drawn
from sop.share import Share


class Finding(StrEnum):
    """What the evidence asks for next; nothing on this list is done to anybody."""

    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    NOT_PUBLISHED = "not_published"
    SOP_OR_SYSTEM_ISSUE = "sop_or_system_issue"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    TRAINING_NEED = "training_need"
    NO_ACTION = "no_action"
    COACHING_NEED = "coaching_need"
    COMPETENCE_CHECK_NEED = "competence_check_need"
    ACCOUNTABILITY_CONVERSATION = "accountability_conversation"

    @property
    def heading(self) -> str:
        """What a page calls it, in the reader's language."""
        return say(HEADINGS[self])


HEADINGS = {
    Finding.INSUFFICIENT_EVIDENCE: marked("Not enough evidence"),
    Finding.NOT_PUBLISHED: marked("Publish the version first"),
    Finding.SOP_OR_SYSTEM_ISSUE: marked("Fix the SOP or the system"),
    Finding.NOT_ACKNOWLEDGED: marked("Have it read first"),
    Finding.TRAINING_NEED: marked("Training gap"),
    Finding.NO_ACTION: marked("Nothing to do"),
    Finding.COACHING_NEED: marked("Coach"),
    Finding.COMPETENCE_CHECK_NEED: marked("Make a competence check"),
    Finding.ACCOUNTABILITY_CONVERSATION: marked("Talk"),
}


@dataclass(frozen=True)
class Evidence:
    """What is known of one person's checks of one step; shown to that person and the direct lead only.

    `peer_fail_rate`: share of failed checks of the peers in the same slices, 0 to 1, without this person's; `peers`
    the same as counts, where they are known. `people_failing_the_step`: share of people who fail the same step, 0 to
    1. `available`: the tool and the procedure were there. `competent`: passed a check of competence. None: not known.
    """

    checks: int
    fails: int
    peer_fail_rate: float
    people_failing_the_step: float
    trained_on_current: bool
    competent: bool | None = None
    published: bool = True
    acknowledged: bool = True
    quiz_passed: bool | None = None
    available: bool | None = None
    peers: Share | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.fails <= self.checks:
            raise ValueError(
                f"{self.fails} failed of {self.checks} checks; count the failed among all checks."
            )


@dataclass(frozen=True)
class Thresholds:
    """Where the questions are cut. `unlikely`: how rare a count must be among equal people to mean anything; the
    exact 0.3 % limit stops 0.08 of 30 equal people a month, a fixed 90 % cut-off 2.3 (product.md M4).

    `systemic_share`: of people who fail the step; `systemic_rate`: of peers' checks that surely fail; either points
    to the step.
    """

    min_checks: int = 5
    systemic_share: float = 0.3
    systemic_rate: float = 0.1
    unlikely: float = 0.003


@dataclass(frozen=True)
class Judged:
    """The finding, and the evidence in one sentence to show with it, in the reader's language."""

    finding: Finding
    because: str


def judge(evidence: Evidence, thresholds: Thresholds | None = None) -> Judged:
    """Training need or accountability: the questions of kpi-domain 6.3 in their order (after Mager and Pipe).

    A gap of publishing, of the procedure, of reading or of training is found before any count is held against a
    person; then chance is ruled out, then a lack of competence. What is left is to be talked about, by people.
    """
    limits = thresholds or Thresholds()
    return (
        _few(evidence, limits)
        or _systemic(evidence, limits)
        or _untaught(evidence)
        or _by_chance(evidence, limits)
        or _beyond_chance(evidence)
    )


def _few(evidence: Evidence, limits: Thresholds) -> Judged | None:
    if evidence.checks >= limits.min_checks:
        return None
    told = say_many(
        "{n} check is not enough evidence; {needed} are needed.",
        "{n} checks are not enough evidence; {needed} are needed.",
        evidence.checks,
        n=evidence.checks,
        needed=limits.min_checks,
    )
    return Judged(Finding.INSUFFICIENT_EVIDENCE, told)


def _systemic(evidence: Evidence, limits: Thresholds) -> Judged | None:
    """Whoever stood there would have missed it: the version was not out, something was missing, or others miss it."""
    if not evidence.published:
        return Judged(Finding.NOT_PUBLISHED, say("The version was not published when the work was done."))
    if evidence.people_failing_the_step >= limits.systemic_share:
        told = say(
            "{share} of all people fail this step: look at the step.",
            share=share(evidence.people_failing_the_step),
        )
        return Judged(Finding.SOP_OR_SYSTEM_ISSUE, told)
    if evidence.peers is not None and _surely(evidence.peers) > limits.systemic_rate:
        told = say(
            "Peers fail {share} of the same checks: look at the step.", share=share(evidence.peer_fail_rate)
        )
        return Judged(Finding.SOP_OR_SYSTEM_ISSUE, told)
    if evidence.available is False:
        return Judged(Finding.SOP_OR_SYSTEM_ISSUE, say("The tool or the procedure was not at hand."))
    return None


def _surely(part: Share) -> float:
    """The lower bound of a share; 0 where nothing was counted."""
    low, _ = wilson(pl.lit(part.numerator), pl.lit(part.denominator))
    found: float | None = pl.select(low).item()
    return found or 0.0


def _untaught(evidence: Evidence) -> Judged | None:
    if not evidence.acknowledged:
        return Judged(Finding.NOT_ACKNOWLEDGED, say("The version in force was not acknowledged as read."))
    if not evidence.trained_on_current:
        return Judged(Finding.TRAINING_NEED, say("Not trained on the version in force."))
    if evidence.quiz_passed is False:
        return Judged(Finding.TRAINING_NEED, say("The quiz on the version in force was not passed."))
    return None


def chance_of(evidence: Evidence) -> float:
    """How likely so many failures are if the person works as the peers do.

    Binomial at the peers' rate; and, where their counts are known, also given all failures together, as the rate of
    few peers is itself uncertain. The likelier of both counts.
    """
    chance = at_least(evidence.fails, evidence.checks, evidence.peer_fail_rate)
    if evidence.peers is None:
        return chance
    missed = evidence.peers.numerator + evidence.fails
    among = evidence.peers.denominator + evidence.checks
    return max(chance, at_least_drawn(evidence.fails, evidence.checks, missed, among))


def _by_chance(evidence: Evidence, limits: Thresholds) -> Judged | None:
    if chance_of(evidence) <= limits.unlikely:
        return None
    told = say("{count}: within what chance gives equal people.", count=_count(evidence))
    return Judged(Finding.NO_ACTION, told)


def _beyond_chance(evidence: Evidence) -> Judged:
    count = _count(evidence)
    match evidence.competent:
        case False:
            told = say("{count}; the competence check was not passed.", count=count)
            return Judged(Finding.COACHING_NEED, told)
        case None:
            return Judged(
                Finding.COMPETENCE_CHECK_NEED, say("{count}; make a competence check first.", count=count)
            )
        case True:
            told = say("{count}, trained and competent: ask what gets in the way.", count=count)
            return Judged(Finding.ACCOUNTABILITY_CONVERSATION, told)


def _count(evidence: Evidence) -> str:
    return say(
        "{fails} of {checks} checks failed, peers fail {share}",
        fails=evidence.fails, checks=evidence.checks, share=share(evidence.peer_fail_rate),
    )  # fmt: skip
