"""What an audit says: the share of passed checks with how sure that is, by step, and whether a lot is accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from kpi.interval import RatioInterval, ratio_interval, wilson
from sop.audits.agreement import Agreement, agreement
from sop.audits.checking import counted, score_of
from sop.audits.plans import Lot, Precision, lot_plan, read_plan
from sop.audits.template import Item, Template, read_template
from sop.sampling import checks_needed
from sop.scoring import CheckScore, Result, pass_rate, roll_up
from sop.share import Share
from store.state.audit_rows import Audit, Check, Drawn, Selection, Settlement

FEWEST = 5


@dataclass(frozen=True)
class Interval:
    """A share of checks, and between which shares the truth lies 19 times of 20 (0 to 1)."""

    share: Share
    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


class Verdict(StrEnum):
    """What becomes of a lot."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Decision:
    """About a lot: `bad` of `checked` failed; `accept` are tolerated in `sample`, from `refuse` on it is refused."""

    verdict: Verdict
    bad: int
    checked: int
    sample: int
    accept: int
    refuse: int

    @property
    def missing(self) -> int:
        return max(0, self.sample - self.checked)


@dataclass(frozen=True)
class StepOutcome:
    """One step over all checks: how often it had full marks, how often it applied, its points, and left out."""

    item: Item
    full: Interval | None
    points: Share
    not_applicable: int


@dataclass(frozen=True)
class CheckedRecord:
    """One record with a finished first check: what counts of it, by step, and what that scores."""

    record: Drawn
    scores: Mapping[str, int | None]
    score: CheckScore


@dataclass(frozen=True)
class Outcome:
    """
    What the finished first checks of an audit say. `passed`: checks that passed, of those to which anything applied;
    `points` of points, with the interval over checks. `missing`: checks the wanted precision still asks for. Only an
    audit drawn at random speaks for the whole: others have no intervals.
    """

    checked: tuple[CheckedRecord, ...]
    passed: Interval | None
    adherence: Share
    adherence_interval: RatioInterval | None
    steps: tuple[StepOutcome, ...]
    critical: int
    decision: Decision | None
    missing: int
    agreement: Agreement


def outcome_of(
    audit: Audit, records: Sequence[Drawn], checks: Sequence[Check], settled: Sequence[Settlement]
) -> Outcome:
    """What is known so far; of a check whose answers are hidden from the reader nothing is."""
    template, by_place = read_template(audit.template), {each.place: each for each in records}
    firsts = [each for each in checks if each.turn == 1 and each.finished_at and each.found]
    checked = tuple(_checked(template, by_place[each.place], each, settled) for each in firsts)
    scores = [each.score for each in checked]
    is_random = audit.selection is Selection.RANDOM
    passed = interval_of(pass_rate(scores), audit.population if is_random else 0)
    plan = read_plan(audit.plan)
    return Outcome(
        checked,
        passed if is_random else None,
        roll_up(scores),
        _points_interval(scores) if is_random else None,
        tuple(_step(each, checked, audit.population if is_random else 0) for each in template.items),
        sum(each.critical_failures > 0 for each in scores),
        _decision(plan, audit, scores) if isinstance(plan, Lot) else None,
        still_missing(plan, audit, passed)
        if isinstance(plan, Precision)
        else max(0, audit.size - len(checked)),
        agreement(pairs_of(checks)),
    )


def interval_of(share: Share, population: int = 0) -> Interval | None:
    """
    Wilson's interval of a share; of a population that was drawn from to a large part it is narrower, and nothing is
    left to chance once all of it was looked at. None where nothing was counted.
    """
    if not share.denominator or share.value is None:
        return None
    if 0 < population <= share.denominator:
        return Interval(share, share.value, share.value)
    counts = (population - 1) / (population - share.denominator) if population else 1.0
    low, high = wilson(pl.lit(share.numerator * counts), pl.lit(share.denominator * counts))
    row = pl.select(low.alias("low"), high.alias("high")).row(0)
    return Interval(share, *row)


def still_missing(plan: Precision, audit: Audit, passed: Interval | None) -> int:
    """How many more checks it takes until the interval is as narrow as was wanted; at the share that was found."""
    if passed is None:
        return audit.size
    wanted = plan.points / 100
    if passed.half_width <= wanted:
        return 0
    n, share = passed.share.denominator, passed.share.value or 0.0
    expected = min(max(share, 0.5 / (n + 1)), 1 - 0.5 / (n + 1))
    more = checks_needed(wanted, expected=expected, population=audit.population) - n
    return max(1, more)


def pairs_of(checks: Sequence[Check]) -> list[tuple[int | None, int | None]]:
    """What two auditors said of the same steps of the same records, both finished."""
    done = {(each.place, each.turn): each.found for each in checks if each.finished_at}
    return [
        (found.score, done[place, 2][step].score)
        for (place, turn), first in sorted(done.items())
        if turn == 1 and (place, 2) in done
        for step, found in sorted(first.items())
        if step in done[place, 2]
    ]


def _checked(template: Template, record: Drawn, check: Check, settled: Sequence[Settlement]) -> CheckedRecord:
    scores = counted(check, settled)
    return CheckedRecord(record, scores, score_of(template, scores))


def _points_interval(scores: Sequence[CheckScore]) -> RatioInterval | None:
    return ratio_interval(
        [each.points.numerator for each in scores], [each.points.denominator for each in scores]
    )


def _step(item: Item, checked: Sequence[CheckedRecord], population: int) -> StepOutcome:
    given = [each.scores[item.step] for each in checked if item.step in each.scores]
    scores = [each for each in given if each is not None]
    full = interval_of(Share(scores.count(item.maximum), len(scores)), population)
    points = Share(sum(scores) * item.weight, len(scores) * item.maximum * item.weight)
    return StepOutcome(item, full, points, len(given) - len(scores))


def _decision(plan: Lot, audit: Audit, scores: Sequence[CheckScore]) -> Decision:
    """Refused as soon as too many failed; accepted once the whole sample was looked at."""
    wanted = lot_plan(plan, audit.population)
    bad = sum(each.result is Result.FAILED for each in scores)
    verdict = Verdict.UNDECIDED
    if bad >= wanted.refuse:
        verdict = Verdict.REFUSED
    elif len(scores) >= audit.size:
        verdict = Verdict.ACCEPTED
    return Decision(verdict, bad, len(scores), audit.size, wanted.accept, wanted.refuse)
