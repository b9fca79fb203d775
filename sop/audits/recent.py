"""The last eight weeks of random checks, by procedure: for teams that check a few a week, with how sure that is."""

from dataclasses import dataclass
from datetime import date, timedelta

from kpi.catalog import find
from kpi.period import Every, Span
from kpi.question import Question
from kpi.results import values
from kpi.score import Judgement
from sop.audits.outcome import Interval, interval_of
from sop.sampling import checks_needed
from sop.share import Share
from store.lake import Lake
from store.scope import Principal

KPI, WEEKS, POINTS = "check_pass_rate", 8, 10
FEWEST = 5


@dataclass(frozen=True)
class Recent:
    """The random checks of one procedure over the eight weeks that `last` ends."""

    sop: str
    passed: Interval
    last: date

    @property
    def is_enough(self) -> bool:
        """Fewer than five checks say nothing."""
        return self.passed.share.denominator >= FEWEST

    @property
    def missing(self) -> int:
        """How many more checks it takes at worst until it is known within ten points to either side."""
        return max(0, checks_needed(POINTS / 100) - self.passed.share.denominator)


def recent_checks(lake: Lake, principal: Principal, day: date) -> tuple[Recent, ...]:
    """
    The passed checks of the eight whole weeks before a day, by procedure. Reads components only; raises NotAllowed for
    a principal who may not see the rate.
    """
    last = day - timedelta(days=day.weekday() + 1)
    span = Span(last - timedelta(days=7 * WEEKS - 1), last)
    rows = values(lake, principal, find(KPI), Question(span, Every.WEEK, ("sop",)), Judgement(minimum=0))
    found: dict[str, Share] = {}
    for row in rows.filter(rows["denominator"] > 0).rows(named=True):
        known = found.get(row["sop"], Share(0, 0))
        found[row["sop"]] = Share(
            known.numerator + round(row["numerator"]), known.denominator + round(row["denominator"])
        )
    recent = ((sop, interval_of(share)) for sop, share in sorted(found.items()))
    return tuple(Recent(sop, interval, last) for sop, interval in recent if interval is not None)
