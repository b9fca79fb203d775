"""What the rules find: of each KPI and segment one outcome a closed period, of sources and procedures today's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from alerts.identity import Segment, fingerprint
from alerts.reasons import USABLE, Reason, outcome_of
from alerts.state import WEEKLY, Evaluation, Outcome, Policy
from kpi.access import sees
from kpi.catalog import KPIS
from kpi.freshness import sources_behind
from kpi.model import Distinct, Kpi
from kpi.score import Status
from kpi.standing import Coverage, Standing, coverage
from kpi.standings import MARKET, Known, Scored, lined_up, scored, standings
from store.home import Store
from store.scope import Principal
from store.state import Freshness
from store.state.segments import segment_pairs

PART_OF_A_KPI = Policy(2, 1)  # 110 KPIs by market are many charts: one period of one of them is no evidence
AT_ONCE = Policy(1, 1, 1)
SOURCE, SOP = "source", "sop"
CLOCKED = (Reason.DATA_STALE, Reason.SOP_OVERDUE)
FORETELLS = "short_cover_rate"  # a target on it says how much may run out before new goods can come
FORETOLD = Policy(2, 2)


@dataclass(frozen=True)
class Finding:
    """
    What one rule found about a KPI and segment, period after period. Rules in `CLOCKED` look at the clock: they know
    only today. `sources`: the sources its data come from.
    """

    rule: Reason
    kpi: str
    department: str
    segment: str
    evaluations: tuple[Evaluation, ...]
    policy: Policy = WEEKLY
    sources: frozenset[str] = field(default_factory=frozenset)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.rule, self.kpi or None, Segment.of(segment_pairs(self.segment)))

    @property
    def key(self) -> str:
        """As `store.state.episode_records.Episode.key`."""
        return f"{self.kpi}|{self.segment}"


@dataclass(frozen=True)
class Looked:
    """A procedure in force, and whether its review is overdue today."""

    sop: str
    department: str
    overdue: bool


def findings(
    store: Store, principal: Principal, now: datetime, today: date, looked: Iterable[Looked] = ()
) -> list[Finding]:
    """Of every KPI whole and by market, every source, and every procedure that was looked at."""
    fresh = store.state.runs.freshness(principal)
    kpis = [kpi for kpi in KPIS.values() if sees(principal, kpi) and not isinstance(kpi, Distinct)]
    found = of_sources(fresh, now, today) + of_procedures(looked, today)
    covered = coverage(store.lake, principal, kpis)
    if covered.closed is None:
        return found
    state = store.state
    known = Known(covered, state.targets.frame(principal), fresh, state.baselines.rows(principal), now)
    known_kpis = [kpi for kpi in kpis if kpi.key in covered.until]
    whole = standings(store.lake, principal, known_kpis, known)
    found += [finding for each in whole.values() for finding in of_standing(each, fresh)]
    return found + _by_market(store, principal, known_kpis, known, whole)


def _by_market(
    store: Store, principal: Principal, kpis: Sequence[Kpi], known: Known, whole: Mapping[str, Standing]
) -> list[Finding]:
    """All markets are read at once, and lined up one by one."""
    split = [kpi for kpi in kpis if MARKET in kpi.dimensions]
    read = scored(store.lake, principal, split, known, by_market=True)
    found: list[Finding] = []
    for market in _markets(known.covered):
        parts = lined_up(Scored(tuple(split), split=read.split), split, known, market=market)
        for key, each in parts.items():
            found += of_standing(each, known.fresh, whole[key])
    return found


def _markets(covered: Coverage) -> Sequence[str]:
    return covered.markets if len(covered.markets) > 1 else ()


def of_standing(
    standing: Standing, fresh: Iterable[Freshness], whole: Standing | None = None
) -> list[Finding]:
    """
    One outcome for each settled period, the oldest first; none without a chart, but for what foretells. A part of a KPI
    is gone in a period where it has no rows and the `whole` reports.
    """
    foretold = _foretold(standing, fresh) if standing.kpi.key == FORETELLS else []
    if standing.chart is None:
        return foretold
    concerns = {point.start for point in standing.chart.points if point.is_concern}
    reporting = {each.start for each in whole.periods if each.status in USABLE} if whole else set[date]()
    evaluations: list[Evaluation] = []
    for period in standing.periods[: _settled(standing)]:
        reasons = (Reason.SPECIAL_CAUSE,) if period.start in concerns else ()
        outcome = outcome_of(period.status, reasons)
        if period.status is Status.NO_DATA and period.start in reporting:
            outcome = Outcome.GONE
        evaluations.append(Evaluation(period.start, outcome))
    policy = PART_OF_A_KPI if standing.market else WEEKLY
    return [_finding(Reason.SPECIAL_CAUSE, standing, evaluations, policy, fresh), *foretold]


def _foretold(standing: Standing, fresh: Iterable[Freshness]) -> list[Finding]:
    """More runs out before new goods can come than the firm accepts, period after period (kpi-domain 4)."""
    evaluations = [
        Evaluation(
            each.start, outcome_of(each.status, [Reason.FORECAST_BREACH] * (each.status is Status.OFF_TARGET))
        )
        for each in standing.periods[: _settled(standing)]
    ]
    return [_finding(Reason.FORECAST_BREACH, standing, evaluations, FORETOLD, fresh)]


def _finding(
    rule: Reason,
    standing: Standing,
    evaluations: Sequence[Evaluation],
    policy: Policy,
    fresh: Iterable[Freshness],
) -> Finding:
    segment = f"{MARKET}={standing.market}" if standing.market else ""
    sources = frozenset(each.source for each in sources_behind(standing.kpi, fresh))
    kpi = standing.kpi
    return Finding(rule, kpi.key, kpi.department.value, segment, tuple(evaluations), policy, sources)


def _settled(standing: Standing) -> int:
    """
    How many periods can be evaluated. What is not over, waits for outcomes or was not reported yet is left for later:
    once it is there the states are the same as if it had come in time.
    """
    for place in range(len(standing.periods) - 1, -1, -1):
        period = standing.periods[place]
        if period.settled and period.status is not Status.INCOMPLETE:
            return place + 1
    return 0


def of_sources(fresh: Iterable[Freshness], now: datetime, today: date) -> list[Finding]:
    """Whether each source is late."""
    return [
        Finding(
            Reason.DATA_STALE, "", "", f"{SOURCE}={each.source}", (_today(today, bad=each.is_late(now)),), AT_ONCE,
            frozenset({each.source}),
        )
        for each in fresh
    ]  # fmt: skip


def of_procedures(looked: Iterable[Looked], today: date) -> list[Finding]:
    """Whether the review of each procedure is overdue."""
    return [
        Finding(
            Reason.SOP_OVERDUE, "", each.department, f"{SOP}={each.sop}", (_today(today, bad=each.overdue),), AT_ONCE
        )
        for each in looked
    ]  # fmt: skip


def _today(today: date, *, bad: bool) -> Evaluation:
    return Evaluation(today, Outcome.BREACH if bad else Outcome.OK)
