"""Join the records of KPIs with the cases of procedures after each round: only the weeks that may have changed."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from kpi.catalog import KPIS
from kpi.definitions import version_of
from kpi.engine import AsOf
from kpi.ledger import Entry, entries, record
from kpi.period import Span
from sop.outcomes.counting import Join
from sop.outcomes.links import ANY, Driven, failing_beyond, numbers_of, pairs
from sop.outcomes.tables import DEFINITION, SCHEMA, table_of
from store.contract import key_of, polars_schema
from store.facts import Shipments, SopCases, SopRunSteps
from store.lake import Lake
from store.scope import Principal

KEPT, MOVING, AT_ONCE = 53, 13, 5  # weeks kept; that a moved day may change; worked on together
WEEK = timedelta(weeks=1)
EVIDENCE = {SopCases.name: "case_id", SopRunSteps.name: "case_id"}


def compute_outcomes(
    lake: Lake,
    principal: Principal,
    linked: Iterable[Driven],
    numbers: Mapping[str, str],
    as_of: AsOf,
    *,
    full: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """
    Bring the counts of every linked KPI up to date; the names of the tables that were written.

    `numbers`: by which number the cases of a procedure go that systems judge (see `sop.outcomes.links`).
    """
    known, done = entries(lake), list[str]()
    for each in linked:
        own = {sop: numbers[sop] for sop in each.sops if sop in numbers}
        join = Join(lake, principal, KPIS[each.kpi], each.sops, own, as_of)
        if lake.version(join.kpi.rows.fact.name) < 0:
            continue
        work = _Work(join)
        weeks = work.every if full else work.stale(known.get(work.name))
        if weeks or known.get(work.name) is None:
            progress(work.name)
            work.write(weeks)
        if weeks or known.get(work.name) != work.entry:
            record(lake, [work.entry])
        done += [work.name] if weeks else []
    return done


@dataclass(frozen=True, eq=False)
class _Work:
    """What has to be done for one KPI."""

    join: Join

    @property
    def name(self) -> str:
        return table_of(self.join.kpi.key)

    @property
    def every(self) -> list[date]:
        """The Mondays of the weeks kept, oldest first."""
        day = self.join.as_of.day
        monday = day - timedelta(days=day.weekday())
        return [monday - n * WEEK for n in reversed(range(KEPT))]

    @property
    def entry(self) -> Entry:
        """What the table stands for when the work is done."""
        kpi = self.join.kpi
        told = (
            DEFINITION,
            version_of(kpi),
            failing_beyond(kpi),
            self.join.sops,
            sorted(self.join.numbers.items()),
        )
        heads = {name: self.join.lake.version(name) for name in (kpi.rows.fact.name, *EVIDENCE)}
        digest = hashlib.sha256(repr(told).encode()).hexdigest()[:16]
        return Entry(self.name, heads, digest, self.join.as_of.day, self.join.as_of.epoch)

    def stale(self, known: Entry | None) -> list[date]:
        """The weeks that changed records, cases or the moved moment touch."""
        now, every = self.entry, self.every
        if known is None or known.definition != now.definition:
            return every
        touched: set[date] = set()
        for name, version in now.facts.items():
            if version == known.facts.get(name, -1):
                continue
            days = self._days(name, known.facts.get(name, -1))
            if days is None:
                return every
            touched |= {day - timedelta(days=day.weekday()) for day in days}
        if known.as_of_epoch != now.as_of_epoch:
            touched |= set(every[-MOVING:])
        return [monday for monday in every if monday in touched]

    def _days(self, name: str, since: int) -> list[date] | None:
        """Days of records that changed, or whose cases did; None when that is no longer known."""
        lake, fact, day = self.join.lake, self.join.kpi.rows.fact, self.join.kpi.rows.day
        if name == fact.name:
            changed = lake.changes(name, since, [day])
            return None if changed is None else changed[day].drop_nulls().unique().to_list()
        changed = lake.changes(name, since, [EVIDENCE[name], "sop"])
        if changed is None:
            return None
        cases = changed.filter(pl.col("sop").is_in(list(self.join.sops))).select(
            pl.col(EVIDENCE[name]).alias("case")
        ).drop_nulls().unique()  # fmt: skip
        return [] if cases.is_empty() else self._days_of(cases.lazy())

    def _days_of(self, cases: pl.LazyFrame) -> list[date]:
        fact, day = self.join.kpi.rows.fact, self.join.kpi.rows.day
        span = Span(self.every[0], self.every[-1] + 6 * timedelta(days=1))
        facts = self.join.lake.scan(fact.name, polars_schema(fact), span.bounds(day)).filter(span.holds(day))
        shipments = self.join.lake.scan(Shipments.name, polars_schema(Shipments))
        asked = (
            {each for each in self.join.numbers.values() if each != ANY}
            | set(numbers_of(fact))
            | {"order_id"}
        )
        found: set[date] = set()
        for number in asked:
            ways = pairs(facts, fact, number, shipments)
            if ways is None:
                continue
            keys = ways.join(cases, on="case", how="semi").select("record").unique()
            record = pl.concat_str(key_of(fact), separator="|").alias("record")
            near = facts.with_columns(record).join(keys, on="record", how="semi").select(pl.col(day).unique())
            found |= set(near.collect()[day].drop_nulls())
        return sorted(found)

    def write(self, weeks: Sequence[date]) -> None:
        """Count the weeks anew, a few at a time so that memory stays small, and put them in place of the old."""
        made = [pl.DataFrame(schema=SCHEMA)]
        for start in range(0, len(weeks), AT_ONCE):
            for first, last in _runs(weeks[start : start + AT_ONCE]):
                made.append(self.join.counts(Span(first, last + timedelta(days=6))))
        rows = pl.concat(made).sort("day", "sop", "dimension", "value", "market", "team")
        lake, whole = self.join.lake, len(weeks) == KEPT
        lake.replace_days(
            self.name, rows, None if whole else list(weeks), marks={"outcomes": lake.version(self.name) + 1}
        )


def _runs(weeks: Sequence[date]) -> list[tuple[date, date]]:
    """Weeks that follow each other, as their first and last Monday."""
    found: list[tuple[date, date]] = []
    for monday in weeks:
        if found and monday - found[-1][1] == WEEK:
            found[-1] = (found[-1][0], monday)
        else:
            found.append((monday, monday))
    return found
